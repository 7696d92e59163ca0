#include <unordered_map>

#include "core/opt/pass.h"

namespace emboard::opt {
namespace {

using ir::Effect;
using ir::Inst;
using ir::Opcode;
using ir::ValueId;

struct Known {
  ValueId value;
  ir::Type type;
};

bool IsGet(Opcode op) { return op == Opcode::GetState32 || op == Opcode::GetState64; }
bool IsSet(Opcode op) { return op == Opcode::SetState32 || op == Opcode::SetState64; }
ir::Type SlotType(Opcode op) {
  return op == Opcode::GetState32 || op == Opcode::SetState32 ? ir::Type::I32 : ir::Type::I64;
}

/// Makes an instruction that nobody uses and that dead-code removal takes away.
void Erase(Inst& inst) { inst = {Opcode::Const32, {}}; }

void ForwardLoads(ir::Block& block) {
  std::unordered_map<u64, Known> known;
  Replacements replacements(block.insts.size());
  for (size_t i = 0; i < block.insts.size(); ++i) {
    Inst& inst = block.insts[i];
    replacements.Apply(inst);
    if (IsGet(inst.op)) {
      const auto it = known.find(inst.arg[0]);
      if (it != known.end() && it->second.type == SlotType(inst.op))
        replacements.Set(static_cast<ValueId>(i), it->second.value);
      else
        known[inst.arg[0]] = {static_cast<ValueId>(i), SlotType(inst.op)};
    } else if (IsSet(inst.op)) {
      known[inst.arg[0]] = {static_cast<ValueId>(inst.arg[1]), SlotType(inst.op)};
    } else if (inst.op == Opcode::Call) {
      known.clear();  // a helper may change any slot
    }
  }
}

// Memory operations change no slot, but a fault in them shows every slot, so stores before them stay.
void DropDeadStores(ir::Block& block) {
  std::unordered_map<u64, ir::Type> overwritten;
  for (size_t i = block.insts.size(); i-- > 0;) {
    Inst& inst = block.insts[i];
    const Effect effect = ir::Info(inst.op).effect;
    if (IsSet(inst.op)) {
      const auto [it, fresh] = overwritten.try_emplace(inst.arg[0], SlotType(inst.op));
      if (!fresh && it->second == SlotType(inst.op)) Erase(inst);
    } else if (IsGet(inst.op)) {
      overwritten.erase(inst.arg[0]);
    } else if (effect == Effect::MayFault || effect == Effect::Exits || effect == Effect::Fp) {
      overwritten.clear();  // Fp reads the rounding slot
    }
  }
}

}  // namespace

void ForwardState(ir::Block& block) {
  ForwardLoads(block);
  DropDeadStores(block);
}

}  // namespace emboard::opt
