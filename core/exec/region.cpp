// Finds regions in what has run so far: links between blocks exist only where control has passed.

#include <algorithm>
#include <unordered_map>

#include "core/exec/code_cache.h"
#include "core/exec/region_compiler.h"

namespace emboard {
namespace {

constexpr size_t kMaxBlocks = 48;
constexpr size_t kMaxOperations = 1500;

bool Fits(const CodeBlock& block, const CodeBlock& entry) {
  return !block.single && !block.crosses_page && !block.dropped && block.mode == entry.mode &&
         ((block.pc ^ entry.pc) & kPageMask) == 0;
}

class Former {
 public:
  Former(CodeBlock& entry, const CodeCache& cache) : entry_(entry), cache_(cache) {}

  Region Run() {
    if (!Fits(entry_, entry_)) return {};
    Collect();
    Order();
    Region region;
    for (CodeBlock* block : order_) region.nodes.push_back({.block = block});
    Connect(region);
    MeasureLongest(region);
    return region;
  }

 private:
  void Add(CodeBlock* block) {
    if (block == nullptr || found_.size() >= kMaxBlocks || operations_ >= kMaxOperations) return;
    if (found_.contains(block) || !Fits(*block, entry_)) return;
    found_.emplace(block, 0);
    operations_ += block->code.size();
    queue_.push_back(block);
  }

  void Collect() {
    Add(&entry_);
    for (size_t i = 0; i < queue_.size(); ++i) {
      CodeBlock* block = queue_[i];
      for (const CodeExit& exit : block->exits)
        if (exit.same_page) Add(exit.target);
      if (block->code.back().code == Code::JumpIndirect) Add(LastTarget(*block));
    }
  }

  /// Where a block may go inside the region. Returns go back to the callers that are part of it.
  std::vector<CodeBlock*> Successors(const CodeBlock& block) const {
    std::vector<CodeBlock*> out;
    for (const CodeExit& exit : block.exits)
      if (exit.same_page && exit.target != nullptr && found_.contains(exit.target))
        out.push_back(exit.target);
    if (CodeBlock* back = PredictedReturn(block)) out.push_back(back);
    return out;
  }

  /// The block that an indirect jump last went to, if it is on the region's page.
  CodeBlock* LastTarget(const CodeBlock& block) const {
    const u64 pc = block.last_indirect_pc;
    if (((pc ^ entry_.pc) & kPageMask) != 0) return nullptr;
    return cache_.Find((entry_.phys & kPageMask) | (pc & ~kPageMask), pc, entry_.mode, false);
  }
  CodeBlock* PredictedReturn(const CodeBlock& block) const {
    if (block.code.back().code != Code::JumpIndirect) return nullptr;
    CodeBlock* target = LastTarget(block);
    return target != nullptr && found_.contains(target) ? target : nullptr;
  }

  /// Reverse postorder, without recursion.
  void Order() {
    struct Frame {
      CodeBlock* block;
      std::vector<CodeBlock*> next;
      size_t at;
    };
    std::unordered_map<CodeBlock*, bool> seen;
    std::vector<Frame> stack;
    const auto push = [&](CodeBlock* block) {
      if (!seen.emplace(block, true).second) return;
      stack.push_back({block, Successors(*block), 0});
    };
    push(&entry_);
    while (!stack.empty()) {
      Frame& top = stack.back();
      if (top.at < top.next.size()) {
        push(top.next[top.at++]);
        continue;
      }
      order_.push_back(top.block);
      stack.pop_back();
    }
    std::reverse(order_.begin(), order_.end());
    for (size_t i = 0; i < order_.size(); ++i) found_[order_[i]] = static_cast<u16>(i);
  }

  void Connect(Region& region) const {
    for (size_t i = 0; i < region.nodes.size(); ++i) {
      Region::Node& node = region.nodes[i];
      for (unsigned exit = 0; exit < 2; ++exit) {
        const CodeExit& way = node.block->exits[exit];
        if (way.same_page && way.target != nullptr && found_.contains(way.target))
          node.next[exit] = found_.at(way.target);
      }
      if (CodeBlock* back = PredictedReturn(*node.block)) {
        node.next[0] = found_.at(back);
        node.predicted_pc = back->pc;
      }
      for (const u16 next : node.next)
        if (next <= i) region.nodes[next].back_edge_target = true;
    }
  }

  static void MeasureLongest(Region& region) {
    for (size_t i = region.nodes.size(); i-- > 0;) {
      Region::Node& node = region.nodes[i];
      u32 after = 0;
      for (const u16 next : node.next)
        if (next != Region::Node::kNone && next > i && !region.nodes[next].back_edge_target)
          after = std::max(after, region.nodes[next].longest);
      node.longest = node.block->count + after;
    }
  }

  CodeBlock& entry_;
  const CodeCache& cache_;
  std::unordered_map<CodeBlock*, u16> found_;
  std::vector<CodeBlock*> queue_, order_;
  size_t operations_ = 0;
};

}  // namespace

Region FormRegion(CodeBlock& entry, const CodeCache& cache) { return Former(entry, cache).Run(); }

}  // namespace emboard
