// Control and status registers as data: Privileged 2.2 (addresses), 3.1, 10.1; Unprivileged 7
// (counters), 20.2 (fcsr).

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/guest/riscv/hart.h"

namespace emboard::riscv {
namespace {

struct Csr {
  u32 number;
  std::string_view name;
  u64 (*read)(Hart&);
  void (*write)(Hart&, u64);        ///< null: writes are ignored (or illegal, by the number)
  bool (*exists)(Hart&) = nullptr;  ///< null: always
};

// --- plain fields
template <auto field>
u64 ReadField(Hart& h) {
  return h.s().*field;
}
template <auto field, u64 mask = ~u64{0}>
void WriteField(Hart& h, u64 v) {
  h.s().*field = (h.s().*field & ~mask) | (v & mask);
}
u64 ReadZero(Hart&) { return 0; }

// --- who may look
bool HasF(Hart& h) { return h.config().has(Ext::F) && (h.s().mstatus & mstatus::kFs); }
bool HasS(Hart& h) { return h.config().has(Ext::S); }
bool HasU(Hart& h) { return h.config().has(Ext::U); }
bool HasPmp(Hart& h) { return h.config().has(Ext::Pmp); }
bool IsRv32(Hart& h) { return h.rv32(); }
bool IsRv32WithU(Hart& h) { return h.rv32() && HasU(h); }

/// mcounteren and scounteren stand between a counter and the modes below them (Privileged 3.1.11).
bool CounterVisible(Hart& h, unsigned bit) {
  const Priv priv = h.s().privilege();
  if (priv != Priv::kMachine && !Bit(h.s().mcounteren, bit)) return false;
  return priv != Priv::kUser || !HasS(h) || Bit(h.s().scounteren, bit);
}
template <unsigned bit>
bool HasCounter(Hart& h) {
  return h.config().has(Ext::Zicntr) && CounterVisible(h, bit);
}
template <unsigned bit>
bool HasCounterHigh(Hart& h) {
  return h.rv32() && HasCounter<bit>(h);
}
bool HasTime(Hart& h) { return h.time() != nullptr && HasCounter<1>(h); }
bool HasTimeHigh(Hart& h) { return h.rv32() && HasTime(h); }

/// stimecmp in supervisor mode needs mcounteren.TM and menvcfg.STCE (Sstc 1.3).
bool HasStimecmp(Hart& h) {
  if (!h.config().has(Ext::Sstc)) return false;
  return h.s().privilege() == Priv::kMachine || (Bit(h.s().mcounteren, 1) && h.sstc_on());
}
bool HasStimecmpHigh(Hart& h) { return h.rv32() && HasStimecmp(h); }
bool MaySatp(Hart& h) {
  return HasS(h) && !(h.s().privilege() == Priv::kSupervisor && (h.s().mstatus & mstatus::kTvm));
}

// --- floating point
u64 ReadFflags(Hart& h) { return h.ctx().fp_flags & 0x1f; }
u64 ReadFrm(Hart& h) { return h.ctx().fp_rounding; }
u64 ReadFcsr(Hart& h) { return ReadFrm(h) << 5 | ReadFflags(h); }
void FpTouched(Hart& h) {
  h.s().mstatus |= mstatus::kFs;
  h.UpdateMode();
}
void WriteFflags(Hart& h, u64 v) {
  h.ctx().fp_flags = v & 0x1f;
  FpTouched(h);
}
void WriteFrm(Hart& h, u64 v) {
  h.ctx().fp_rounding = v & 7;
  FpTouched(h);
}
void WriteFcsr(Hart& h, u64 v) {
  h.ctx().fp_flags = v & 0x1f;
  WriteFrm(h, v >> 5);
}

// --- counters. The offset is what must be added to the instructions executed; while inhibited, the value
// itself.
template <auto offset, unsigned inhibit>
u64 Count(Hart& h) {
  return h.s().*offset + (Bit(h.s().mcountinhibit, inhibit) ? 0 : h.InstructionsNow());
}
template <auto offset, unsigned inhibit>
void SetCount(Hart& h, u64 v) {
  // The writing instruction itself does not count (Unprivileged 7.1 of Zicntr leaves cycle open; instret says
  // so).
  h.s().*offset = v - (Bit(h.s().mcountinhibit, inhibit) ? 0 : h.InstructionsNow() + 1);
}
template <auto offset, unsigned inhibit>
void WriteCount(Hart& h, u64 v) {
  if (h.rv32()) v = (Count<offset, inhibit>(h) & ~u64{0xffff'ffff}) | static_cast<u32>(v);
  SetCount<offset, inhibit>(h, v);
}
template <auto offset, unsigned inhibit>
u64 CountHigh(Hart& h) {
  return Count<offset, inhibit>(h) >> 32;
}
template <auto offset, unsigned inhibit>
void WriteCountHigh(Hart& h, u64 v) {
  SetCount<offset, inhibit>(h, static_cast<u32>(Count<offset, inhibit>(h)) | v << 32);
}

#define CYCLE &State::cycle_offset, 0
#define INSTRET &State::instret_offset, 2

void WriteCountInhibit(Hart& h, u64 v) {
  const u64 cycles = Count<CYCLE>(h), instructions = Count<INSTRET>(h);
  h.s().mcountinhibit = v & 5;
  SetCount<CYCLE>(h, cycles + 1);
  SetCount<INSTRET>(h, instructions + 1);
}
u64 ReadTime(Hart& h) { return h.time()->ReadTicks(); }
u64 ReadTimeHigh(Hart& h) { return ReadTime(h) >> 32; }

// --- machine information
u64 ReadHartId(Hart& h) { return h.index(); }
u64 ReadMisa(Hart& h) {
  const Config& c = h.config();
  u64 misa = h.rv32() ? u64{1} << 30 : u64{2} << 62;
  const auto letter = [&](Ext ext, char name) { misa |= c.has(ext) ? u64{1} << (name - 'A') : 0; };
  letter(Ext::I, 'I'), letter(Ext::M, 'M'), letter(Ext::A, 'A'), letter(Ext::F, 'F'), letter(Ext::D, 'D');
  letter(Ext::C, 'C'), letter(Ext::S, 'S'), letter(Ext::U, 'U');
  return misa;
}

// --- status. SD and the register widths are computed, not kept.
u64 WithComputed(Hart& h, u64 status) {
  const bool dirty = (status & mstatus::kFs) == mstatus::kFs;
  if (h.rv32()) return status | (dirty ? u64{1} << 31 : 0);
  return status | (dirty ? u64{1} << 63 : 0) | (HasU(h) ? u64{2} << 32 : 0);
}
u64 ReadMstatus(Hart& h) {
  const u64 sxl = !h.rv32() && HasS(h) ? u64{2} << 34 : 0;
  return WithComputed(h, h.s().mstatus) | sxl;
}
u64 ReadSstatus(Hart& h) { return WithComputed(h, h.s().mstatus & mstatus::kSstatus); }
void SetStatus(Hart& h, u64 v, u64 mask) {
  if (!h.config().has(Ext::F)) mask &= ~mstatus::kFs;
  const u64 before = h.s().mstatus;
  h.s().mstatus = (before & ~mask) | (v & mask);
  if ((before ^ h.s().mstatus) & mstatus::kMxr) h.ctx().FlushTlbs();
  h.UpdateMode();
  h.InterruptsChanged();
}
void WriteMstatus(Hart& h, u64 v) {
  u64 mask = mstatus::kMie | mstatus::kMpie | mstatus::kFs;
  if (HasU(h)) mask |= mstatus::kMpp | mstatus::kMprv | mstatus::kTw;
  if (HasS(h)) mask |= mstatus::kSstatus | mstatus::kTvm | mstatus::kTsr;
  const u64 mpp = Bits(v, 12, 11);
  if (mpp == 2 || (mpp == 1 && !HasS(h))) mask &= ~mstatus::kMpp;  // no such mode: the field keeps its value
  SetStatus(h, v, mask);
}
void WriteSstatus(Hart& h, u64 v) { SetStatus(h, v, mstatus::kSstatus); }

// --- trap setup
constexpr u64 kDelegable = 0xb3ff;  // every exception below machine mode's own environment call
u64 SupervisorMask(Hart& h) { return HasS(h) ? kSupervisorInterrupts : 0; }
void WriteMideleg(Hart& h, u64 v) {
  h.s().mideleg = v & kSupervisorInterrupts;
  h.InterruptsChanged();
}
void WriteMie(Hart& h, u64 v) {
  h.s().mie = v & (kMachineInterrupts | SupervisorMask(h));
  h.InterruptsChanged();
}
u64 ReadMip(Hart& h) { return h.Mip(); }
void WriteMip(Hart& h, u64 v) {
  const u64 mask = SupervisorMask(h) & ~(h.sstc_on() ? u64{1} << kSti : 0);
  h.s().mip_soft = (h.s().mip_soft & ~mask) | (v & mask);
  h.InterruptsChanged();
}
u64 ReadSie(Hart& h) { return h.s().mie & h.s().mideleg; }
void WriteSie(Hart& h, u64 v) { WriteMie(h, (h.s().mie & ~h.s().mideleg) | (v & h.s().mideleg)); }
u64 ReadSip(Hart& h) { return h.Mip() & h.s().mideleg; }
void WriteSip(Hart& h, u64 v) {
  const u64 mask = h.s().mideleg & u64{1} << kSsi;
  h.s().mip_soft = (h.s().mip_soft & ~mask) | (v & mask);
  h.InterruptsChanged();
}
template <auto field>
void WriteTvec(Hart& h, u64 v) {
  if ((v & 3) < 2) h.s().*field = v;  // other modes are reserved: the register keeps its value
}
template <auto field>
void WriteEpc(Hart& h, u64 v) {
  h.s().*field = v & ~u64{1};
}
template <auto field>
u64 ReadEpc(Hart& h) {
  return h.s().*field & (h.config().has(Ext::C) ? ~u64{1} : ~u64{3});
}

// --- environment configuration
u64 EnvMask(Hart& h) {
  u64 mask = envcfg::kFiom;
  if (h.config().has(Ext::Zicbom)) mask |= envcfg::kCbie | envcfg::kCbcfe;
  if (h.config().has(Ext::Zicboz)) mask |= envcfg::kCbze;
  return mask;
}
void SetMenvcfg(Hart& h, u64 v) {
  u64 mask = EnvMask(h);
  if (h.config().has(Ext::Sstc)) mask |= envcfg::kStce;
  if (h.config().has(Ext::Svpbmt) && !h.rv32()) mask |= envcfg::kPbmte;
  if (h.config().has(Ext::Svadu)) mask |= envcfg::kAdue;
  h.s().menvcfg = v & mask;
  h.FlushTranslations();
  h.UpdateTimer();
}
void WriteMenvcfg(Hart& h, u64 v) {
  SetMenvcfg(h, h.rv32() ? (h.s().menvcfg >> 32 << 32) | static_cast<u32>(v) : v);
}
u64 ReadMenvcfgHigh(Hart& h) { return h.s().menvcfg >> 32; }
void WriteMenvcfgHigh(Hart& h, u64 v) { SetMenvcfg(h, static_cast<u32>(h.s().menvcfg) | v << 32); }
void WriteSenvcfg(Hart& h, u64 v) { h.s().senvcfg = v & EnvMask(h); }
void SetStimecmp(Hart& h, u64 v) {
  h.s().stimecmp = v;
  h.UpdateTimer();
}
void WriteStimecmp(Hart& h, u64 v) {
  SetStimecmp(h, h.rv32() ? (h.s().stimecmp >> 32 << 32) | static_cast<u32>(v) : v);
}
u64 ReadStimecmpHigh(Hart& h) { return h.s().stimecmp >> 32; }
void WriteStimecmpHigh(Hart& h, u64 v) { SetStimecmp(h, static_cast<u32>(h.s().stimecmp) | v << 32); }

// --- address translation
void WriteSatp(Hart& h, u64 v) {
  if (!h.config().has(Ext::Mmu)) return;
  const u64 mode = h.rv32() ? v >> 31 : v >> 60;
  const u64 widest = h.rv32() ? 1 : 5 + u64{h.config().max_levels};
  if (mode != 0 && (mode > widest || (!h.rv32() && mode < 8)))
    return;  // unsupported: no effect at all (10.1.11)
  if (h.s().satp == v) return;
  h.s().satp = v;
  h.FlushTranslations();
}

// --- physical memory protection: pmpcfg registers pack four or eight entries
unsigned PmpPerCsr(const Hart& h) { return h.rv32() ? 4 : 8; }
constexpr u64 kPmpLock = 0x80, kPmpTor = 1;
u64 ReadPmpCfg(Hart& h, unsigned first) {
  u64 value = 0;
  for (unsigned i = 0; i < PmpPerCsr(h); ++i) value |= h.s().pmpcfg[first + i] << (8 * i);
  return value;
}
void WritePmpCfg(Hart& h, unsigned first, u64 v) {
  for (unsigned i = 0; i < PmpPerCsr(h); ++i) {
    u64& cfg = h.s().pmpcfg[first + i];
    const u64 fresh = (v >> (8 * i)) & 0x9f;
    if (cfg & kPmpLock) continue;
    if ((fresh & 3) == 2) continue;  // write without read is reserved
    cfg = fresh;
  }
  h.FlushTranslations();
}
void WritePmpAddr(Hart& h, unsigned i, u64 v) {
  const State& s = h.s();
  const bool locked = s.pmpcfg[i] & kPmpLock;
  const bool next_locks =
      i + 1 < kPmpEntries && (s.pmpcfg[i + 1] & kPmpLock) && Bits(s.pmpcfg[i + 1], 4, 3) == kPmpTor;
  if (locked || next_locks) return;
  h.s().pmpaddr[i] = h.rv32() ? v : v & LowMask(54);
  h.FlushTranslations();
}
template <unsigned n>
bool HasPmpCfg(Hart& h) {
  return HasPmp(h) && (h.rv32() || n % 2 == 0);
}
template <unsigned n>
constexpr Csr PmpCfg(std::string_view name) {
  return {0x3a0 + n, name, [](Hart& h) { return ReadPmpCfg(h, 4 * n); },
          [](Hart& h, u64 v) { WritePmpCfg(h, 4 * n, v); }, &HasPmpCfg<n>};
}
template <unsigned n>
constexpr Csr PmpAddr(std::string_view name) {
  return {0x3b0 + n, name, [](Hart& h) { return h.s().pmpaddr[n]; },
          [](Hart& h, u64 v) { WritePmpAddr(h, n, v); }, &HasPmp};
}

#define PLAIN(field) &ReadField<&State::field>, &WriteField<&State::field>
#define COUNT(what) &Count<what>, &WriteCount<what>
#define COUNT_HIGH(what) &CountHigh<what>, &WriteCountHigh<what>

constexpr Csr kCsrs[] = {
    {0x001, "fflags", &ReadFflags, &WriteFflags, &HasF},
    {0x002, "frm", &ReadFrm, &WriteFrm, &HasF},
    {0x003, "fcsr", &ReadFcsr, &WriteFcsr, &HasF},
    {0x100, "sstatus", &ReadSstatus, &WriteSstatus, &HasS},
    {0x104, "sie", &ReadSie, &WriteSie, &HasS},
    {0x105, "stvec", &ReadField<&State::stvec>, &WriteTvec<&State::stvec>, &HasS},
    {0x106, "scounteren", &ReadField<&State::scounteren>, &WriteField<&State::scounteren, 0xffff'ffff>,
     &HasS},
    {0x10a, "senvcfg", &ReadField<&State::senvcfg>, &WriteSenvcfg, &HasS},
    {0x140, "sscratch", PLAIN(sscratch), &HasS},
    {0x141, "sepc", &ReadEpc<&State::sepc>, &WriteEpc<&State::sepc>, &HasS},
    {0x142, "scause", PLAIN(scause), &HasS},
    {0x143, "stval", PLAIN(stval), &HasS},
    {0x144, "sip", &ReadSip, &WriteSip, &HasS},
    {0x14d, "stimecmp", &ReadField<&State::stimecmp>, &WriteStimecmp, &HasStimecmp},
    {0x15d, "stimecmph", &ReadStimecmpHigh, &WriteStimecmpHigh, &HasStimecmpHigh},
    {0x180, "satp", &ReadField<&State::satp>, &WriteSatp, &MaySatp},
    {0x300, "mstatus", &ReadMstatus, &WriteMstatus},
    {0x301, "misa", &ReadMisa, nullptr},
    {0x302, "medeleg", &ReadField<&State::medeleg>, &WriteField<&State::medeleg, kDelegable>, &HasS},
    {0x303, "mideleg", &ReadField<&State::mideleg>, &WriteMideleg, &HasS},
    {0x304, "mie", &ReadField<&State::mie>, &WriteMie},
    {0x305, "mtvec", &ReadField<&State::mtvec>, &WriteTvec<&State::mtvec>},
    {0x306, "mcounteren", &ReadField<&State::mcounteren>, &WriteField<&State::mcounteren, 0xffff'ffff>,
     &HasU},
    {0x30a, "menvcfg", &ReadField<&State::menvcfg>, &WriteMenvcfg, &HasU},
    {0x310, "mstatush", &ReadZero, nullptr, &IsRv32},
    {0x31a, "menvcfgh", &ReadMenvcfgHigh, &WriteMenvcfgHigh, &IsRv32WithU},
    {0x320, "mcountinhibit", &ReadField<&State::mcountinhibit>, &WriteCountInhibit},
    {0x340, "mscratch", PLAIN(mscratch)},
    {0x341, "mepc", &ReadEpc<&State::mepc>, &WriteEpc<&State::mepc>},
    {0x342, "mcause", PLAIN(mcause)},
    {0x343, "mtval", PLAIN(mtval)},
    {0x344, "mip", &ReadMip, &WriteMip},
    PmpCfg<0>("pmpcfg0"),
    PmpCfg<1>("pmpcfg1"),
    PmpCfg<2>("pmpcfg2"),
    PmpCfg<3>("pmpcfg3"),
    PmpAddr<0>("pmpaddr0"),
    PmpAddr<1>("pmpaddr1"),
    PmpAddr<2>("pmpaddr2"),
    PmpAddr<3>("pmpaddr3"),
    PmpAddr<4>("pmpaddr4"),
    PmpAddr<5>("pmpaddr5"),
    PmpAddr<6>("pmpaddr6"),
    PmpAddr<7>("pmpaddr7"),
    PmpAddr<8>("pmpaddr8"),
    PmpAddr<9>("pmpaddr9"),
    PmpAddr<10>("pmpaddr10"),
    PmpAddr<11>("pmpaddr11"),
    PmpAddr<12>("pmpaddr12"),
    PmpAddr<13>("pmpaddr13"),
    PmpAddr<14>("pmpaddr14"),
    PmpAddr<15>("pmpaddr15"),
    {0xb00, "mcycle", COUNT(CYCLE)},
    {0xb02, "minstret", COUNT(INSTRET)},
    {0xb80, "mcycleh", COUNT_HIGH(CYCLE), &IsRv32},
    {0xb82, "minstreth", COUNT_HIGH(INSTRET), &IsRv32},
    {0xc00, "cycle", &Count<CYCLE>, nullptr, &HasCounter<0>},
    {0xc01, "time", &ReadTime, nullptr, &HasTime},
    {0xc02, "instret", &Count<INSTRET>, nullptr, &HasCounter<2>},
    {0xc80, "cycleh", &CountHigh<CYCLE>, nullptr, &HasCounterHigh<0>},
    {0xc81, "timeh", &ReadTimeHigh, nullptr, &HasTimeHigh},
    {0xc82, "instreth", &CountHigh<INSTRET>, nullptr, &HasCounterHigh<2>},
    {0xf11, "mvendorid", &ReadZero, nullptr},
    {0xf12, "marchid", &ReadZero, nullptr},
    {0xf13, "mimpid", &ReadZero, nullptr},
    {0xf14, "mhartid", &ReadHartId, nullptr},
    {0xf15, "mconfigptr", &ReadZero, nullptr},
};
static_assert(std::is_sorted(std::begin(kCsrs), std::end(kCsrs),
                             [](const Csr& a, const Csr& b) { return a.number < b.number; }));

const Csr* FindCsr(u32 number) {
  const auto* it = std::lower_bound(std::begin(kCsrs), std::end(kCsrs), number,
                                    [](const Csr& csr, u32 n) { return csr.number < n; });
  return it != std::end(kCsrs) && it->number == number ? it : nullptr;
}

/// The performance counters 3..31 and their events count nothing (Zihpm allows that): they exist and read
/// zero.
bool IsQuietCounter(Hart& h, u32 number) {
  const u32 index = number & 0x1f;
  if (!h.config().has(Ext::Zihpm) || index < 3) return false;
  switch (number & ~u32{0x1f}) {
    case 0x320:
    case 0xb00:
      return true;
    case 0xb80:
      return h.rv32();
    case 0xc00:
      return CounterVisible(h, index);
    case 0xc80:
      return h.rv32() && CounterVisible(h, index);
    default:
      return false;
  }
}

void LogUnknown(Hart& hart, u32 number) {
  if (hart.log() == nullptr || !hart.log()->wants(LogItem::kUnimp)) return;
  char text[64];
  std::snprintf(text, sizeof text, "hart %u: there is no CSR 0x%03x\n", hart.index(), number);
  hart.log()->Write(text);
}

}  // namespace

bool AccessCsr(Hart& hart, u32 number, bool reads, bool writes, u64 operand, unsigned op, u64& old) {
  old = 0;
  const bool read_only = Bits(number, 11, 10) == 3;
  if (Bits(number, 9, 8) > hart.s().priv || (writes && read_only)) return false;
  const Csr* csr = FindCsr(number);
  if (csr == nullptr) {
    if (IsQuietCounter(hart, number)) return true;
    LogUnknown(hart, number);
    return false;
  }
  if (csr->exists != nullptr && !csr->exists(hart)) return false;
  // Set and clear of mip and sip work on the bits software owns, not on lines from outside (3.1.9).
  const bool of_mip = number == 0x344 || number == 0x144;
  if (reads || op != 0) old = csr->read(hart);
  const u64 base = of_mip ? old & ~(hart.s().lines & ~hart.s().mip_soft) : old;
  if (!writes || csr->write == nullptr) return true;
  u64 value = op == 0 ? operand : op == 1 ? base | operand : base & ~operand;
  if (hart.rv32()) value = static_cast<u32>(value);
  csr->write(hart, value);
  return true;
}

}  // namespace emboard::riscv
