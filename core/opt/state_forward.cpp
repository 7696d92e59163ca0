#include <algorithm>

#include "core/opt/pass.h"

namespace emboard::opt {
namespace {

using ir::Effect;
using ir::Inst;
using ir::Opcode;
using ir::ValueId;

/// What is known of slots; a block touches few, so a list is the fastest map.
template <class T>
class SlotMap {
 public:
  T* Find(u64 slot) {
    const auto it =
        std::find_if(items_.begin(), items_.end(), [&](const Item& item) { return item.slot == slot; });
    return it == items_.end() ? nullptr : &it->value;
  }
  void Set(u64 slot, const T& value) {
    if (T* known = Find(slot))
      *known = value;
    else
      items_.push_back({slot, value});
  }
  void Erase(u64 slot) {
    std::erase_if(items_, [&](const Item& item) { return item.slot == slot; });
  }
  void Clear() { items_.clear(); }

 private:
  struct Item {
    u64 slot;
    T value;
  };
  std::vector<Item> items_;
};

struct Known {
  ValueId value;
  ir::Type type;
};

ir::Type SlotType(Opcode op) {
  return op == Opcode::GetState32 || op == Opcode::SetState32 ? ir::Type::I32 : ir::Type::I64;
}

/// Makes an instruction that nobody uses and that dead-code removal takes away.
void Erase(Inst& inst) { inst = {Opcode::Const32, {}}; }

void ForwardLoads(ir::Block& block) {
  SlotMap<Known> known;
  Replacements replacements(block.insts.size());
  for (size_t i = 0; i < block.insts.size(); ++i) {
    Inst& inst = block.insts[i];
    replacements.Apply(inst);
    if (ir::IsGetState(inst.op)) {
      const Known* seen = known.Find(inst.arg[0]);
      if (seen != nullptr && seen->type == SlotType(inst.op))
        replacements.Set(static_cast<ValueId>(i), seen->value);
      else
        known.Set(inst.arg[0], {static_cast<ValueId>(i), SlotType(inst.op)});
    } else if (ir::IsSetState(inst.op)) {
      known.Set(inst.arg[0], {static_cast<ValueId>(inst.arg[1]), SlotType(inst.op)});
    } else if (inst.op == Opcode::Call) {
      known.Clear();  // a helper may change any slot
    }
  }
}

// Memory operations change no slot, but a fault in them shows every slot, so stores before them stay.
void DropDeadStores(ir::Block& block) {
  SlotMap<ir::Type> overwritten;
  for (size_t i = block.insts.size(); i-- > 0;) {
    Inst& inst = block.insts[i];
    const Effect effect = ir::Info(inst.op).effect;
    if (ir::IsSetState(inst.op)) {
      const ir::Type* later = overwritten.Find(inst.arg[0]);
      if (later == nullptr)
        overwritten.Set(inst.arg[0], SlotType(inst.op));
      else if (*later == SlotType(inst.op))
        Erase(inst);
    } else if (ir::IsGetState(inst.op)) {
      overwritten.Erase(inst.arg[0]);
    } else if (effect == Effect::MayFault || effect == Effect::Exits || effect == Effect::Fp) {
      overwritten.Clear();  // Fp reads the rounding slot
    }
  }
}

}  // namespace

void ForwardState(ir::Block& block) {
  ForwardLoads(block);
  DropDeadStores(block);
}

}  // namespace emboard::opt
