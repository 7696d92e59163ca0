#include "core/exec/code_cache.h"

#include <algorithm>

#include "core/exec/memory_access.h"

namespace emboard {
namespace {

/// The bytes of the block's code on its first page (all of them unless it runs over the edge).
u64 BytesOnFirstPage(const CodeBlock& block) {
  return block.crosses_page ? kPageSize - (block.phys & ~kPageMask) : block.size_bytes;
}

bool Touches(const CodeBlock& block, u64 phys, u64 size_bytes) {
  const auto overlaps = [&](u64 base, u64 bytes) { return phys < base + bytes && base < phys + size_bytes; };
  if (overlaps(block.phys, BytesOnFirstPage(block))) return true;
  return block.crosses_page && overlaps(block.phys_next, block.size_bytes - BytesOnFirstPage(block));
}

void ForgetJumps(const CodeBlock& block, const std::vector<CpuContext*>& cpus) {
  for (CpuContext* cpu : cpus) {
    JumpCacheEntry& entry = cpu->jump_cache[CpuContext::JumpIndex(block.pc)];
    if (entry.block == &block) entry = {};
  }
}

}  // namespace

CodeBlock* CodeCache::Find(u64 phys, u64 pc, u32 mode, bool single) const {
  const auto it = blocks_.find(Key{phys, pc, mode, single});
  if (it == blocks_.end()) return nullptr;
  it->second->recently_used = true;
  return it->second.get();
}

CodeBlock* CodeCache::Insert(std::unique_ptr<CodeBlock> block, const std::vector<CpuContext*>& cpus) {
  CodeBlock* inserted = block.get();
  if (const auto it = blocks_.find(Key{block->phys, block->pc, block->mode, block->single});
      it != blocks_.end())
    Remove(*it->second, cpus);  // a page-crossing block whose second page has moved
  AddToPages(*inserted, cpus);
  memory_bytes_ += inserted->memory_bytes();
  clock_.push_back(inserted);
  blocks_.emplace(Key{inserted->phys, inserted->pc, inserted->mode, inserted->single}, std::move(block));
  if (memory_bytes_ > budget_bytes_) Trim(*inserted, cpus);
  return inserted;
}

void CodeCache::AddToPages(CodeBlock& block, const std::vector<CpuContext*>& cpus) {
  const auto add = [&](u64 phys, u64 bytes) {
    const u64 page = phys & kPageMask;
    pages_[page].push_back(&block);
    if (!map_.Add(phys, bytes)) return;
    bus_.MarkCodePage(PhysAddr{page}, true);
    for (CpuContext* cpu : cpus) ProtectCodePage(*cpu, page);
  };
  add(block.phys, BytesOnFirstPage(block));
  if (block.crosses_page) add(block.phys_next, block.size_bytes - BytesOnFirstPage(block));
}

void CodeCache::RemoveFromPage(u64 phys_page, CodeBlock& block) {
  const auto it = pages_.find(phys_page);
  if (it == pages_.end()) return;
  std::erase(it->second, &block);
  map_.ClearPage(phys_page);
  if (it->second.empty()) {
    pages_.erase(it);
    bus_.MarkCodePage(PhysAddr{phys_page}, false);
    return;
  }
  for (const CodeBlock* other : it->second) {
    if ((other->phys & kPageMask) == phys_page)
      map_.Add(other->phys, BytesOnFirstPage(*other));
    else
      map_.Add(other->phys_next, other->size_bytes - BytesOnFirstPage(*other));
  }
}

void CodeCache::Invalidate(u64 phys, u64 size_bytes, const std::vector<CpuContext*>& cpus) {
  for (u64 page = phys & kPageMask; page < phys + size_bytes; page += kPageSize) {
    const auto it = pages_.find(page);
    if (it == pages_.end()) continue;
    const std::vector<CodeBlock*> candidates = it->second;
    for (CodeBlock* block : candidates) {
      if (!Touches(*block, phys, size_bytes)) continue;
      ++invalidated_;
      Remove(*block, cpus);
    }
  }
}

void CodeCache::Remove(CodeBlock& block, const std::vector<CpuContext*>& cpus) {
  if (on_drop_) on_drop_(block);
  block.dropped = true;
  Unlink(block);
  ForgetJumps(block, cpus);
  memory_bytes_ -= std::min<u64>(memory_bytes_, block.memory_bytes());
  RemoveFromPage(block.phys & kPageMask, block);
  if (block.crosses_page) RemoveFromPage(block.phys_next & kPageMask, block);
  std::replace(clock_.begin(), clock_.end(), &block, static_cast<CodeBlock*>(nullptr));
  const auto it = blocks_.find(Key{block.phys, block.pc, block.mode, block.single});
  dropped_.push_back(std::move(it->second));
  blocks_.erase(it);
}

void CodeCache::Clear(const std::vector<CpuContext*>& cpus) {
  for (CpuContext* cpu : cpus) cpu->jump_cache.fill({});
  for (const auto& [page, blocks] : pages_) bus_.MarkCodePage(PhysAddr{page}, false);
  for (auto& [key, block] : blocks_) {
    if (on_drop_) on_drop_(*block);
    dropped_.push_back(std::move(block));
  }
  for (const auto& block : dropped_) {
    block->dropped = true;
    block->incoming.clear();
    for (CodeExit& exit : block->exits) exit.target = nullptr;
  }
  blocks_.clear();
  pages_.clear();
  clock_.clear();
  map_.Clear();
  memory_bytes_ = 0;
}

void CodeCache::Link(CodeBlock& from, u8 exit, CodeBlock& to, u32 generation) {
  if (from.dropped) return;
  CodeExit& link = from.exits[exit];
  link.generation = generation;
  if (link.target == &to) return;
  if (link.target != nullptr)
    std::erase_if(link.target->incoming,
                  [&](const CodeLink& l) { return l.from == &from && l.exit == exit; });
  link.target = &to;
  link.same_page = !to.crosses_page && ((from.pc ^ to.pc) & kPageMask) == 0 && !from.crosses_page;
  to.incoming.push_back({&from, exit});
}

void CodeCache::Unlink(CodeBlock& block) {
  for (const CodeLink& link : block.incoming) link.from->exits[link.exit].target = nullptr;
  block.incoming.clear();
  for (u8 i = 0; i < 2; ++i) {
    CodeBlock* target = block.exits[i].target;
    if (target == nullptr) continue;
    std::erase_if(target->incoming, [&](const CodeLink& l) { return l.from == &block && l.exit == i; });
    block.exits[i].target = nullptr;
  }
}

// Second chance: a block that was looked up since the hand last passed stays. An eighth of the budget is
// freed at once, so that trimming is rare.
void CodeCache::Trim(const CodeBlock& keep, const std::vector<CpuContext*>& cpus) {
  std::erase(clock_, nullptr);
  const u64 goal = budget_bytes_ - budget_bytes_ / 8;
  const std::vector<CodeBlock*> order = clock_;
  for (size_t step = 0; step < 2 * order.size() && memory_bytes_ > goal; ++step) {
    hand_ = (hand_ + 1) % order.size();
    CodeBlock* block = order[hand_];
    if (block == &keep) continue;
    const auto it = std::find(clock_.begin(), clock_.end(), block);
    if (it == clock_.end()) continue;
    if (block->recently_used) {
      block->recently_used = false;
      continue;
    }
    ++evicted_;
    Remove(*block, cpus);
  }
  std::erase(clock_, nullptr);
}

}  // namespace emboard
