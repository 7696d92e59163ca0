#pragma once
// The shape of a region's control flow, for structured code: Ramsey, "Beyond Relooper: Recursive Translation
// of Unstructured Control Flow to Structured Control Flow" (ICFP 2022).
//
// A back edge whose target does not dominate its source cannot be structured. Such targets become entries
// beside the region's own: a loop around everything begins with a switch over them, and the edge goes through
// it.

#include <vector>

#include "core/exec/region_compiler.h"

namespace emboard::wasm {

class ControlFlow {
 public:
  explicit ControlFlow(const Region& region);

  /// Node 0 and the targets of unstructured edges.
  const std::vector<u16>& entries() const { return entries_; }
  bool reducible() const { return entries_.size() == 1; }
  /// Of a back edge: the target dominates the source.
  bool IsLoop(u16 from, u16 to) const { return Dominates(Inner(to), Inner(from)); }

  bool is_loop_head(u16 node) const { return loop_head_[node]; }
  /// Entered by more than one forward edge.
  bool is_merge(u16 node) const { return merge_[node]; }
  /// Merge nodes that `node` dominates immediately, in the region's order.
  const std::vector<u16>& merge_children(u16 node) const { return merge_children_[Inner(node)]; }
  /// The same of the switch before all entries.
  const std::vector<u16>& root_merge_children() const { return merge_children_[0]; }

 private:
  // Inside, 0 is the root before all entries.
  static u16 Inner(u16 node) { return static_cast<u16>(node + 1); }
  void FindDominators(const Region& region);
  bool AddEntry(const Region& region);
  u16 Intersect(u16 a, u16 b) const;
  bool Dominates(u16 a, u16 b) const;

  std::vector<u16> entries_ = {0};
  std::vector<u16> dominator_;
  std::vector<unsigned> forward_edges_;
  std::vector<bool> merge_, loop_head_;
  std::vector<std::vector<u16>> merge_children_;
};

}  // namespace emboard::wasm
