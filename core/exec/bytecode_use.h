#pragma once
// Which fields of a bytecode are cells, for code generators.

#include "core/exec/bytecode.h"
#include "core/ir/types.h"

namespace emboard {

struct BytecodeUse {
  bool a = false, b = false, third = false, writes = false;
};

constexpr u16 ThirdCellOf(const Bytecode& op) { return static_cast<u16>(op.imm); }

/// May it leave the block before its end, with an AccessResult?
constexpr bool MayFault(Code code) {
  const auto index = static_cast<size_t>(code);
  return index < ir::kOpcodeCount && ir::kOpcodes[index].effect == ir::Effect::MayFault;
}

constexpr BytecodeUse UseOf(const Bytecode& op) {
  constexpr BytecodeUse kUnary{.a = true, .writes = true};
  constexpr BytecodeUse kBinary{.a = true, .b = true, .writes = true};
  constexpr BytecodeUse kTernary{.a = true, .b = true, .third = true, .writes = true};
  constexpr BytecodeUse kReadsTwo{.a = true, .b = true};
  switch (op.code) {
#define X(shape) case Code::shape
#define OP(...)
#define OP_BINARY(name, ...) \
  X(name) : return kBinary;  \
  X(name##_Imm) : return kUnary;
#define OP_SELECT(name, ...) X(name) : return kTernary;
#define OP_STORE(name, ...) X(name) : return kReadsTwo;
#define OP_RMW(name, ...) X(name) : return kBinary;
#define OP_FP_ROUNDED(name, ...) X(name) : return kBinary;
#define OP_FP_FUSED(name, ...) X(name) : return kTernary;
#define OP_FP_MINMAX(name, ...) X(name) : return kBinary;
#define OP_FP_COMPARE(name, ...) X(name) : return kBinary;
#include "core/ir/opcodes.def"
#undef X
#define X(name)                 \
  case Code::name##_Signed:     \
    return kBinary;             \
  case Code::name##_Imm_Signed: \
    return kUnary;
    BYTECODE_SIGNED(X)
#undef X
#define X(name)                   \
  case Code::Branch_##name:       \
    return kReadsTwo;             \
  case Code::Branch_##name##_Imm: \
    return {.a = true};
    BYTECODE_BRANCH_ON(X)
#undef X
    case Code::Call:
    case Code::StoreConditional32:
    case Code::StoreConditional64:
      return kBinary;
    case Code::Branch:
    case Code::JumpIndirect:
      return {.a = true};
    case Code::LoadImm:
    case Code::Const32:
    case Code::Const64:
      return {.writes = true};
    case Code::Jump:
    case Code::Leave:
      return {};
    default:
      return kUnary;  // loads, conversions, moves, bit casts, classification
  }
}

}  // namespace emboard
