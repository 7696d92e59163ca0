#include <optional>

#include "core/ir/eval.h"
#include "core/opt/pass.h"

namespace emboard::opt {
namespace {

using ir::Inst;
using ir::Opcode;
using ir::ValueId;

constexpr bool IsInt(ir::OperandKind kind) {
  return kind == ir::OperandKind::I32 || kind == ir::OperandKind::I64;
}

/// Calls an eval function with operands of its own widths.
template <class R, class... A, size_t... I>
u64 Invoke(R (*f)(A...), const u64* values, std::index_sequence<I...>) {
  return f(static_cast<A>(values[I])...);
}
template <class R, class... A>
u64 Invoke(R (*f)(A...), const u64* values) {
  return Invoke(f, values, std::index_sequence_for<A...>{});
}

class Folder {
 public:
  explicit Folder(ir::Block& block) : block_(block), replacements_(block.insts.size()) {}

  void Run() {
    for (size_t i = 0; i < block_.insts.size(); ++i) {
      Inst& inst = block_.insts[i];
      replacements_.Apply(inst);
      if (Evaluate(inst)) continue;
      Simplify(inst, static_cast<ValueId>(i));
    }
  }

 private:
  std::optional<u64> Constant(u64 value) const {
    const Inst& inst = block_.insts[value];
    if (inst.op == Opcode::Const64 || inst.op == Opcode::Const32) return inst.arg[0];
    return std::nullopt;
  }

  static std::optional<u64> EvaluateOpcode(Opcode op, const u64* values) {
    switch (op) {
#define OP(...)
#define OP_UNARY(name, R, T) \
  case Opcode::name:         \
    return Invoke(&ir::eval::name, values);
#define OP_BINARY OP_UNARY
#define OP_SELECT(name, T) OP_UNARY(name, T, T)
#include "core/ir/opcodes.def"
      default:
        return std::nullopt;
    }
  }

  bool Evaluate(Inst& inst) {
    const ir::OpcodeInfo& info = ir::Info(inst.op);
    if (info.effect != ir::Effect::Pure || info.operand_count == 0) return false;
    u64 values[ir::kMaxOperands] = {};
    for (size_t k = 0; k < info.operand_count; ++k) {
      if (!IsInt(info.operands[k])) return false;
      const auto constant = Constant(inst.arg[k]);
      if (!constant) return false;
      values[k] = *constant;
    }
    const auto result = EvaluateOpcode(inst.op, values);
    if (!result) return false;
    inst = {info.result == ir::Type::I64 ? Opcode::Const64 : Opcode::Const32, {*result}};
    return true;
  }

  void Simplify(Inst& inst, ValueId self) {
    switch (inst.op) {
      case Opcode::Add32:
      case Opcode::Add64:
      case Opcode::Or32:
      case Opcode::Or64:
      case Opcode::Xor32:
      case Opcode::Xor64:
        ConstantRight(inst);
        if (Constant(inst.arg[1]) == u64{0}) replacements_.Set(self, static_cast<ValueId>(inst.arg[0]));
        break;
      case Opcode::Sub32:
      case Opcode::Sub64:
      case Opcode::Shl32:
      case Opcode::Shl64:
      case Opcode::ShrU32:
      case Opcode::ShrU64:
      case Opcode::ShrS32:
      case Opcode::ShrS64:
        if (Constant(inst.arg[1]) == u64{0}) replacements_.Set(self, static_cast<ValueId>(inst.arg[0]));
        break;
      case Opcode::And32:
      case Opcode::And64:
      case Opcode::Mul32:
      case Opcode::Mul64:
        ConstantRight(inst);
        break;
      case Opcode::Truncate64x32:
        SimplifyTruncate(inst, self);
        break;
      case Opcode::Branch:
        SimplifyBranch(inst);
        break;
      default:
        break;
    }
  }

  /// Commutative operations keep a constant on the right, where engines have immediate forms.
  void ConstantRight(Inst& inst) {
    if (Constant(inst.arg[0]) && !Constant(inst.arg[1])) std::swap(inst.arg[0], inst.arg[1]);
  }

  void SimplifyTruncate(const Inst& inst, ValueId self) {
    const Inst& source = block_.insts[inst.arg[0]];
    if (source.op == Opcode::SignExtend32x64 || source.op == Opcode::ZeroExtend32x64)
      replacements_.Set(self, static_cast<ValueId>(source.arg[0]));
  }

  void SimplifyBranch(Inst& inst) {
    if (const auto condition = Constant(inst.arg[0]))
      inst = {Opcode::Jump, {*condition != 0 ? inst.arg[1] : inst.arg[2]}};
  }

  ir::Block& block_;
  Replacements replacements_;
};

}  // namespace

void Fold(ir::Block& block) { Folder(block).Run(); }

}  // namespace emboard::opt
