#pragma once
// Translated blocks by physical place, virtual address and mode, within a byte budget.

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "core/exec/code_block.h"
#include "core/exec/code_map.h"
#include "core/exec/cpu_context.h"

namespace emboard {

class CodeCache {
 public:
  CodeCache(PhysMap& bus, u64 budget_bytes) : bus_(bus), budget_bytes_(budget_bytes), buckets_(4096) {}

  CodeBlock* Find(u64 phys, u64 pc, u32 mode, bool single) const;
  /// Takes the block in, marks its page as code (and protects it in every CPU's TLB), and makes room.
  CodeBlock* Insert(std::unique_ptr<CodeBlock> block, const std::vector<CpuContext*>& cpus);
  /// Drops the blocks with code in [phys, phys + size_bytes).
  void Invalidate(u64 phys, u64 size_bytes, const std::vector<CpuContext*>& cpus);
  void Remove(CodeBlock& block, const std::vector<CpuContext*>& cpus);
  void Clear(const std::vector<CpuContext*>& cpus);

  static void Link(CodeBlock& from, u8 exit, CodeBlock& to, u32 generation);

  /// Frees what was dropped while it may have been running, and says whether there was any. Call when no
  /// block is being executed.
  bool CollectGarbage() {
    if (dropped_.empty()) return false;
    dropped_.clear();
    return true;
  }

  /// Told of every block that leaves the cache, while it is still whole.
  void set_on_drop(std::function<void(CodeBlock&)> on_drop) { on_drop_ = std::move(on_drop); }

  const CodeMap& map() const { return map_; }
  u64 memory_bytes() const { return memory_bytes_; }
  size_t block_count() const { return blocks_.size(); }
  u64 invalidated() const { return invalidated_; }
  u64 evicted() const { return evicted_; }

 private:
  static size_t Hash(u64 phys, u64 pc, u32 mode);
  CodeBlock** BucketOf(u64 phys, u64 pc, u32 mode) {
    return &buckets_[Hash(phys, pc, mode) & (buckets_.size() - 1)];
  }
  void Grow();
  static void Unlink(CodeBlock& block);
  void AddToPages(CodeBlock& block, const std::vector<CpuContext*>& cpus);
  void RemoveFromPage(u64 phys_page, CodeBlock& block);
  void Trim(const CodeBlock& keep, const std::vector<CpuContext*>& cpus);

  PhysMap& bus_;
  u64 budget_bytes_;
  std::vector<std::unique_ptr<CodeBlock>> blocks_;  // the hand of the eviction clock goes round it
  std::vector<CodeBlock*> buckets_;                 // chained through next_in_bucket; a power of two of them
  CodeMap map_;
  std::unordered_map<u64, std::vector<CodeBlock*>> pages_;  // by physical page address
  size_t hand_ = 0;
  std::function<void(CodeBlock&)> on_drop_;
  std::vector<std::unique_ptr<CodeBlock>> dropped_;
  u64 memory_bytes_ = 0, invalidated_ = 0, evicted_ = 0;
};

}  // namespace emboard
