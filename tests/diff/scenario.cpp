#include "tests/diff/scenario.h"

#include <algorithm>
#include <cassert>

#include "core/base/bits.h"
#include "tests/diff/harness.h"

namespace emboard::diff {
namespace {

constexpr u64 kPmpR = 1, kPmpW = 2, kPmpX = 4, kPmpTor = 1 << 3, kPmpNapot = 3 << 3;

u64 NapotAddress(u64 base, u64 size) { return base >> 2 | ((size >> 3) - 1); }

void SetPmp(Program& program, unsigned xlen, unsigned entry, u64 config, u64 address) {
  InitCsr(program, 0x3b0 + entry) = address;
  // The harness writes pmpcfg0 and pmpcfg2, which hold eight entries each on RV64 and four on RV32.
  u64& cfg = InitCsr(program, entry < 8 ? 0x3a0 : 0x3a2);
  cfg |= config << 8 * (entry % (xlen == 64 ? 8 : 4));
}

// Protection for a piece of the data pages. At least eight bytes, for QEMU 7.2 overlooks an entry inside an
// access; and no edge near a page's: there QEMU checks an access in one piece, Emboard in one a page
// (known.md).
void AddDataHole(Rng& rng, unsigned xlen, unsigned entry, Program& program) {
  const u64 permissions =
      rng.Pick<u64>({0, kPmpR, kPmpR | kPmpW, kPmpX, kPmpR | kPmpX, kPmpR | kPmpW | kPmpX});
  const bool napot = rng.Percent(60);
  u64 first, size;
  do {
    size = napot ? u64{8} << rng.Below(9) : 8 + 4 * rng.Below(300);
    first = kDataPages + 0x1000 + 4 * static_cast<u64>(rng.Between(-300, 299));
    if (napot) first = AlignDown(first, size);
  } while ((first + 8) % 0x1000 < 16 || (first + size + 8) % 0x1000 < 16);
  if (napot) return SetPmp(program, xlen, entry, kPmpNapot | permissions, NapotAddress(first, size));
  InitCsr(program, 0x3b0 + entry - 1) = first >> 2;
  SetPmp(program, xlen, entry, kPmpTor | permissions, (first + size) >> 2);
}

u64 RandomMstatus(Rng& rng, const Scenario& s) {
  u64 value = u64{static_cast<u8>(s.mode)} << 11 | u64{s.fs} << 13;
  if (rng.Percent(50)) value |= 1 << 7;       // MPIE
  if (rng.Percent(50)) value |= 1 << 1;       // SIE
  if (rng.Percent(50)) value |= 1 << 5;       // SPIE
  if (rng.Percent(50)) value |= 1 << 8;       // SPP
  if (rng.Percent(50)) value |= 1 << 18;      // SUM
  if (rng.Percent(30)) value |= 1 << 19;      // MXR
  if (rng.Percent(10)) value |= 1 << 20;      // TVM
  if (rng.Percent(30)) value |= 1 << 21;      // TW
  if (rng.Percent(10)) value |= 1 << 22;      // TSR
  if (s.xlen == 64) value |= u64{0xa} << 32;  // UXL, SXL: 64 bits
  return value;
}

void FillCsrs(Rng& rng, Scenario& s, Program& program) {
  const u64 canonical = s.xlen == 64 ? ~u64{0} : 0xffffffff;
  if (!s.machine() && rng.Percent(60)) InitCsr(program, 0x302) = rng.Next() & 0xb1ff;
  s.mideleg = rng.Percent(60) ? rng.Next() & 0x222 : 0;
  InitCsr(program, 0x303) = s.mideleg;
  InitCsr(program, 0x304) = 0x80 | (rng.Percent(20) ? rng.Next() & 0x222 : 0);
  s.pending = rng.Pick<u64>({2, 2, 2, 0x20, 0x200});
  InitCsr(program, 0x344) = rng.Percent(25) ? s.pending : 0;
  InitCsr(program, 0x306) = rng.Percent(50) ? 0xffffffff & canonical : rng.Next() & 0xffffffff;
  InitCsr(program, 0x106) = rng.Percent(50) ? 0xffffffff & canonical : rng.Next() & 0xffffffff;
  InitCsr(program, 0x30a) = rng.Below(2) | (s.pbmte ? u64{1} << 62 : 0);
  InitCsr(program, 0x10a) = rng.Below(2);
  InitCsr(program, 0x342) = rng.Below(16);
  InitCsr(program, 0x142) = rng.Below(16);
  for (u32 csr : {0x343, 0x143, 0x140}) InitCsr(program, csr) = rng.Interesting() & canonical;
  InitCsr(program, 0x141) = rng.Interesting() & canonical & ~u64{1};
  InitCsr(program, 0x003) = rng.Percent(30) ? rng.Below(32) | rng.Below(5) << 5 : 0;
  program.mstatus = RandomMstatus(rng, s);
  s.tvm = Bit(program.mstatus, 20);
}

// Words that floating-point loads find more interesting than random ones.
void SprinkleData(Rng& rng, unsigned xlen, Program& program) {
  for (unsigned i = 0; i < 12; i++) {
    const u64 at = kDataPages + 0x1000 + 8 * static_cast<u64>(rng.Between(-32, 31));
    const u64 value = FloatingValue(rng);
    program.patches.emplace_back(at, value);
    if (xlen == 32) program.patches.emplace_back(at + 4, value >> 32);
  }
}

}  // namespace

u64& InitCsr(Program& program, u32 csr) {
  const auto at = std::find(kInitCsrs.begin(), kInitCsrs.end(), csr);
  assert(at != kInitCsrs.end());
  return program.csrs[static_cast<size_t>(at - kInitCsrs.begin())];
}

u64 FloatingValue(Rng& rng) {
  static constexpr u64 kDoubles[] = {0,
                                     u64{1} << 63,
                                     0x3ff0000000000000,
                                     0xbff0000000000000,
                                     0x7ff0000000000000,
                                     0xfff0000000000000,
                                     0x7ff8000000000000,
                                     0x7ff0000000000001,
                                     0xfff4000000000000,
                                     0x7fefffffffffffff,
                                     0x0010000000000000,
                                     0x000fffffffffffff,
                                     0x0000000000000001,
                                     0x43e0000000000000,
                                     0xc3e0000000000000,
                                     0x41dfffffffc00000,
                                     0x41f0000000000000,
                                     0x3fe0000000000000,
                                     0x3ff8000000000000,
                                     0x4330000000000001};
  static constexpr u32 kSingles[] = {0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000,
                                     0x7fc00000, 0x7f800001, 0xffa00000, 0x7f7fffff, 0x00800000, 0x007fffff,
                                     0x00000001, 0x4f000000, 0xcf000000, 0x5f000000, 0x3f000000, 0x4b000001};
  static constexpr u32 kHalves[] = {0,      0x8000, 0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x7e00, 0x7c01,
                                    0xfd00, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x3800, 0x7800, 0xf800};
  constexpr u64 kBoxed32 = ~u64{0} << 32, kBoxed16 = ~u64{0} << 16;
  switch (rng.Below(9)) {
    case 0:
      return rng.Next();
    case 1:  // an exponent near one, so that sums and products stay finite
      return (rng.Next() & ~(u64{0x7ff} << 52)) | (1023 + rng.Below(64) - 32) << 52;
    case 2:
      return kBoxed32 | (rng.Next() & 0x807fffff) | (127 + rng.Below(32) - 16) << 23;
    case 3:
      return kBoxed16 | (rng.Next() & 0xffff);
    case 4:
      return kBoxed16 | kHalves[rng.Below(std::size(kHalves))];
    case 5:
      return kBoxed32 | (rng.Next() & 0xffffffff);
    case 6:
    case 7:
      return kBoxed32 | kSingles[rng.Below(std::size(kSingles))];
    default:
      return kDoubles[rng.Below(std::size(kDoubles))];
  }
}

void MakeProtection(Rng& rng, const Scenario& s, Program& program) {
  const unsigned main_entry = s.xlen == 64 ? 15 : 11;
  SetPmp(program, s.xlen, main_entry, kPmpNapot | kPmpR | kPmpW | kPmpX, NapotAddress(kTestBase, kTestSize));
  const unsigned spare[] = {1, 3, 9};
  for (unsigned entry : spare)
    if (rng.Percent(20)) AddDataHole(rng, s.xlen, entry, program);
  if (rng.Percent(6))  // the second code page, whole: QEMU checks execution once a page
    SetPmp(program, s.xlen, 2, kPmpNapot | rng.Pick<u64>({0, kPmpR, kPmpR | kPmpW, kPmpX, kPmpR | kPmpX}),
           NapotAddress(program.code_pa[1], 0x1000));
}

void FillRegisters(Rng& rng, const Scenario& s, Program& program) {
  for (u64& x : program.x) x = rng.Interesting();
  for (u64& f : program.f) f = FloatingValue(rng);
  const bool paged = s.levels != 0 && !s.machine();
  const u64 data = paged ? s.data_va : kDataPages;
  const u64 alias = paged ? s.alias_va : kDataPages;
  program.x[2] = data + 0x1000 - (rng.Percent(50) ? 0 : 8 * rng.Below(32));
  program.x[8] = data + 0x1000 - 8 * rng.Below(64);
  program.x[9] = data + 0x1000 + static_cast<u64>(rng.Between(-0x700, 0x700));
  program.x[15] = alias + 0x1000 - 8 * rng.Below(16);
  program.x[3] = program.exit_va;
  program.x[4] = 0;
  program.x[18] = s.levels != 0 ? s.data_va + 0x1000 : data + 0x1000;
  program.x[19] = 0x20000 | (rng.Percent(50) ? 0x800 : 0);  // mstatus.MPRV and perhaps MPP = S
  program.x[20] = s.machine() ? 0x1800 : 0x100;             // mstatus.MPP, sstatus.SPP
  program.x[21] = 0x800;
  program.x[23] = program.code_va;
  program.x[24] = program.exit_va;
  program.x[25] = 0;
}

Scenario MakeScenario(Rng& rng, unsigned xlen, Program& program) {
  Scenario s;
  s.xlen = xlen;
  s.mode = rng.Pick({Mode::kMachine, Mode::kSupervisor, Mode::kSupervisor, Mode::kUser, Mode::kUser});
  s.fs = rng.Percent(88) ? 3 : static_cast<unsigned>(rng.Below(3));
  program.data_seed = rng.Next() | 1;
  program.code_pa = {kCodePages, kCodePages + 0x1000};
  InitCsr(program, 0x105) = kSupervisorPage;
  program.supervisor_exit_va = kSupervisorPage + SupervisorExitOffset(xlen);
  s.code_va = kCodePages;
  s.data_va = kDataPages;
  s.alias_va = kDataPages;
  s.code_writable = true;
  s.data_executable = true;
  s.pbmte = xlen == 64 && rng.Percent(60);
  if (rng.Percent(s.machine() ? 40 : 65)) {
    s.data_executable = false;
    s.levels = xlen == 32 ? 2 : static_cast<unsigned>(rng.Between(3, 5));
    MakePageTables(rng, s, program);
  }
  if (s.machine()) {  // M mode runs untranslated; the tables serve MPRV
    s.code_va = kCodePages;
    program.code_pa = {kCodePages, kCodePages + 0x1000};
    s.code_writable = true;
  }
  MakeProtection(rng, s, program);
  FillCsrs(rng, s, program);
  SprinkleData(rng, xlen, program);
  // Most programs straddle the page boundary; a slot's start is any even address.
  program.code_offset = rng.Percent(75) ? 2 * static_cast<u64>(rng.Between(0x600, 0x7fe)) : 2 * rng.Below(8);
  program.code_va = s.code_va + program.code_offset;
  program.summary = std::string(s.machine()             ? "M"
                                : s.mode == Mode::kUser ? "U"
                                                        : "S") +
                    (s.levels == 0 ? " bare"
                     : xlen == 32  ? " Sv32"
                                   : " Sv" + std::to_string(12 + 9 * s.levels));
  return s;
}

}  // namespace emboard::diff
