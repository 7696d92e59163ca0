#pragma once
// One bytecode by itself, for code generators that have nothing better for it.

#include "core/exec/bytecode.h"
#include "core/exec/cpu_context.h"
#include "core/exec/memory_access.h"

namespace emboard {

/// Any operation but Call and the exits; operands and result are cells in memory.
AccessResult RunOne(CpuContext& ctx, const Bytecode& op);

}  // namespace emboard
