// Physical memory protection: Privileged 3.7.

#include <algorithm>

#include "core/guest/riscv/hart.h"

namespace emboard::riscv {
namespace {

constexpr u64 kRead = 1, kWrite = 2, kExecute = 4, kLock = 0x80;
enum Match : unsigned { kOff = 0, kTor = 1, kNa4 = 2, kNapot = 3 };

struct Span {
  u64 first = 1, last = 0;  // inclusive; empty when first > last
  bool covers(u64 a, u64 b) const { return first <= a && b <= last; }
  bool touches(u64 a, u64 b) const { return first <= b && a <= last; }
};

Span SpanOf(const State& state, unsigned i) {
  const u64 address = state.pmpaddr[i];
  switch (Bits(state.pmpcfg[i], 4, 3)) {
    case kTor: {
      const u64 base = i == 0 ? 0 : state.pmpaddr[i - 1] << 2;
      return address << 2 > base ? Span{base, (address << 2) - 1} : Span{};
    }
    case kNa4:
      return {address << 2, (address << 2) + 3};
    case kNapot: {
      const u64 low_ones = address ^ (address + 1);
      return {(address & ~low_ones) << 2, (address | low_ones) << 2 | 3};
    }
    default:
      return {};
  }
}

}  // namespace

PmpGrant CheckPmp(const State& state, const Config& config, Priv priv, u64 phys, unsigned size_bytes) {
  const bool machine = priv == Priv::kMachine;
  if (!config.has(Ext::Pmp)) return {true, true, true, true};
  const u64 last = phys + size_bytes - 1;
  const u64 page = phys & kPageMask, page_last = page | ~kPageMask;
  bool whole_page = true;
  for (unsigned i = 0; i < config.pmp_count; ++i) {
    if (Bits(state.pmpcfg[i], 4, 3) == kOff) continue;
    const Span span = SpanOf(state, i);
    if (span.touches(page, page_last) && !span.covers(page, page_last)) whole_page = false;
    if (!span.touches(phys, last)) continue;
    // An access that an entry matches only in part fails, whatever the entry says.
    if (!span.covers(phys, last)) return {false, false, false, false};
    const u64 cfg = state.pmpcfg[i];
    if (machine && !(cfg & kLock)) return {true, true, true, whole_page};
    return {(cfg & kRead) != 0, (cfg & kWrite) != 0, (cfg & kExecute) != 0, whole_page};
  }
  // No entry matches: machine mode may do everything, the others nothing.
  const bool granted = machine;
  return {granted, granted, granted, whole_page};
}

}  // namespace emboard::riscv
