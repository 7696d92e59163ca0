#pragma once
// The optimiser: passes over one block, each in its own file, verified after every one in debug builds.

#include "core/ir/types.h"

namespace emboard::opt {

/// Forwards values between GetState and SetState of one slot and drops stores that nothing can see: a store
/// stays if a fault, a helper or the block's end may show it to the guest.
void ForwardState(ir::Block& block);

/// Evaluates operations on constants and simplifies those with a neutral or absorbing constant.
void Fold(ir::Block& block);

/// Drops results nobody uses, and renumbers.
void RemoveDeadCode(ir::Block& block);

/// All of them in the order that suits an interpreter and a JIT alike.
void Optimise(ir::Block& block);

/// Replaces every use of `from` by `to` in instructions after `from`. The users' operand kinds must agree.
class Replacements {
 public:
  explicit Replacements(size_t count) : to_(count, ir::kNoValue) {}
  void Set(ir::ValueId from, ir::ValueId to) { to_[from] = to; }
  void Apply(ir::Inst& inst) const {
    ir::ForEachValueOperand(inst, [&](u64& raw) {
      if (to_[raw] != ir::kNoValue) raw = to_[raw];
    });
  }

 private:
  std::vector<ir::ValueId> to_;
};

}  // namespace emboard::opt
