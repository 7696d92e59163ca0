#include "wasm-backend/jit/wasm_compiler.h"

#include <algorithm>
#include <unordered_set>

#include "wasm-backend/jit/generations.h"
#include "wasm-backend/jit/module_builder.h"
#include "wasm-backend/jit/slow_paths.h"

namespace emboard::wasm {
namespace {

class WasmCompiler;

class WasmRegion final : public CompiledRegion {
 public:
  explicit WasmRegion(WasmCompiler& compiler) : compiler_(compiler) {}
  ~WasmRegion() override;

  bool Ready() override;
  void Retire() override;
  NativeLeft Enter(CpuContext& ctx, RegionPoint& point) override;
  void LinkExit(const RegionPoint& exit, CompiledRegion& target, u32 generation) override;
  const void* entry() const override { return reinterpret_cast<const void*>(static_cast<uintptr_t>(index_)); }
  size_t code_bytes() const override { return code_bytes_; }

  RegionData& data() { return data_; }
  size_t generation() const { return generation_; }
  void Account(size_t bytes, size_t generation) {
    code_bytes_ = bytes, generation_ = generation;
    linked_to_.resize(data_.slots.size());
  }
  void Place(u32 index) { index_ = index; }

 private:
  void Forget(WasmRegion* from, size_t slot) {
    std::erase_if(incoming_, [&](const Incoming& i) { return i.from == from && i.slot == slot; });
  }

  struct Incoming {
    WasmRegion* from;
    size_t slot;
  };
  WasmCompiler& compiler_;
  RegionData data_;
  u32 index_ = 0;  // in the table; 0: not there yet
  unsigned asked_ = 0;
  size_t code_bytes_ = 0;
  size_t generation_ = 0;
  std::vector<Incoming> incoming_;
  std::vector<WasmRegion*> linked_to_;  // by slot; null: unlinked
};

class WasmCompiler final : public RegionCompiler {
 public:
  WasmCompiler(const HostFeatures& host, const CodeLimits& limits)
      : host_(host), batch_(limits.batch), generations_(limits.bytes, limits.regions) {}

  std::unique_ptr<CompiledRegion> Compile(const Region& region) override {
    auto compiled = std::make_unique<WasmRegion>(*this);
    RegionEmitter emitter(region, compiled->data(), compiled.get(), host_);
    FunctionBody body = emitter.Emit();
    const auto generation = refused_ ? std::nullopt : generations_.Take(body.code.size());
    refused_ = false;
    if (!generation) return nullptr;
    compiled->Account(body.code.size(), *generation);
    live_.insert(compiled.get());
    bytes_emitted_ += body.code.size();
    irreducible_ += !emitter.reducible();
    pending_.push_back({compiled.get(), std::move(body)});
    if (pending_.size() >= batch_) Flush();
    return compiled;
  }

  /// Compiles all that wait, as one module. When the host refuses, for want of memory, they wait until older
  /// code has gone: the next Compile asks for that.
  void Flush() {
    ModuleBuilder builder(host_.tail_calls);
    std::vector<u32> indexes;
    for (const Pending& pending : pending_) {
      indexes.push_back(TakeTableEntry());
      builder.Add(pending.body);
    }
    const Writer module = builder.Build();
    if (indexes.back() == 0 || !AddModule(module.bytes(), Imports(), indexes)) {
      ++failures_;
      refused_ = true;
      for (const u32 index : indexes)
        if (index != 0) GiveBackTableEntry(index);
      return;
    }
    for (size_t i = 0; i < pending_.size(); ++i) pending_[i].region->Place(indexes[i]);
    pending_.clear();
    ++modules_;
  }

  std::vector<CompiledRegion*> Oldest() override {
    std::vector<CompiledRegion*> oldest;
    for (WasmRegion* region : live_)
      if (region->generation() == generations_.oldest()) oldest.push_back(region);
    return oldest;
  }

  std::string Statistics() const override {
    const auto line = [](const char* name, u64 value) {
      return std::string(name) + " " + std::to_string(value) + "\n";
    };
    return line("wasm_modules", modules_) + line("wasm_modules_refused", failures_) +
           line("wasm_bytes_live", generations_.bytes()) + line("wasm_bytes_emitted", bytes_emitted_) +
           line("wasm_regions_irreducible", irreducible_) + line("wasm_tail_calls", host_.tail_calls) +
           line("wasm_fused", host_.fused);
  }

  void Forget(WasmRegion& region, u32 index) {
    if (live_.erase(&region) == 0) return;
    generations_.Release(region.generation(), region.code_bytes());
    std::erase_if(pending_, [&](const Pending& pending) { return pending.region == &region; });
    if (index != 0) GiveBackTableEntry(index);
  }

 private:
  struct Pending {
    WasmRegion* region;
    FunctionBody body;
  };
  const HostFeatures host_;
  const size_t batch_;
  std::vector<Pending> pending_;
  bool refused_ = false;
  Generations generations_;
  std::unordered_set<WasmRegion*> live_;
  u64 modules_ = 0, failures_ = 0, bytes_emitted_ = 0, irreducible_ = 0;
};

WasmRegion::~WasmRegion() { compiler_.Forget(*this, index_); }

// The second question flushes: what is asked for again runs often enough to be compiled by itself.
bool WasmRegion::Ready() {
  if (index_ == 0 && asked_++ > 0) compiler_.Flush();
  return index_ != 0;
}

void WasmRegion::Retire() {
  for (const Incoming& link : incoming_) {
    link.from->linked_to_[link.slot] = nullptr;
    link.from->data_.slots[link.slot] = {};
  }
  incoming_.clear();
  for (size_t slot = 0; slot < linked_to_.size(); ++slot) {
    if (linked_to_[slot] != nullptr) linked_to_[slot]->Forget(this, slot);
    linked_to_[slot] = nullptr;
    data_.slots[slot] = {};
  }
}

NativeLeft WasmRegion::Enter(CpuContext& ctx, RegionPoint& point) {
  uintptr_t function = index_;
  u32 left = kLeftToNext;
  for (;;) {
    left = reinterpret_cast<u32 (*)(CpuContext*)>(function)(&ctx);
    if (left != kLeftToNext) break;
    function = static_cast<uintptr_t>(ctx.native_point);
  }
  const auto why = static_cast<NativeLeft>(left);
  if (why == NativeLeft::kUnlinkedExit || why == NativeLeft::kFault || why == NativeLeft::kNeedsStep)
    point = static_cast<WasmRegion*>(ctx.native_region)->data_.points[ctx.native_point];
  return why;
}

void WasmRegion::LinkExit(const RegionPoint& exit, CompiledRegion& target, u32 generation) {
  for (size_t slot = 0; slot < data_.slots.size(); ++slot) {
    if (data_.points[slot].block != exit.block || data_.points[slot].index != exit.index) continue;
    auto& to = static_cast<WasmRegion&>(target);
    data_.slots[slot] = {to.index_, generation};
    if (linked_to_[slot] == &to) return;
    if (linked_to_[slot] != nullptr) linked_to_[slot]->Forget(this, slot);
    linked_to_[slot] = &to;
    to.incoming_.push_back({this, slot});
    return;
  }
}

}  // namespace

std::unique_ptr<RegionCompiler> MakeWasmCompiler(const HostFeatures& host, const CodeLimits& limits) {
  return std::make_unique<WasmCompiler>(host, limits);
}

}  // namespace emboard::wasm
