#pragma once
// Turns an optimised IR block into bytecode: values become cells, and state slots are operands themselves.

#include "core/exec/code_block.h"
#include "core/ir/types.h"

namespace emboard {

/// Fills `out.code`, `out.offsets` and the exits' addresses; `out.pc` must be set.
void Lower(const ir::Block& block, CodeBlock& out);

}  // namespace emboard
