// Virtual memory: Privileged 10.3-10.6 (Sv32, Sv39, Sv48, Sv57), 11 (Svnapot, Svpbmt, Svadu).

#include <cinttypes>
#include <cstdio>

#include "core/guest/riscv/hart.h"

namespace emboard::riscv {
namespace {

enum Pte : u64 { kV = 1, kR = 2, kW = 4, kX = 8, kU = 16, kA = 64, kD = 128 };
constexpr u64 kPbmt = u64{3} << 61, kNapot = u64{1} << 63, kReserved = u64{0x7f} << 54;

Cause PageFault(Access access) {
  return access == Access::kExecute ? kInstructionPage : access == Access::kRead ? kLoadPage : kStorePage;
}
Cause AccessFault(Access access) {
  return access == Access::kExecute ? kInstructionAccess
         : access == Access::kRead  ? kLoadAccess
                                    : kStoreAccess;
}

struct Scheme {
  unsigned levels;
  unsigned index_bits;
  unsigned pte_bytes;
  unsigned va_bits() const { return kPageBits + levels * index_bits; }
};

Scheme SchemeOf(const State& s, bool rv32) {
  if (rv32) return s.satp >> 31 ? Scheme{2, 10, 4} : Scheme{0, 0, 0};
  const u64 mode = s.satp >> 60;
  return mode < 8 ? Scheme{0, 0, 0} : Scheme{static_cast<unsigned>(mode) - 8 + 3, 9, 8};
}

class Walker {
 public:
  Walker(Hart& hart, u64 va, unsigned size_bytes, Access access, unsigned regime)
      : hart_(hart),
        s_(hart.s()),
        bus_(*hart.ctx().bus),
        va_(hart.rv32() ? static_cast<u32>(va) : va),
        size_bytes_(size_bytes),
        access_(access),
        regime_(regime) {}

  std::optional<Translation> Run() {
    Translation t{.phys = va_, .read = true, .write = true, .execute = true};
    const Scheme scheme = regime_ == kMachineRegime ? Scheme{0, 0, 0} : SchemeOf(s_, hart_.rv32());
    if (scheme.levels != 0 && !Walk(scheme, t)) return Fail(fault_);
    const Priv priv = regime_ == kMachineRegime ? Priv::kMachine
                      : regime_ == kUserRegime  ? Priv::kUser
                                                : Priv::kSupervisor;
    const PmpGrant grant = CheckPmp(s_, hart_.config(), priv, t.phys, size_bytes_);
    t.read &= grant.read;
    t.write &= grant.write;
    t.execute &= grant.execute;
    t.whole_page = grant.whole_page;
    if (!Allowed(t)) return Fail(AccessFault(access_));
    return t;
  }

 private:
  bool Allowed(const Translation& t) const {
    return access_ == Access::kRead ? t.read : access_ == Access::kWrite ? t.write : t.execute;
  }
  std::optional<Translation> Fail(Cause cause) {
    hart_.ctx().RaiseFault(cause, va_);
    return std::nullopt;
  }
  bool Invalid() {
    fault_ = PageFault(access_);
    return false;
  }

  bool Walk(const Scheme& scheme, Translation& t) {
    if (!hart_.rv32() && SignExtend(va_, scheme.va_bits()) != va_) return Invalid();
    u64 table = hart_.rv32() ? Bits(s_.satp, 21, 0) : Bits(s_.satp, 43, 0);
    for (unsigned level = scheme.levels; level-- > 0;) {
      const unsigned shift = kPageBits + level * scheme.index_bits;
      const u64 index = (va_ >> shift) & LowMask(scheme.index_bits);
      const u64 place = (table << kPageBits) + index * scheme.pte_bytes;
      u64 pte = 0;
      if (!ReadPte(place, scheme.pte_bytes, pte)) return false;
      if (!(pte & kV) || ((pte & kW) && !(pte & kR)) || Unsupported(pte)) return Invalid();
      table = hart_.rv32() ? pte >> 10 : Bits(pte, 53, 10);
      if (pte & (kR | kX)) return Leaf(scheme, level, place, pte, t);
      if (pte & (kU | kA | kD | kPbmt | kNapot)) return Invalid();  // must be clear in a pointer
    }
    return Invalid();
  }

  /// Bits of a 64-bit entry that are reserved, or belong to an extension that is off.
  bool Unsupported(u64 pte) const {
    if (hart_.rv32()) return false;
    if (pte & kReserved) return true;
    if (pte & kPbmt) {
      const bool on = hart_.config().has(Ext::Svpbmt) && (s_.menvcfg & envcfg::kPbmte);
      if (!on || (pte & kPbmt) == kPbmt) return true;
    }
    return (pte & kNapot) && !hart_.config().has(Ext::Svnapot);
  }

