#include <cinttypes>
#include <cstdio>

#include "core/ir/helper.h"
#include "core/ir/text.h"

namespace emboard::ir {
namespace {

std::string Hex(u64 value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%" PRIx64, value);
  return text;
}

std::string PrintOperand(OperandKind kind, u64 raw) {
  switch (kind) {
    case OperandKind::Slot:
      return "@" + std::to_string(raw);
    case OperandKind::Disp:
      return std::to_string(static_cast<i64>(raw));
    case OperandKind::Rm:
      return "rm" + std::to_string(raw);
    case OperandKind::Fn:
      return std::string(reinterpret_cast<const Helper*>(static_cast<uintptr_t>(raw))->name);
    case OperandKind::Imm:
    case OperandKind::Pc:
      return Hex(raw);
    default:
      return "v" + std::to_string(raw);
  }
}

}  // namespace

std::string Print(const Block& block) {
  std::string out;
  for (size_t i = 0; i < block.insts.size(); ++i) {
    const Inst& inst = block.insts[i];
    const OpcodeInfo& info = Info(inst.op);
    if (info.effect != Effect::Marker) out += "  ";
    if (info.result != Type::Void) out += "v" + std::to_string(i) + " = ";
    out += info.name;
    for (size_t k = 0; k < info.operand_count; ++k)
      out += (k == 0 ? " " : ", ") + PrintOperand(info.operands[k], inst.arg[k]);
    out += '\n';
  }
  return out;
}

}  // namespace emboard::ir
