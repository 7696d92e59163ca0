#pragma once
// Which 64-byte granules of physical memory hold translated code. Finer than a page, so that data beside code
// stays cheap to write.

#include <unordered_map>

#include "core/base/types.h"
#include "core/memory/phys_map.h"

namespace emboard {

class CodeMap {
 public:
  static constexpr unsigned kGranuleBits = 6;

  /// True when the page had no code before.
  bool Add(u64 phys, u64 size_bytes) {
    u64& granules = pages_[phys >> kPageBits];
    const bool fresh = granules == 0;
    granules |= Mask(phys, size_bytes);
    return fresh;
  }
  void ClearPage(u64 phys_page) { pages_.erase(phys_page >> kPageBits); }
  void Clear() { pages_.clear(); }

  /// `size_bytes` may not run over the page's end.
  bool Overlaps(u64 phys, u64 size_bytes) const {
    const auto it = pages_.find(phys >> kPageBits);
    return it != pages_.end() && (it->second & Mask(phys, size_bytes)) != 0;
  }

 private:
  static u64 Mask(u64 phys, u64 size_bytes) {
    const unsigned first = static_cast<unsigned>((phys & (kPageSize - 1)) >> kGranuleBits);
    const u64 last_byte = (phys & (kPageSize - 1)) + (size_bytes == 0 ? 0 : size_bytes - 1);
    const unsigned last = static_cast<unsigned>(last_byte >> kGranuleBits) & 63;
    return (~u64{0} << first) & (~u64{0} >> (63 - last));
  }

  std::unordered_map<u64, u64> pages_;  // page number to granules
};

}  // namespace emboard