  bool Leaf(const Scheme& scheme, unsigned level, u64 place, u64 pte, Translation& t) {
    if (!Permitted(pte, t)) return Invalid();
    u64 page_bits = kPageBits + level * scheme.index_bits;
    u64 frame = hart_.rv32() ? pte >> 10 : Bits(pte, 53, 10);
    if ((pte & kNapot) && !hart_.rv32()) {
      if (level != 0 || Bits(frame, 3, 0) != 8) return Invalid();  // 64 KiB is the only size
      page_bits += 4;
      frame &= ~u64{0xf};
    }
    const u64 offset_mask = LowMask(static_cast<unsigned>(page_bits));
    if ((frame << kPageBits) & offset_mask) return Invalid();  // a misaligned superpage
    if (!UpdateAccessed(place, scheme.pte_bytes, pte)) return false;
    t.phys = (frame << kPageBits) | (va_ & offset_mask);
    t.write = t.write && (pte & kD);
    return true;
  }

  bool Permitted(u64 pte, Translation& t) const {
    t.read = (pte & kR) || ((s_.mstatus & mstatus::kMxr) && (pte & kX));
    t.write = pte & kW;
    t.execute = pte & kX;
    if (regime_ == kUserRegime) return (pte & kU) && Allowed(t);
    if (pte & kU) {
      t.execute = false;
      if (regime_ != kSupervisorSumRegime) return false;
    }
    return Allowed(t);
  }

  /// Sets A, and D for a write, or faults where software is to do it.
  bool UpdateAccessed(u64 place, unsigned pte_bytes, u64& pte) {
    const u64 wanted = pte | kA | (access_ == Access::kWrite ? u64{kD} : u64{0});
    if (wanted == pte) return true;
    if (!hart_.hardware_ad()) return Invalid();
    pte = wanted;
    const bool granted = CheckPmp(s_, hart_.config(), Priv::kSupervisor, place, pte_bytes).write;
    const u32 narrow = static_cast<u32>(pte);
    if (granted &&
        (pte_bytes == 8 ? bus_.WriteValue(PhysAddr{place}, pte) : bus_.WriteValue(PhysAddr{place}, narrow)))
      return true;
    fault_ = AccessFault(access_);
    return false;
  }

  bool ReadPte(u64 place, unsigned pte_bytes, u64& pte) {
    fault_ = AccessFault(access_);
    if (!CheckPmp(s_, hart_.config(), Priv::kSupervisor, place, pte_bytes).read) return false;
    if (pte_bytes == 8) return bus_.ReadValue(PhysAddr{place}, pte);
    u32 narrow = 0;
    if (!bus_.ReadValue(PhysAddr{place}, narrow)) return false;
    pte = narrow;
    return true;
  }

  Hart& hart_;
  const State& s_;
  PhysMap& bus_;
  const u64 va_;
  const unsigned size_bytes_;
  const Access access_;
  const unsigned regime_;
  Cause fault_ = kLoadPage;
};

}  // namespace

std::optional<Translation> Hart::TranslateAddress(CpuContext&, u64 va, unsigned size_bytes, Access access,
                                                  unsigned regime) {
  const auto translation = Walker(*this, va, size_bytes, access, regime).Run();
  if (log_ != nullptr && log_->wants(LogItem::kMmu)) LogTranslation(va, access, translation);
  return translation;
}

void Hart::LogTranslation(u64 va, Access access, const std::optional<Translation>& translation) {
  static constexpr const char* kAccess[] = {"read", "write", "execute"};
  char text[128];
  const char* what = kAccess[static_cast<size_t>(access)];
  if (translation)
    std::snprintf(text, sizeof text, "hart %u: mmu %s 0x%" PRIx64 " is 0x%" PRIx64 "\n", index_, what, va,
                  translation->phys);
  else
    std::snprintf(text, sizeof text, "hart %u: mmu %s 0x%" PRIx64 " faults\n", index_, what, va);
  log_->Write(text);
}

void Hart::RaiseAccessFault(CpuContext& ctx, u64 va, Access access) {
  ctx.RaiseFault(AccessFault(access), rv32() ? static_cast<u32>(va) : va);
}

void Hart::RaiseMisaligned(CpuContext& ctx, u64 va, Access access) {
  ctx.RaiseFault(access == Access::kRead ? kLoadMisaligned : kStoreMisaligned, va);
}

}  // namespace emboard::riscv
