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

size_t CodeCache::Hash(u64 phys, u64 pc, u32 mode) {
  const u64 hash = ((phys >> 1) ^ (pc >> 12) * 0x9e37 ^ u64{mode} << 20) * 0x9e37'79b9'7f4a'7c15;
  return static_cast<size_t>(hash >> 32);
}

CodeBlock* CodeCache::Find(u64 phys, u64 pc, u32 mode, bool single) const {
  CodeBlock* block = buckets_[Hash(phys, pc, mode) & (buckets_.size() - 1)];
  while (block != nullptr &&
         (block->phys != phys || block->pc != pc || block->mode != mode || block->single != single))
    block = block->next_in_bucket;
  if (block != nullptr) block->recently_used = true;
  return block;
}

CodeBlock* CodeCache::Insert(std::unique_ptr<CodeBlock> block, const std::vector<CpuContext*>& cpus) {
  CodeBlock* inserted = block.get();
  if (CodeBlock* stale = Find(block->phys, block->pc, block->mode, block->single))
    Remove(*stale, cpus);  // a page-crossing block whose second page has moved
  AddToPages(*inserted, cpus);
  memory_bytes_ += inserted->memory_bytes();
  if (blocks_.size() >= buckets_.size()) Grow();
  inserted->place = blocks_.size();
  blocks_.push_back(std::move(block));
  CodeBlock** bucket = BucketOf(inserted->phys, inserted->pc, inserted->mode);
  inserted->next_in_bucket = *bucket;
  *bucket = inserted;
  if (memory_bytes_ > budget_bytes_) Trim(*inserted, cpus);
  return inserted;
}

void CodeCache::Grow() {
  buckets_.assign(buckets_.size() * 2, nullptr);
  for (const auto& block : blocks_) {
    CodeBlock** bucket = BucketOf(block->phys, block->pc, block->mode);
    block->next_in_bucket = *bucket;
    *bucket = block.get();
  }
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
  CodeBlock** at = BucketOf(block.phys, block.pc, block.mode);
  while (*at != &block) at = &(*at)->next_in_bucket;
  *at = block.next_in_bucket;
  const size_t place = block.place;
  dropped_.push_back(std::move(blocks_[place]));
  if (place + 1 != blocks_.size()) {
    blocks_[place] = std::move(blocks_.back());
    blocks_[place]->place = place;
  }
  blocks_.pop_back();
}

void CodeCache::Clear(const std::vector<CpuContext*>& cpus) {
  for (CpuContext* cpu : cpus) cpu->jump_cache.fill({});
  for (const auto& [page, blocks] : pages_) bus_.MarkCodePage(PhysAddr{page}, false);
  for (auto& block : blocks_) {
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
  std::fill(buckets_.begin(), buckets_.end(), nullptr);
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
  const u64 goal = budget_bytes_ - budget_bytes_ / 8;
  for (size_t steps = 2 * blocks_.size(); steps > 0 && memory_bytes_ > goal && blocks_.size() > 1; --steps) {
    if (++hand_ >= blocks_.size()) hand_ = 0;
    CodeBlock& block = *blocks_[hand_];
    if (&block == &keep) continue;
    if (block.recently_used) {
      block.recently_used = false;
      continue;
    }
    ++evicted_;
    Remove(block, cpus);
  }
}

}  // namespace emboard
