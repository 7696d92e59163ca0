#pragma once
// The IR's types, effects and operations, all from opcodes.def.

#include <array>
#include <string_view>
#include <vector>

#include "core/base/types.h"

namespace emboard {
struct Helper;
}

namespace emboard::ir {

enum class Type : u8 { Void, I32, I64, F16, F32, F64 };

/// What an operation may do besides computing its result. MayFault operations read and write all state: a
/// fault shows the guest every slot as it stands.
enum class Effect : u8 { Pure, ReadsState, WritesState, Marker, Barrier, Fp, MayFault, Exits };

/// What an operand may be. The first six mirror Type.
enum class OperandKind : u8 { Void, I32, I64, F16, F32, F64, Imm, Slot, Disp, Rm, Pc, Fn };

constexpr bool IsValue(OperandKind kind) { return kind <= OperandKind::F64; }

/// Rounding of one operation: a fixed mode (numbers as in fp::Rounding) or the guest's current one.
enum class FpRounding : u8 { kNearestEven, kTowardZero, kDown, kUp, kNearestMaxMagnitude, kDynamic = 7 };

using ValueId = u16;
inline constexpr ValueId kNoValue = 0xffff;

// A value of each type: an emitter that mixes them up does not compile.
struct Void {};
struct I32 {
  ValueId id = kNoValue;
};
struct I64 {
  ValueId id = kNoValue;
};
struct F16 {
  ValueId id = kNoValue;
};
struct F32 {
  ValueId id = kNoValue;
};
struct F64 {
  ValueId id = kNoValue;
};
struct Imm {
  u64 value = 0;
};
struct Slot {
  u16 offset = 0;
};  ///< bytes from the start of CpuContext; a multiple of 8
struct Disp {
  i32 value = 0;
};
struct Rm {
  FpRounding mode = FpRounding::kDynamic;
};
struct Pc {
  u64 value = 0;
};
struct Fn {
  const Helper* helper = nullptr;
};

enum class Opcode : u8 {
#define OP(name, ...) name,
#include "core/ir/opcodes.def"
};

inline constexpr size_t kOpcodeCount = 0
#define OP(...) +1
#include "core/ir/opcodes.def"
    ;

inline constexpr size_t kMaxOperands = 4;

struct OpcodeInfo {
  std::string_view name;
  Type result;
  Effect effect;
  u8 operand_count;
  std::array<OperandKind, kMaxOperands> operands;
};

namespace internal {
template <class... K>
constexpr OpcodeInfo MakeInfo(std::string_view name, Type result, Effect effect, K... kinds) {
  return {name, result, effect, sizeof...(K), {kinds...}};
}
}  // namespace internal

// Operand lists are names of OperandKind; this spells each with its scope.
#define IR_KINDS_0()
#define IR_KIND(k) OperandKind::k
#define IR_KINDS_1(a) , IR_KIND(a)
#define IR_KINDS_2(a, b) , IR_KIND(a), IR_KIND(b)
#define IR_KINDS_3(a, b, c) , IR_KIND(a), IR_KIND(b), IR_KIND(c)
#define IR_KINDS_4(a, b, c, d) , IR_KIND(a), IR_KIND(b), IR_KIND(c), IR_KIND(d)
#define IR_PICK(_0, _1, _2, _3, _4, name, ...) name
#define IR_KINDS(...)                                                                                \
  IR_PICK(_0 __VA_OPT__(, ) __VA_ARGS__, IR_KINDS_4, IR_KINDS_3, IR_KINDS_2, IR_KINDS_1, IR_KINDS_0) \
  (__VA_ARGS__)

inline constexpr std::array<OpcodeInfo, kOpcodeCount> kOpcodes{{
#define OP(name, result, effect, ...) \
  internal::MakeInfo(#name, Type::result, Effect::effect IR_KINDS(__VA_ARGS__)),
#include "core/ir/opcodes.def"
}};

constexpr const OpcodeInfo& Info(Opcode op) { return kOpcodes[static_cast<size_t>(op)]; }

/// Raw operands: a ValueId, an immediate, or a Helper pointer, as the table says.
struct Inst {
  Opcode op = Opcode::Const32;
  std::array<u64, kMaxOperands> arg{};
};

/// Straight-line SSA: the value of instruction i is i. Exactly the last instruction exits.
struct Block {
  std::vector<Inst> insts;
};

/// Values from index `id` in the operand list, for passes: f(u64& raw) for every operand that is a value.
template <class F>
void ForEachValueOperand(Inst& inst, F&& f) {
  const OpcodeInfo& info = Info(inst.op);
  for (size_t i = 0; i < info.operand_count; ++i)
    if (IsValue(info.operands[i])) f(inst.arg[i]);
}
template <class F>
void ForEachValueOperand(const Inst& inst, F&& f) {
  const OpcodeInfo& info = Info(inst.op);
  for (size_t i = 0; i < info.operand_count; ++i)
    if (IsValue(info.operands[i])) f(static_cast<ValueId>(inst.arg[i]));
}

constexpr bool IsGetState(Opcode op) { return op == Opcode::GetState32 || op == Opcode::GetState64; }
constexpr bool IsSetState(Opcode op) { return op == Opcode::SetState32 || op == Opcode::SetState64; }

/// May the instruction be dropped when nobody uses its result?
constexpr bool IsRemovable(Opcode op) {
  const Effect effect = Info(op).effect;
  return effect == Effect::Pure || effect == Effect::ReadsState;
}

}  // namespace emboard::ir
