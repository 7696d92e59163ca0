#pragma once
// Reads guest code from host memory for the translator.

#include <cstring>

#include "core/exec/guest_isa.h"
#include "core/exec/memory_access.h"

namespace emboard {

class PageCodeReader final : public CodeReader {
 public:
  PageCodeReader(CpuContext& ctx, u64 pc, u64 phys, PhysMap::Range& range)
      : ctx_(ctx), pc_(pc), page_(range.host + ((phys & kPageMask) - range.base)) {}

  bool Read16(u64 va, u16& unit) override {
    if (((va ^ pc_) & kPageMask) == 0) {
      std::memcpy(&unit, page_ + (va & ~kPageMask), sizeof unit);
      return true;
    }
    // Only the first instruction may run over the edge; its second unit is then the next page's first.
    if (pc_ + 2 != va) return false;
    PhysMap::Range* range = nullptr;
    if (!TranslateFetch(ctx_, va, next_phys_, range)) return false;
    crossed_ = true;
    std::memcpy(&unit, range->host + (next_phys_ - range->base), sizeof unit);
    return true;
  }
  bool crossed() const { return crossed_; }
  u64 next_phys() const { return next_phys_; }

 private:
  CpuContext& ctx_;
  u64 pc_;
  const u8* page_;
  u64 next_phys_ = 0;
  bool crossed_ = false;
};

}  // namespace emboard
