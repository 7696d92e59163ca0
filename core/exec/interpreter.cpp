#include "core/exec/interpreter.h"

#include <cinttypes>
#include <cstdio>

#include "core/exec/code_reader.h"
#include "core/exec/guest_isa.h"
#include "core/exec/lower.h"
#include "core/ir/text.h"
#include "core/opt/pass.h"

namespace emboard {

/// Long enough to amortise entering a block, short enough that IR values and temporaries stay few.
constexpr unsigned kMaxBlockInstructions = 64;
/// How often a backend is asked for a region that is not ready, while its block runs as often as it took to
/// be hot.
constexpr i32 kAsksPerHeating = 16;

std::unique_ptr<Engine> MakeInterpreter(const EngineConfig& config) {
  return std::make_unique<Interpreter>(config, nullptr);
}

std::unique_ptr<Engine> MakeTieredEngine(const EngineConfig& config,
                                         std::unique_ptr<RegionCompiler> compiler) {
  return std::make_unique<Interpreter>(config, std::move(compiler));
}

Interpreter::Interpreter(const EngineConfig& config, std::unique_ptr<RegionCompiler> compiler)
    : config_(config), cache_(*config.bus, config.code_budget_bytes), compiler_(std::move(compiler)) {
  config_.bus->set_code_write_observer(this);
  cache_.set_on_drop([this](CodeBlock& block) {
    while (!block.regions.empty()) DropRegion(*block.regions.back());
  });
}

Interpreter::~Interpreter() { config_.bus->set_code_write_observer(nullptr); }

void Interpreter::AddCpu(CpuContext& ctx) {
  ctx.engine = this;
  ctx.code_map = &cache_.map();
  cpus_.push_back(&ctx);
  MappingChanged(ctx);
}

void Interpreter::RemoveCpu(CpuContext& ctx) { std::erase(cpus_, &ctx); }

void Interpreter::FlushCode() { cache_.Clear(cpus_); }

void Interpreter::OnMapChange(PhysAddr base, u64 size_bytes) {
  cache_.Invalidate(base.value, size_bytes, cpus_);
  for (CpuContext* cpu : cpus_) {
    cpu->FlushTlbs();
    MappingChanged(*cpu);
  }
}

void Interpreter::OnCodeWrite(PhysAddr address, u64 size_bytes) {
  cache_.Invalidate(address.value, size_bytes, cpus_);
}

void Interpreter::Run(CpuContext& ctx) {
  Way way;
  bool link = false, step = false, interpret = false;
  for (;;) {
    dropped_regions_.clear();
    if (cache_.CollectGarbage()) link = false;  // its block may be gone
    if (ctx.attention) {
      ctx.attention = false;
      link = false;
      ctx.isa->TakeInterrupt(ctx);
    }
    if (ctx.budget <= 0 || ctx.waiting) return;
    CodeBlock* block = Lookup(ctx, step);
    if (block != nullptr && block->count > ctx.budget) {
      block = Lookup(ctx, true);
      link = false;
    }
    if (block == nullptr) {
      ctx.budget -= 1;  // a fault costs one, so that a guest that only faults cannot hold us here
      ++faults_;
      ctx.isa->TakeFault(ctx);
      link = step = false;
      continue;
    }
    if (Traces())
      LogEntry(ctx, *block);
    else if (link && !block->single)
      Link(ctx, way, *block);
    Left left;
    if (interpret || Traces() || block->heat > 0 || !EnterNative(ctx, *block, left, way))
      left = Execute(ctx, block, way);
    link = left == Left::kUnlinkedExit;
    step = left == Left::kNeedsStep;
    interpret = left == Left::kBudget;  // native code asks for more than one block's worth
    steps_ += step;
    if (left == Left::kFault) {
      ++faults_;
      ctx.isa->TakeFault(ctx);
    }
  }
}

void Interpreter::Link(CpuContext& ctx, const Way& way, CodeBlock& to) {
  CodeCache::Link(*way.block, way.exit, to, ctx.generation);
  if (to.native == nullptr || way.block->dropped || !regions_.contains(way.region)) return;
  ++native_links_;
  way.region->LinkExit({way.block, way.exit}, *to.native, ctx.generation);
}

bool Interpreter::EnterNative(CpuContext& ctx, CodeBlock& block, Left& left, Way& way) {
  if (block.native == nullptr) CompileRegion(block);
  if (block.native == nullptr) return false;
  if (!block.native->Ready()) {
    block.heat = config_.hot_entries / kAsksPerHeating + 1;
    return false;
  }
  ++native_entries_;
  JumpCacheEntry& jump = ctx.jump_cache[CpuContext::JumpIndex(block.pc)];
  if (jump.block == &block) jump.native = block.native->entry();
  RegionPoint point;
  ctx.executing = true;
  ctx.may_do_io = false;
  const NativeLeft native = block.native->Enter(ctx, point);
  ctx.executing = false;
  way = {point.block, static_cast<u8>(point.index), ctx.native_region};
  ++left_[static_cast<size_t>(native)];
  switch (native) {
    case NativeLeft::kDispatch:
      left = Left::kDispatch;
      break;
    case NativeLeft::kUnlinkedExit:
      left = Left::kUnlinkedExit;
      break;
    case NativeLeft::kBudget:
      left = Left::kBudget;
      break;
    case NativeLeft::kFault:
    case NativeLeft::kNeedsStep: {
      const bool fault = native == NativeLeft::kFault;
      left = fault ? Left::kFault : Left::kNeedsStep;
      ctx.pc = point.block->InstructionPc(point.index);
      ctx.budget += point.block->count - point.index - (fault ? 1 : 0);
      break;
    }
  }
  return true;
}

void Interpreter::CompileRegion(CodeBlock& entry) {
  entry.heat = kNeverHot;
  if (compiler_ == nullptr) return;
  const Region region = FormRegion(entry, cache_);
  if (region.nodes.empty()) return;
  std::unique_ptr<CompiledRegion> compiled = compiler_->Compile(region);
  if (compiled == nullptr) {  // out of room: the oldest code goes, and its place is free the next time
    for (CompiledRegion* old : compiler_->Oldest()) DropRegion(*old);
    entry.heat = config_.hot_entries + 1;  // not at once again
    return;
  }
  ++regions_compiled_;
  for (const Region::Node& node : region.nodes) {
    compiled->blocks.push_back(node.block);
    node.block->regions.push_back(compiled.get());
  }
  entry.native = compiled.get();
  entry.heat = 0;
  for (CpuContext* cpu : cpus_) {
    JumpCacheEntry& jump = cpu->jump_cache[CpuContext::JumpIndex(entry.pc)];
    if (jump.block == &entry) jump.native = compiled->entry();
  }
  regions_.emplace(compiled.get(), std::move(compiled));
}

void Interpreter::DropRegion(CompiledRegion& region) {
  ++regions_dropped_;
  CodeBlock& entry = *region.blocks.front();
  for (CodeBlock* block : region.blocks) std::erase(block->regions, &region);
  if (entry.native == &region) {
    entry.native = nullptr;
    entry.heat = config_.hot_entries + 1;  // not at once again
  }
  for (CpuContext* cpu : cpus_) {
    JumpCacheEntry& jump = cpu->jump_cache[CpuContext::JumpIndex(entry.pc)];
    if (jump.block == &entry) jump.native = nullptr;
  }
  region.Retire();
  const auto it = regions_.find(&region);
  dropped_regions_.push_back(std::move(it->second));
  regions_.erase(it);
}

CodeBlock* Interpreter::Lookup(CpuContext& ctx, bool single) {
  JumpCacheEntry& entry = ctx.jump_cache[CpuContext::JumpIndex(ctx.pc)];
  if (!single && entry.pc == ctx.pc && entry.mode == ctx.mode && entry.generation == ctx.generation)
    return entry.block;
  ++lookups_;
  u64 phys = 0;
  PhysMap::Range* range = nullptr;
  if (!TranslateFetch(ctx, ctx.pc, phys, range)) return nullptr;
  // After a change of address space most addresses still lead where they did.
  const bool remembered =
      !single && entry.pc == ctx.pc && entry.mode == ctx.mode && entry.block->phys == phys;
  if (remembered && !entry.block->crosses_page) {
    entry.generation = ctx.generation;
    ctx.NoteCodePage(ctx.pc);
    return entry.block;
  }
  CodeBlock* block = FindTranslated(ctx, phys, single);
  if (ctx.fault.pending) return nullptr;
  if (block == nullptr) block = Translate(ctx, phys, *range, single);
  if (block == nullptr) return nullptr;
  ctx.NoteCodePage(ctx.pc);
  if (block->crosses_page) ctx.NoteCodePage(ctx.pc + 2);
  if (!single && !Traces())
    entry = {ctx.pc, ctx.mode, ctx.generation, block,
             block->native == nullptr ? nullptr : block->native->entry()};
  return block;
}

CodeBlock* Interpreter::FindTranslated(CpuContext& ctx, u64 phys, bool single) {
  CodeBlock* block = cache_.Find(phys, ctx.pc, ctx.mode, single);
  if (block == nullptr || !block->crosses_page) return block;
  u64 next_phys = 0;
  PhysMap::Range* range = nullptr;
  if (!TranslateFetch(ctx, ctx.pc + 2, next_phys, range)) return nullptr;
  return next_phys == block->phys_next ? block : nullptr;
}

CodeBlock* Interpreter::Translate(CpuContext& ctx, u64 phys, PhysMap::Range& range, bool single) {
  PageCodeReader reader(ctx, ctx.pc, phys, range);
  ir::Block before;
  ir::Emitter emitter(before);
  const TranslatedSize size =
      ctx.isa->Translate(ctx.pc, ctx.mode, single ? 1 : kMaxBlockInstructions, reader, emitter);
  if (size.instructions == 0) return nullptr;
  ++translated_;
  auto block = std::make_unique<CodeBlock>();
  block->pc = ctx.pc;
  block->phys = phys;
  block->phys_next = reader.next_phys();
  block->crosses_page = reader.crossed();
  block->size_bytes = size.bytes;
  block->mode = ctx.mode;
  block->count = size.instructions;
  block->single = single;
  if (compiler_ != nullptr && !single) block->heat = block->first_heat = config_.hot_entries;
  const bool log = config_.log != nullptr && config_.log->wants_any();
  const ir::Block unoptimised = log ? before : ir::Block{};
  if (config_.optimise) opt::Optimise(before);
  Lower(before, *block);
  if (log) LogBlock(ctx, *block, unoptimised, before, phys, range);
  return cache_.Insert(std::move(block), cpus_);
}

void Interpreter::LogBlock(CpuContext& ctx, const CodeBlock& block, const ir::Block& before,
                           const ir::Block& after, u64 phys, PhysMap::Range& range) {
  char head[96];
  std::snprintf(head, sizeof head, "---- 0x%" PRIx64 " mode 0x%x, %u instructions\n", block.pc, ctx.mode,
                block.count);
  LogSink& log = *config_.log;
  if (log.wants(LogItem::kInAsm)) {
    PageCodeReader code(ctx, block.pc, phys, range);
    std::string text;
    u64 pc = block.pc;
    for (unsigned i = 0, length = 0; i < block.count; ++i, pc += length)
      text += ctx.isa->Disassemble(pc, ctx.mode, code, length) + "\n";
    log.Write("IN: " + std::string(head) + text);
  }
  if (log.wants(LogItem::kOp)) log.Write("OP: " + std::string(head) + ir::Print(before));
  if (log.wants(LogItem::kOpOpt)) log.Write("OP after optimisation: " + std::string(head) + ir::Print(after));
}

void Interpreter::LogEntry(const CpuContext& ctx, const CodeBlock& block) {
  char line[96];
  std::snprintf(line, sizeof line, "Exec: 0x%" PRIx64 " mode 0x%x, %u instructions\n", block.pc, ctx.mode,
                block.count);
  config_.log->Write(line);
}

std::string Interpreter::Statistics() const {
  std::string out;
  const auto line = [&](const char* name, u64 value) {
    out += std::string(name) + " " + std::to_string(value) + "\n";
  };
  line("blocks_translated", translated_);
  line("blocks_live", cache_.block_count());
  line("blocks_invalidated", cache_.invalidated());
  line("blocks_evicted", cache_.evicted());
  line("code_bytes", cache_.memory_bytes());
  line("block_lookups", lookups_);
  line("single_steps", steps_);
  line("faults", faults_);
  if (compiler_ != nullptr) {
    line("regions_compiled", regions_compiled_);
    line("regions_dropped", regions_dropped_);
    line("regions_live", regions_.size());
    line("native_entries", native_entries_);
    line("native_links", native_links_);
    static constexpr const char* kReasons[] = {"left_to_dispatch", "left_unlinked", "left_for_budget",
                                               "left_on_fault", "left_to_step"};
    for (size_t i = 0; i < left_.size(); ++i) line(kReasons[i], left_[i]);
    out += compiler_->Statistics();
  }
  u64 misses = 0;
  for (const CpuContext* cpu : cpus_) misses += cpu->tlb_misses;
  line("tlb_misses", misses);
  return out;
}

}  // namespace emboard
