#pragma once
// Appends instructions to a block, one typed member function an operation.

#include <type_traits>

#include "core/ir/types.h"

namespace emboard::ir {

namespace internal {
template <class... T>
struct Operands {};
inline u64 Raw(I32 v) { return v.id; }
inline u64 Raw(I64 v) { return v.id; }
inline u64 Raw(F16 v) { return v.id; }
inline u64 Raw(F32 v) { return v.id; }
inline u64 Raw(F64 v) { return v.id; }
inline u64 Raw(Imm v) { return v.value; }
inline u64 Raw(Slot v) { return v.offset; }
inline u64 Raw(Disp v) { return static_cast<u64>(static_cast<i64>(v.value)); }
inline u64 Raw(Rm v) { return static_cast<u64>(v.mode); }
inline u64 Raw(Pc v) { return v.value; }
inline u64 Raw(Fn v) { return reinterpret_cast<uintptr_t>(v.helper); }
}  // namespace internal

class Emitter {
 public:
  explicit Emitter(Block& block) : block_(block) {}

  size_t size() const { return block_.insts.size(); }
  const Block& block() const { return block_; }

  // An operand of the wrong type, or a wrong number of them, does not compile.
#define OP(name, result, effect, ...)                                                             \
  template <class... A>                                                                           \
  requires std::is_same_v<internal::Operands<A...>, internal::Operands<__VA_ARGS__>> result name( \
      A... operands) {                                                                            \
    return Append<result>(Opcode::name, operands...);                                             \
  }
#include "core/ir/opcodes.def"

 private:
  template <class R, class... A>
  R Append(Opcode op, A... operands) {
    block_.insts.push_back({op, {internal::Raw(operands)...}});
    if constexpr (!std::is_same_v<R, Void>)
      return R{static_cast<ValueId>(block_.insts.size() - 1)};
    else
      return {};
  }

  Block& block_;
};

}  // namespace emboard::ir
