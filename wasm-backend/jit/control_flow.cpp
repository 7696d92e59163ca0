#include "wasm-backend/jit/control_flow.h"

#include <algorithm>

namespace emboard::wasm {
namespace {

constexpr u16 kUnknown = 0xffff;

}  // namespace

ControlFlow::ControlFlow(const Region& region)
    : merge_(region.nodes.size()), loop_head_(region.nodes.size()), merge_children_(region.nodes.size() + 1) {
  do FindDominators(region);
  while (AddEntry(region));
  for (u16 i = 0; i < region.nodes.size(); ++i) {
    for (const u16 next : region.nodes[i].next)
      if (next <= i && IsLoop(i, next)) loop_head_[next] = true;
    merge_[i] = forward_edges_[i] > 1 ||
                (!reducible() && std::find(entries_.begin(), entries_.end(), i) != entries_.end());
    if (merge_[i]) merge_children_[dominator_[Inner(i)]].push_back(i);
  }
}

// Nodes are in reverse postorder, and where every back edge's target dominates its source, back edges do not
// matter to dominance: one pass over the forward edges finds it (Cooper, Harvey and Kennedy, "A Simple, Fast
// Dominance Algorithm").
void ControlFlow::FindDominators(const Region& region) {
  dominator_.assign(region.nodes.size() + 1, kUnknown);
  forward_edges_.assign(region.nodes.size(), 0);
  dominator_[0] = 0;
  const auto edge = [&](u16 from, u16 to) {
    ++forward_edges_[to];
    u16& dominator = dominator_[Inner(to)];
    dominator = dominator == kUnknown ? from : Intersect(dominator, from);
  };
  for (const u16 entry : entries_) edge(0, entry);
  for (u16 i = 0; i < region.nodes.size(); ++i)
    for (const u16 next : region.nodes[i].next)
      if (next != Region::Node::kNone && next > i) edge(Inner(i), next);
}

/// Makes an entry of one target that needs it.
bool ControlFlow::AddEntry(const Region& region) {
  for (u16 i = 0; i < region.nodes.size(); ++i)
    for (const u16 next : region.nodes[i].next)
      if (next <= i && !IsLoop(i, next) &&
          std::find(entries_.begin(), entries_.end(), next) == entries_.end())
        return entries_.push_back(next), true;
  return false;
}

u16 ControlFlow::Intersect(u16 a, u16 b) const {
  while (a != b) (a > b ? a : b) = dominator_[a > b ? a : b];
  return a;
}

bool ControlFlow::Dominates(u16 a, u16 b) const {
  while (b > a) b = dominator_[b];
  return a == b;
}

}  // namespace emboard::wasm
