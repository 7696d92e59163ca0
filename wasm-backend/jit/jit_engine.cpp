#include "wasm-backend/jit/jit_engine.h"

#include <algorithm>

#include "wasm-backend/jit/slow_paths.h"
#include "wasm-backend/jit/wasm_compiler.h"

namespace emboard {

Result<std::unique_ptr<Engine>> MakeWasmJitEngine(const EngineConfig& config) {
  const wasm::HostFeatures host = wasm::HostFeatures::Detect(wasm::Imports());
  if (!host.modules) return Error{"accel=jit: this page may not compile WebAssembly at run time"};
  wasm::CodeLimits limits;
  limits.bytes = std::min<size_t>(limits.bytes, config.code_budget_bytes);
  if (config.hot_entries == 0) limits.batch = 1;  // for tests: at once
  return MakeTieredEngine(config, wasm::MakeWasmCompiler(host, limits));
}

}  // namespace emboard
