#include "core/opt/pass.h"

#include <cassert>

#include "core/ir/verifier.h"

namespace emboard::opt {
namespace {

void Run(void (*pass)(ir::Block&), ir::Block& block) {
  pass(block);
  assert(!ir::Verify(block).has_value());
}

}  // namespace

void Optimise(ir::Block& block) {
  Run(ForwardState, block);
  Run(Fold, block);
  Run(RemoveDeadCode, block);
}

}  // namespace emboard::opt
