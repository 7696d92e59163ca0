#pragma once
// An engine runs translated guest code. The machine owns one; its CPUs share it.

#include <memory>
#include <string>

#include "core/base/log.h"
#include "core/exec/cpu_context.h"
#include "core/memory/phys_map.h"

namespace emboard {

struct EngineConfig {
  PhysMap* bus = nullptr;
  LogSink* log = nullptr;  ///< may be null
  bool optimise = true;
  u64 code_budget_bytes = u64{64} << 20;
  i32 hot_entries = 100;  ///< times a block runs before a second tier compiles it; 0: at once
};

class Engine : public CodeWriteObserver {
 public:
  /// `ctx` stays where it is until RemoveCpu.
  virtual void AddCpu(CpuContext& ctx) = 0;
  virtual void RemoveCpu(CpuContext& ctx) = 0;
  /// Runs until ctx.budget is spent or the CPU waits.
  virtual void Run(CpuContext& ctx) = 0;
  /// Instruction pages of `ctx` may have moved (fence, address-space change).
  virtual void MappingChanged(CpuContext& ctx) = 0;
  /// The same for one page.
  virtual void PageMappingChanged(CpuContext& ctx, u64 va) = 0;
  /// Drops all translated code (a snapshot was loaded).
  virtual void FlushCode() = 0;
  /// One `name value` line each.
  virtual std::string Statistics() const = 0;
};

std::unique_ptr<Engine> MakeInterpreter(const EngineConfig& config);

class RegionCompiler;
/// The interpreter with a second tier above it.
std::unique_ptr<Engine> MakeTieredEngine(const EngineConfig& config,
                                         std::unique_ptr<RegionCompiler> compiler);

}  // namespace emboard
