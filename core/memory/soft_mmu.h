#pragma once
// The software TLB: one direct-mapped table for each privilege regime, so that a trap needs no flush.
//
// A tag holds the page's virtual address with the low 12 bits zero. An access of `size` bytes at `va` hits
// when
// ((va + size - 1) & ~0xfff) equals the tag of va's entry: one compare checks page, permission and page
// crossing. Tags with a low bit set never match; they send the access to the slow path.

#include <array>

#include "core/base/types.h"
#include "core/memory/phys_map.h"

namespace emboard {

enum class Access : u8 { kRead, kWrite, kExecute };

inline constexpr u64 kPageMask = ~(kPageSize - 1);
inline constexpr unsigned kTlbBits = 9;
inline constexpr size_t kTlbEntries = size_t{1} << kTlbBits;
inline constexpr unsigned kMaxRegimes = 8;

struct TlbEntry {
  static constexpr u64 kInvalid = ~u64{0};
  static constexpr u64 kSlow =
      1;  ///< permitted, but not by direct access: MMIO, code pages, partial permission

  u64 tag[3] = {kInvalid, kInvalid, kInvalid};  ///< by Access
  u64 addend = 0;                               ///< host address minus virtual address
};

/// What the slow path needs of an entry.
struct TlbPage {
  u64 phys_page = 0;
  PhysMap::Range* range = nullptr;
};

struct Tlb {
  std::array<TlbEntry, kTlbEntries> entries;
  std::array<TlbPage, kTlbEntries> pages;

  static size_t IndexOf(u64 va) { return (va >> kPageBits) & (kTlbEntries - 1); }

  void Flush() { entries.fill(TlbEntry{}); }
  void FlushPage(u64 va) {
    TlbEntry& entry = entries[IndexOf(va)];
    for (const u64 tag : entry.tag)
      if (tag != TlbEntry::kInvalid && (tag & kPageMask) == (va & kPageMask)) {
        entry = TlbEntry{};
        return;
      }
  }
};

/// What the guest's MMU says of one address.
struct Translation {
  u64 phys = 0;
  bool read = false, write = false, execute = false;
  bool whole_page = true;  ///< false: permission differs within the page, so nothing is kept in the TLB
};

}  // namespace emboard
