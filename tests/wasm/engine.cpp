// What the IR tests compile with, here.

#include "native-backend/jit/jit_engine.h"
#include "wasm-backend/jit/jit_engine.h"

namespace emboard {

Result<std::unique_ptr<Engine>> MakeJitEngine(const EngineConfig& config) {
  return MakeWasmJitEngine(config);
}

}  // namespace emboard
