#include "native-backend/jit/jit_engine.h"

#include "core/exec/region_compiler.h"
#ifdef __x86_64__
#include "native-backend/jit/x64_compiler.h"
#endif

namespace emboard {

Result<std::unique_ptr<Engine>> MakeJitEngine(const EngineConfig& config) {
#ifdef __x86_64__
  return MakeTieredEngine(config, TRY(jit::MakeX64Compiler(config.code_budget_bytes)));
#else
  (void)config;
  return Error{"-accel jit: there is no code generator for this host; use -accel interp"};
#endif
}

}  // namespace emboard
