#pragma once
// Which WebAssembly local stands for which cell while a region runs. State slots keep theirs throughout;
// temporaries share a pool, block by block. Other cells of the context stay in memory.

#include <optional>
#include <unordered_map>
#include <vector>

#include "core/exec/region_compiler.h"

namespace emboard::wasm {

class CellLocals {
 public:
  /// `first` is the number of the first local to give out.
  CellLocals(const Region& region, u32 first);

  struct Slot {
    u16 cell;
    u32 local;
    bool written;
  };
  const std::vector<Slot>& slots() const { return slots_; }

  void BeginBlock(const CodeBlock& block);
  /// Call before emitting operation `index`: temporaries that died give their locals back, a result gets one.
  void Advance(size_t index);
  std::optional<u32> LocalOf(u16 cell) const;
  /// How many locals were ever given out.
  u32 count() const { return next_ - first_; }

 private:
  const u32 first_;
  u32 next_;
  std::vector<Slot> slots_;
  std::unordered_map<u16, u32> where_;
  std::unordered_map<u16, size_t> last_use_;
  std::vector<u16> live_temps_;
  std::vector<u32> free_;
  const CodeBlock* block_ = nullptr;
};

}  // namespace emboard::wasm
