#pragma once
// The engine with native code for this host.

#include "core/base/result.h"
#include "core/exec/engine.h"

namespace emboard {

/// Fails, with a message, where the host is not x86-64 or gives no executable memory.
Result<std::unique_ptr<Engine>> MakeJitEngine(const EngineConfig& config);

}  // namespace emboard
