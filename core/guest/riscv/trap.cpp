// Traps and interrupts: Privileged 3.1.6-3.1.15, 3.3.2, 10.1.

#include <cinttypes>
#include <cstdio>

#include "core/guest/riscv/hart.h"

namespace emboard::riscv {
namespace {

/// Moves the enable bit `ie` to `pie` and clears it.
void StackEnable(u64& status, u64 ie, u64 pie) {
  status = (status & ie) ? status | pie : status & ~pie;
  status &= ~ie;
}
u64 HandlerAddress(u64 tvec, u64 cause, bool interrupt) {
  const u64 base = tvec & ~u64{3};
  return (tvec & 3) == 1 && interrupt ? base + 4 * cause : base;
}

void LogTrap(LogSink& log, unsigned hart, u64 cause, bool interrupt, u64 pc, u64 tval) {
  char text[128];
  std::snprintf(text, sizeof text, "hart %u: %s %" PRIu64 " at 0x%" PRIx64 ", tval 0x%" PRIx64 "\n", hart,
                interrupt ? "interrupt" : "exception", cause, pc, tval);
  log.Write(text);
}

}  // namespace

void Hart::Trap(u64 cause, bool interrupt, u64 tval) {
  State& st = s();
  CpuContext& c = ctx();
  if (log_ != nullptr && log_->wants(LogItem::kInt)) LogTrap(*log_, index_, cause, interrupt, c.pc, tval);
  if (rv32()) tval = static_cast<u32>(tval);
  const u64 delegated = interrupt ? st.mideleg : st.medeleg;
  const u64 full_cause = cause | (interrupt ? u64{1} << (config_.xlen - 1) : 0);
  if (st.privilege() != Priv::kMachine && Bit(delegated, static_cast<unsigned>(cause))) {
    st.sepc = c.pc;
    st.scause = full_cause;
    st.stval = tval;
    StackEnable(st.mstatus, mstatus::kSie, mstatus::kSpie);
    st.mstatus = (st.mstatus & ~mstatus::kSpp) | (st.priv ? mstatus::kSpp : 0);
    st.priv = static_cast<u64>(Priv::kSupervisor);
    c.pc = HandlerAddress(st.stvec, cause, interrupt);
  } else {
    st.mepc = c.pc;
    st.mcause = full_cause;
    st.mtval = tval;
    StackEnable(st.mstatus, mstatus::kMie, mstatus::kMpie);
    st.mstatus = (st.mstatus & ~mstatus::kMpp) | st.priv << mstatus::kMppShift;
    st.priv = static_cast<u64>(Priv::kMachine);
    c.pc = HandlerAddress(st.mtvec, cause, interrupt);
  }
  c.reservation_address = kNoReservation;
  UpdateMode();
}

void Hart::TakeFault(CpuContext& ctx) {
  ctx.fault.pending = false;
  Trap(ctx.fault.code, false, ctx.fault.value);
  ctx.attention = true;
}

void Hart::TakeInterrupt(CpuContext& ctx) {
  const State& st = s();
  const u64 pending = Mip() & st.mie;
  if (pending == 0) return;
  ctx.waiting = false;
  const Priv priv = st.privilege();
  const bool machine_on = priv != Priv::kMachine || (st.mstatus & mstatus::kMie);
  const bool supervisor_on =
      priv == Priv::kUser || (priv == Priv::kSupervisor && (st.mstatus & mstatus::kSie));
  u64 chosen = machine_on ? pending & ~st.mideleg : 0;
  if (chosen == 0) chosen = supervisor_on ? pending & st.mideleg : 0;
  for (const unsigned cause : {kMei, kMsi, kMti, kSei, kSsi, kSti})  // in order of priority, 3.1.9
    if (Bit(chosen, cause)) return Trap(cause, true, 0);
}

void Hart::ReturnTo(Priv previous, u64 pc) {
  State& st = s();
  st.priv = static_cast<u64>(previous);
  if (previous != Priv::kMachine) st.mstatus &= ~mstatus::kMprv;
  ctx().pc = pc;
  UpdateMode();
  InterruptsChanged();
}

void Hart::InterruptsChanged() { ctx().attention = true; }

void Hart::SetIrq(unsigned input, bool level) {
  const u64 bit = u64{1} << input;
  const u64 before = s().lines;
  s().lines = level ? before | bit : before & ~bit;
  if (s().lines == before) return;
  InterruptsChanged();
  if (ctx().executing) ctx().EndSlice();  // taken before the next instruction
}

void Hart::UpdateTimer() {
  if (!sstc_on()) {
    timer_.Disarm();
    return SetIrq(kSti, false);
  }
  const bool due = time_->ReadTicks() >= s().stimecmp;
  SetIrq(kSti, due);
  timer_.Arm(due ? kNever : time_->NsAtTicks(s().stimecmp));
}

void Hart::UpdateMode() {
  const State& st = s();
  const Priv priv = st.privilege();
  const auto regime = [&](Priv p) -> unsigned {
    if (p == Priv::kMachine) return kMachineRegime;
    if (p == Priv::kUser) return kUserRegime;
    return st.mstatus & mstatus::kSum ? kSupervisorSumRegime : kSupervisorRegime;
  };
  const Priv previous = static_cast<Priv>(Bits(st.mstatus, 12, 11));
  ctx().SetRegimes(regime(priv),
                   regime(st.mstatus & mstatus::kMprv && priv == Priv::kMachine ? previous : priv));
  u32 mode = static_cast<u32>(st.priv);
  const u64 fs = Bits(st.mstatus, 14, 13);
  if (fs != 0) mode |= ModeKey::kFsOn;
  if (fs == 3) mode |= ModeKey::kFsDirty;
  if (ctx().fp_rounding <= 4) mode |= ModeKey::kFrmValid;
  ctx().mode = mode;
}

void Hart::FlushTranslations() {
  ctx().FlushTlbs();
  engine_->MappingChanged(ctx());
}

bool Hart::hardware_ad() const {
  if (config_.has(Ext::Svadu)) return s().menvcfg & envcfg::kAdue;
  return !config_.has(Ext::Svade);
}

}  // namespace emboard::riscv
