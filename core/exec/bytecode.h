#pragma once
// What the interpreter runs: one operation of 16 bytes after another, operands being cells of CpuContext.

#include "core/base/types.h"

namespace emboard {

/// The IR's own operations come first under their own names, then the forms that only the interpreter has.
enum class Code : u16 {
#define OP(name, ...) name,
#include "core/ir/opcodes.def"
// Second operand immediate.
#define OP(...)
#define OP_BINARY(name, ...) name##_Imm,
#include "core/ir/opcodes.def"
// 32-bit result widened with its sign.
#define BYTECODE_SIGNED(X) X(Add32) X(Sub32) X(Mul32) X(Shl32) X(ShrU32) X(ShrS32)
#define X(name) name##_Signed, name##_Imm_Signed,
  BYTECODE_SIGNED(X)
#undef X
// Compare and branch.
#define BYTECODE_BRANCH_ON(X) \
  X(CmpEq32)                  \
  X(CmpNe32)                  \
  X(CmpLtS32)                 \
  X(CmpGeS32) X(CmpLtU32) X(CmpGeU32) X(CmpEq64) X(CmpNe64) X(CmpLtS64) X(CmpGeS64) X(CmpLtU64) X(CmpGeU64)
#define X(name) Branch_##name, Branch_##name##_Imm,
      BYTECODE_BRANCH_ON(X)
#undef X
          Move,
  LoadImm,
};

/// `dst`, `a`, `b` are cell indexes; `imm` is the constant, or for operations that may fault see below.
struct Bytecode {
  Code code;
  u16 dst = 0;
  u16 a = 0;
  u16 b = 0;
  u64 imm = 0;
};

// Faulting operations keep the guest instruction's ordinal in the top 16 bits. Below it stands the
// displacement (32 bits, signed) or, for Call, the helper's address (48 bits are enough on every host we
// have).
constexpr u64 PackFaulting(u16 ordinal, u64 low48) {
  return (u64{ordinal} << 48) | (low48 & 0xffff'ffff'ffff);
}
constexpr u16 OrdinalOf(u64 imm) { return static_cast<u16>(imm >> 48); }
constexpr u64 DisplacementOf(u64 imm) { return static_cast<u64>(static_cast<i64>(static_cast<i32>(imm))); }
constexpr u64 HelperOf(u64 imm) { return imm & 0xffff'ffff'ffff; }

}  // namespace emboard
