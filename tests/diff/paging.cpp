// Page tables: mostly sound, sometimes with one of the faults the privileged manual tells apart
// (section 10.3.2).
#include <map>

#include "core/base/bits.h"
#include "tests/diff/harness.h"
#include "tests/diff/scenario.h"

namespace emboard::diff {
namespace {

constexpr u64 kV = 1, kR = 2, kW = 4, kX = 8, kU = 16, kA = 64, kD = 128;
constexpr u64 kPageSize = 4096;

class TableBuilder {
 public:
  TableBuilder(unsigned xlen, unsigned levels) : xlen_(xlen), levels_(levels) {}

  /// Puts `leaf` (flags and physical page) at `level` (0 is a 4 KiB page) for `va`.
  void Map(u64 va, u64 leaf, unsigned level) {
    u64 table = kPageTables;
    for (unsigned l = levels_ - 1; l > level; l--) {
      u64& entry = Entry(table, va, l);
      if (entry == 0) entry = Pointer(NewTable());
      if ((entry & (kR | kW | kX)) != 0) return;  // a superpage is there already
      table = (entry & ~u64{0x3ff} & LowMask(54)) << 2;
    }
    Entry(table, va, level) = leaf;
  }
  /// The last pointer on the way to `va`, for damage.
  u64* LowestPointer(u64 va) {
    u64 table = kPageTables;
    u64* last = nullptr;
    for (unsigned l = levels_ - 1; l > 0; l--) {
      u64& entry = Entry(table, va, l);
      if (entry == 0 || (entry & (kR | kW | kX)) != 0) break;
      last = &entry;
      table = (entry & ~u64{0x3ff} & LowMask(54)) << 2;
    }
    return last;
  }
  void WriteTo(Program& program) const {
    for (const auto& [address, value] : entries_)
      if (value != 0) program.patches.emplace_back(address, value);
  }

 private:
  unsigned index_bits() const { return xlen_ == 64 ? 9 : 10; }
  static u64 Pointer(u64 table) { return table >> 2 | kV; }
  u64 NewTable() { return kPageTables + kPageSize * ++tables_; }
  u64& Entry(u64 table, u64 va, unsigned level) {
    const u64 index = va >> (12 + index_bits() * level) & LowMask(index_bits());
    return entries_[table + index * (xlen_ / 8)];
  }

  unsigned xlen_;
  unsigned levels_;
  u64 tables_ = 0;
  std::map<u64, u64> entries_;
};

u64 Damage(Rng& rng, u64 leaf, unsigned xlen, bool pbmte) {
  switch (rng.Below(xlen == 64 ? 12 : 9)) {
    case 0:
      return leaf & ~kV;
    case 1:
      return (leaf & ~(kR | kX)) | kW;  // reserved
    case 2:
      return leaf & ~kW;
    case 3:
      return leaf ^ kU;
    case 4:
      return leaf & ~kA;
    case 5:
      return leaf & ~kD;
    case 6:
      return (leaf & ~(kR | kW)) | kX;  // execute-only: MXR makes it readable
    case 7:
      return leaf & ~(kA | kD);
    case 8:
      return leaf & ~(kR | kW | kX);  // a pointer where no level is left
    case 9:
      return pbmte ? leaf | (1 + rng.Below(2)) << 61 : leaf;  // PBMT: QEMU 7.2 never refuses it (known.md)
    case 10:
      return leaf | u64{1} << 63;  // Svnapot with a page number that is not one
    default:
      return leaf | u64{1} << 53;  // a physical address where nothing is
  }
}

u64 Leaf(u64 pa, u64 flags) { return (pa >> 12) << 10 | flags; }

/// Distinct pieces of address space of one megapage each.
class Places {
 public:
  Places(Rng& rng, unsigned xlen, unsigned levels) : rng_(rng), xlen_(xlen) {
    if (xlen == 32) return;
    const unsigned va_bits = 12 + 9 * levels;
    // Nor is a low one: there are RAM and devices, and in QEMU PCI up to 32 GiB.
    do top_ = SignExtend(rng.Next() >> (64 - va_bits) << 30, va_bits);
    while (top_ >> 36 == 0);
  }
  u64 Next() {
    for (;;) {
      // On RV32 a virtual address must not be a physical one: M mode uses both with the same registers.
      const u64 slot = xlen_ == 64 ? rng_.Below(512) : rng_.Between(0x240, 0x3fe);
      if (used_ >> (slot & 63) & 1) continue;
      used_ |= u64{1} << (slot & 63);
      return xlen_ == 64 ? top_ + (slot << 21) : slot << 22;
    }
  }

