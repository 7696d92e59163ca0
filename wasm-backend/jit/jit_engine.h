#pragma once
// The engine that compiles hot guest code to WebAssembly.

#include "core/base/result.h"
#include "core/exec/engine.h"

namespace emboard {

/// Fails, with a message, where modules cannot be compiled at run time (a page's security policy may forbid
/// it).
Result<std::unique_ptr<Engine>> MakeWasmJitEngine(const EngineConfig& config);

}  // namespace emboard
