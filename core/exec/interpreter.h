#pragma once
// The engine: interprets the bytecode of optimised IR blocks, chained to one another, and hands what is hot
// to a region compiler, if it was given one.

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/exec/code_cache.h"
#include "core/exec/engine.h"
#include "core/exec/region_compiler.h"

namespace emboard {

class Interpreter final : public Engine {
 public:
  Interpreter(const EngineConfig& config, std::unique_ptr<RegionCompiler> compiler);
  ~Interpreter() override;

  void AddCpu(CpuContext& ctx) override;
  void RemoveCpu(CpuContext& ctx) override;
  void Run(CpuContext& ctx) override;
  void MappingChanged(CpuContext& ctx) override {
    ctx.generation = ++generation_;
    ctx.code_pages_used.fill(0);
  }
  void PageMappingChanged(CpuContext& ctx, u64 va) override {
    if (ctx.MayUseCodePage(va)) MappingChanged(ctx);
  }
  void FlushCode() override;
  void OnCodeWrite(PhysAddr address, u64 size_bytes) override;
  void OnMapChange(PhysAddr base, u64 size_bytes) override;
  std::string Statistics() const override;

 private:
  /// How a chain of blocks was left.
  enum class Left : u8 {
    kDispatch,      ///< ctx.pc is the next instruction
    kUnlinkedExit,  ///< as kDispatch, and exit `way.exit` of `way.block` leads there
    kBudget,        ///< the next block is longer than the budget
    kHot,           ///< the next block is compiled, or should be
    kFault,
    kNeedsStep,
  };
  struct Way {
    CodeBlock* block = nullptr;
    u8 exit = 0;
    CompiledRegion* region = nullptr;  ///< that was left, if it was native code
  };

  /// Runs `block` and what it is linked to.
  static Left Execute(CpuContext& ctx, CodeBlock* block, Way& way);

  /// The block at ctx.pc, translated if need be; null with a fault recorded.
  CodeBlock* Lookup(CpuContext& ctx, bool single);
  CodeBlock* FindTranslated(CpuContext& ctx, u64 phys, bool single);
  CodeBlock* Translate(CpuContext& ctx, u64 phys, PhysMap::Range& range, bool single);
  void Link(CpuContext& ctx, const Way& way, CodeBlock& to);
  /// Runs compiled code that begins at `block`, if it has or deserves some; false: interpret it.
  bool EnterNative(CpuContext& ctx, CodeBlock& block, Left& left, Way& way);
  void CompileRegion(CodeBlock& entry);
  void DropRegion(CompiledRegion& region);
  /// `-d exec`: blocks are then neither linked nor compiled, so that each passes through Run.
  bool Traces() const { return config_.log != nullptr && config_.log->wants(LogItem::kExec); }
  void LogEntry(const CpuContext& ctx, const CodeBlock& block);
  void LogBlock(CpuContext& ctx, const CodeBlock& block, const ir::Block& before, const ir::Block& after,
                u64 phys, PhysMap::Range& range);

  EngineConfig config_;
  CodeCache cache_;
  std::unique_ptr<RegionCompiler> compiler_;  // may be null
  std::unordered_map<CompiledRegion*, std::unique_ptr<CompiledRegion>> regions_;
  std::vector<std::unique_ptr<CompiledRegion>> dropped_regions_;  // one may still be running
  std::vector<CpuContext*> cpus_;
  u32 generation_ = 0;
  u64 translated_ = 0, lookups_ = 0, steps_ = 0, faults_ = 0;
  u64 regions_compiled_ = 0, regions_dropped_ = 0, native_entries_ = 0, native_links_ = 0;
  std::array<u64, 5> left_{};  // by NativeLeft
};

}  // namespace emboard
