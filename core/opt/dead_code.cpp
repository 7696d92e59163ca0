#include <utility>

#include "core/opt/pass.h"

namespace emboard::opt {

void RemoveDeadCode(ir::Block& block) {
  const size_t count = block.insts.size();
  std::vector<bool> used(count, false);
  for (size_t i = count; i-- > 0;) {
    const ir::Inst& inst = block.insts[i];
    if (ir::IsRemovable(inst.op) && !used[i]) continue;
    used[i] = true;
    ir::ForEachValueOperand(inst, [&](ir::ValueId value) { used[value] = true; });
  }
  std::vector<ir::ValueId> moved(count, ir::kNoValue);
  size_t kept = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!used[i]) continue;
    ir::Inst inst = block.insts[i];
    ir::ForEachValueOperand(inst, [&](u64& raw) { raw = moved[raw]; });
    moved[i] = static_cast<ir::ValueId>(kept);
    block.insts[kept++] = inst;
  }
  block.insts.resize(kept);
}

}  // namespace emboard::opt
