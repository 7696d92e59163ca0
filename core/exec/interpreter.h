#pragma once
// The first engine: interprets the bytecode of optimised IR blocks, chained to one another.

#include <vector>

#include "core/exec/code_cache.h"
#include "core/exec/engine.h"

namespace emboard {

class Interpreter final : public Engine {
 public:
  explicit Interpreter(const EngineConfig& config);
  ~Interpreter() override;

  void AddCpu(CpuContext& ctx) override;
  void RemoveCpu(CpuContext& ctx) override;
  void Run(CpuContext& ctx) override;
  void MappingChanged(CpuContext& ctx) override { ctx.generation = ++generation_; }
  void FlushCode() override;
  void OnCodeWrite(PhysAddr address, u64 size_bytes) override;
  std::string Statistics() const override;

 private:
  /// How a chain of blocks was left.
  enum class Left : u8 {
    kDispatch,      ///< ctx.pc is the next instruction
    kUnlinkedExit,  ///< as kDispatch, and exit `way.exit` of `way.block` leads there
    kBudget,        ///< the next block is longer than the budget
    kFault,
    kNeedsStep,
  };
  struct Way {
    CodeBlock* block = nullptr;
    u8 exit = 0;
  };

  /// Runs `block` and what it is linked to.
  static Left Execute(CpuContext& ctx, CodeBlock* block, Way& way);

  /// The block at ctx.pc, translated if need be; null with a fault recorded.
  CodeBlock* Lookup(CpuContext& ctx, bool single);
  CodeBlock* FindTranslated(CpuContext& ctx, u64 phys, bool single);
  CodeBlock* Translate(CpuContext& ctx, u64 phys, PhysMap::Range& range, bool single);
  void LogBlock(const CpuContext& ctx, const CodeBlock& block, const ir::Block& before,
                const ir::Block& after, const std::string& guest_code);

  EngineConfig config_;
  CodeCache cache_;
  std::vector<CpuContext*> cpus_;
  u32 generation_ = 0;
  u64 translated_ = 0, lookups_ = 0, steps_ = 0, faults_ = 0;
};

}  // namespace emboard
