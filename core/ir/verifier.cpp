#include "core/ir/verifier.h"

namespace emboard::ir {
namespace {

constexpr OperandKind KindOf(Type type) { return static_cast<OperandKind>(type); }

std::string At(size_t index, const Inst& inst, std::string_view what) {
  return "instruction " + std::to_string(index) + " (" + std::string(Info(inst.op).name) +
         "): " + std::string(what);
}

std::optional<std::string> CheckOperand(const Block& block, size_t index, OperandKind kind, u64 raw) {
  const Inst& inst = block.insts[index];
  if (IsValue(kind)) {
    if (raw >= index) return At(index, inst, "uses a value that is not defined before it");
    if (KindOf(Info(block.insts[raw].op).result) != kind)
      return At(index, inst, "operand has the wrong type");
  }
  if (kind == OperandKind::Slot && raw % 8 != 0) return At(index, inst, "slot offset is not a multiple of 8");
  if (kind == OperandKind::Fn && raw == 0) return At(index, inst, "no helper");
  if (kind == OperandKind::Rm && raw > 4 && raw != 7) return At(index, inst, "no such rounding mode");
  return std::nullopt;
}

}  // namespace

std::optional<std::string> Verify(const Block& block) {
  if (block.insts.empty()) return "block is empty";
  if (block.insts.size() >= kNoValue) return "block has too many instructions";
  for (size_t i = 0; i < block.insts.size(); ++i) {
    const Inst& inst = block.insts[i];
    if (static_cast<size_t>(inst.op) >= kOpcodeCount)
      return "instruction " + std::to_string(i) + ": no such opcode";
    const OpcodeInfo& info = Info(inst.op);
    for (size_t k = 0; k < info.operand_count; ++k)
      if (auto error = CheckOperand(block, i, info.operands[k], inst.arg[k])) return error;
    const bool last = i + 1 == block.insts.size();
    if ((info.effect == Effect::Exits) != last)
      return At(i, inst, last ? "the last instruction does not exit" : "exits before the end");
  }
  return std::nullopt;
}

}  // namespace emboard::ir
