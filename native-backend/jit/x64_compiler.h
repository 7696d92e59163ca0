#pragma once
// The region compiler for x86-64 hosts.

#include "core/base/result.h"
#include "core/exec/region_compiler.h"

namespace emboard::jit {

/// `budget_bytes` bounds all machine code. Fails where the host gives no executable memory.
Result<std::unique_ptr<RegionCompiler>> MakeX64Compiler(size_t budget_bytes);

}  // namespace emboard::jit
