#include "native-backend/jit/x64_compiler.h"

#include <algorithm>
#include <unordered_set>

#include "native-backend/jit/code_memory.h"
#include "native-backend/jit/x64_emitter.h"

namespace emboard::jit {
namespace {

class X64Compiler;

class X64Region final : public CompiledRegion {
 public:
  explicit X64Region(X64Compiler& compiler) : compiler_(compiler) {}
  ~X64Region() override;

  void Retire() override;
  NativeLeft Enter(CpuContext& ctx, RegionPoint& point) override;
  void LinkExit(const RegionPoint& exit, CompiledRegion& target, u32 generation) override;
  const void* entry() const override { return code_; }
  size_t code_bytes() const override { return code_bytes_; }

  RegionData& data() { return data_; }
  size_t generation() const { return generation_; }
  const RegionPoint& point(size_t index) const { return data_.points[index]; }
  void Place(const CodeMemory::Place& place, size_t bytes);

 private:
  void Unlink(size_t slot);

  X64Compiler& compiler_;
  RegionData data_;
  const u8* code_ = nullptr;
  size_t code_bytes_ = 0;
  size_t generation_ = 0;
  struct Incoming {
    X64Region* from;
    size_t slot;
  };
  std::vector<Incoming> incoming_;
  std::vector<X64Region*> linked_to_;  // by slot; null: unlinked
};

/// Saves what the host's convention wants kept and jumps into a region; regions return by
/// RegionEmitter::Return.
class Thunk : public Xbyak::CodeGenerator {
 public:
  Thunk() : Xbyak::CodeGenerator(256) {
    for (const Xbyak::Reg64& reg : {rbx, rbp, r12, r13, r14, r15}) push(reg);
    sub(rsp, 8);
    mov(rbx, rdi);
    mov(r15, qword[rbx + static_cast<int>(offsetof(CpuContext, budget))]);
    jmp(rsi);
  }
};

class X64Compiler final : public RegionCompiler {
 public:
  X64Compiler(std::unique_ptr<CodeMemory> memory, std::unique_ptr<CodeMemory> thunk_memory)
      : memory_(std::move(memory)), thunk_memory_(std::move(thunk_memory)) {
    const Thunk thunk;
    thunk_ = thunk_memory_->Put({thunk.getCode(), thunk.getSize()}).executable;
  }

  std::unique_ptr<CompiledRegion> Compile(const Region& region) override {
    auto compiled = std::make_unique<X64Region>(*this);
    Xbyak::ClearError();
    RegionEmitter emitter(region, host_, compiled->data(), compiled.get());
    if (!emitter.Emit()) return nullptr;
    const CodeMemory::Place place = memory_->Put({emitter.getCode(), emitter.getSize()});
    if (place.executable == nullptr) return nullptr;
    compiled->Place(place, emitter.getSize());
    live_.insert(compiled.get());
    bytes_emitted_ += emitter.getSize();
    return compiled;
  }

  std::vector<CompiledRegion*> Oldest() override {
    std::vector<CompiledRegion*> oldest;
    for (X64Region* region : live_)
      if (region->generation() == memory_->oldest()) oldest.push_back(region);
    return oldest;
  }

  std::string Statistics() const override {
    return "native_code_bytes " + std::to_string(memory_->used_bytes()) + "\nnative_code_budget " +
           std::to_string(memory_->budget_bytes()) + "\nnative_bytes_emitted " +
           std::to_string(bytes_emitted_) + "\n";
  }

  u32 Run(CpuContext& ctx, const void* entry) const {
    return reinterpret_cast<u32 (*)(CpuContext*, const void*)>(reinterpret_cast<uintptr_t>(thunk_))(&ctx,
                                                                                                    entry);
  }
  void Forget(X64Region& region) {
    live_.erase(&region);
    memory_->Release(region.generation());
  }

 private:
  const HostFeatures host_ = HostFeatures::Detect();
  std::unique_ptr<CodeMemory> memory_;
  std::unique_ptr<CodeMemory> thunk_memory_;  // apart, for it is never dropped
  const u8* thunk_ = nullptr;
  std::unordered_set<X64Region*> live_;
  u64 bytes_emitted_ = 0;
};

X64Region::~X64Region() {
  if (code_ != nullptr) compiler_.Forget(*this);
}

void X64Region::Retire() {
  for (const Incoming& link : incoming_) {
    link.from->linked_to_[link.slot] = nullptr;
    link.from->Unlink(link.slot);
  }
  incoming_.clear();
  for (size_t slot = 0; slot < linked_to_.size(); ++slot) {
    if (linked_to_[slot] == nullptr) continue;
    std::erase_if(linked_to_[slot]->incoming_,
                  [&](const Incoming& i) { return i.from == this && i.slot == slot; });
    linked_to_[slot] = nullptr;
    Unlink(slot);
  }
}

void X64Region::Place(const CodeMemory::Place& place, size_t bytes) {
  code_ = place.executable;
  code_bytes_ = bytes;
  generation_ = place.generation;
  linked_to_.resize(data_.slots.size());
  for (size_t slot = 0; slot < data_.slots.size(); ++slot) Unlink(slot);
}

void X64Region::Unlink(size_t slot) { data_.slots[slot] = {code_ + data_.unlinked[slot], 0}; }

NativeLeft X64Region::Enter(CpuContext& ctx, RegionPoint& point) {
  const auto left = static_cast<NativeLeft>(compiler_.Run(ctx, code_));
  if (left == NativeLeft::kUnlinkedExit || left == NativeLeft::kFault || left == NativeLeft::kNeedsStep)
    point = static_cast<X64Region*>(ctx.native_region)->point(ctx.native_point);
  return left;
}

void X64Region::LinkExit(const RegionPoint& exit, CompiledRegion& target, u32 generation) {
  for (size_t slot = 0; slot < data_.slots.size(); ++slot) {
    if (data_.points[slot].block != exit.block || data_.points[slot].index != exit.index) continue;
    auto& to = static_cast<X64Region&>(target);
    data_.slots[slot] = {to.code_, generation};
    if (linked_to_[slot] == &to) return;
    if (linked_to_[slot] != nullptr)
      std::erase_if(linked_to_[slot]->incoming_,
                    [&](const Incoming& i) { return i.from == this && i.slot == slot; });
    linked_to_[slot] = &to;
    to.incoming_.push_back({this, slot});
    return;
  }
}

}  // namespace

Result<std::unique_ptr<RegionCompiler>> MakeX64Compiler(size_t budget_bytes) {
  auto memory = TRY(CodeMemory::Create(budget_bytes));
  auto thunk_memory = TRY(CodeMemory::Create(CodeMemory::kGenerations * kPageSize));
  return std::unique_ptr<RegionCompiler>(
      std::make_unique<X64Compiler>(std::move(memory), std::move(thunk_memory)));
}

}  // namespace emboard::jit