 private:
  Rng& rng_;
  unsigned xlen_;
  u64 top_ = 0;
  u64 used_ = 0;
};

void MapData(Rng& rng, TableBuilder& tables, Scenario& s, u64 va, u64 flags, unsigned damage_percent) {
  const bool reversed = rng.Percent(70);
  for (u64 page = 0; page < 2; page++) {
    const u64 pa = kDataPages + kPageSize * (page ^ u64{reversed});
    u64 leaf = Leaf(pa, flags | (rng.Percent(20) ? kX : 0));
    // Svnapot: the whole aligned 64 KiB, of which this entry serves one page.
    if (s.xlen == 64 && !reversed && rng.Percent(30))
      leaf = (leaf & ~(u64{0xf} << 10)) | u64{8} << 10 | u64{1} << 63;
    if (rng.Percent(damage_percent)) leaf = Damage(rng, leaf, s.xlen, s.pbmte);
    if ((leaf & kX) != 0) s.data_executable = true;
    tables.Map(va + kPageSize * page, leaf, 0);
  }
}

// A superpage starts where the harness does, so its part outside the test area is closed by PMP.
u64 MapSuperpage(Rng& rng, TableBuilder& tables, Scenario& s, u64 place, u64 flags, u64 pa) {
  const unsigned level = s.xlen == 64 && s.levels >= 3 && rng.Percent(30) ? 2 : 1;
  u64 base = place;
  if (level == 2) base = place + (u64{1} << 30);  // a gigapage of its own, beyond the other places
  u64 leaf = Leaf(kHarnessBase, flags);
  if (rng.Percent(10)) leaf |= u64{1} << rng.Between(10, 18);  // misaligned
  if (rng.Percent(15)) leaf = Damage(rng, leaf, s.xlen, s.pbmte);
  if (level == 2) base &= ~LowMask(30);
  if ((leaf & kX) != 0) s.data_executable = true;
  tables.Map(base, leaf, level);
  return base + (pa - kHarnessBase);
}

}  // namespace

void MakePageTables(Rng& rng, Scenario& s, Program& program) {
  TableBuilder tables(s.xlen, s.levels);
  Places places(rng, s.xlen, s.levels);
  const u64 user = s.mode == Mode::kUser ? kU : 0;
  const u64 good = kV | kR | kW | kA | kD | user;

  u64 place = places.Next();
  s.code_va = place + kPageSize * static_cast<u64>(rng.Between(0, 300));
  s.code_writable = !s.machine() && rng.Percent(40);
  const u64 code_flags = kV | kX | kA | user | (s.code_writable ? kR | kW | kD : rng.Percent(70) ? kR : 0);
  program.code_pa = {kCodePages + kPageSize, kCodePages};
  for (u64 page = 0; page < 2; page++) {
    u64 leaf = Leaf(program.code_pa[page], code_flags);
    if (!s.machine() && rng.Percent(page == 0 ? 2 : 8)) leaf = Damage(rng, leaf, s.xlen, s.pbmte);
    tables.Map(s.code_va + kPageSize * page, leaf, 0);
  }

  if (rng.Percent(20)) {
    s.data_va = MapSuperpage(rng, tables, s, places.Next(), good, kDataPages);
  } else {
    // 64 KiB-aligned like the physical pages, so that Svnapot can apply; sometimes next to the code.
    if (rng.Percent(70)) place = places.Next();
    s.data_va = place + 0x180000 + 0x10000 * rng.Below(4) + 0x8000;
    MapData(rng, tables, s, s.data_va, good, 15);
  }
  s.alias_va = places.Next() + 0x8000 + 0x10000 * rng.Below(16);
  MapData(rng, tables, s, s.alias_va, good, 60);

  const u64 handler = places.Next() + kPageSize * rng.Below(512);
  tables.Map(handler, Leaf(kSupervisorPage, kV | kX | kR | kA), 0);
  InitCsr(program, 0x105) = handler;
  program.supervisor_exit_va = handler + SupervisorExitOffset(s.xlen);
  if (rng.Percent(4)) {
    if (u64* pointer = tables.LowestPointer(s.alias_va))
      *pointer |= rng.Pick<u64>({kU, kA, kD, 0x200, 0x100});
  }
  tables.WriteTo(program);

  const u64 asid = rng.Next();
  InitCsr(program, 0x180) = s.xlen == 64 ? u64{s.levels + 5} << 60 | (asid & 0xffff) << 44 | kPageTables >> 12
                                         : u64{1} << 31 | (asid & 0x1ff) << 22 | kPageTables >> 12;
}

}  // namespace emboard::diff
