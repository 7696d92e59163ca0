#pragma once
// The region compiler for hosts that run WebAssembly.

#include "core/exec/region_compiler.h"
#include "wasm-backend/jit/host_modules.h"

namespace emboard::wasm {

/// Bounds on what is kept compiled.
struct CodeLimits {
  size_t bytes = size_t{16} << 20;  ///< of module code as emitted; an engine's own is some times larger
  size_t regions = 8192;
  /// A module costs more than most regions, so several share one, unless one is wanted sooner.
  size_t batch = 24;
};

std::unique_ptr<RegionCompiler> MakeWasmCompiler(const HostFeatures& host, const CodeLimits& limits);

}  // namespace emboard::wasm
