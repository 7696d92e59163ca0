#include "core/guest/riscv/hart.h"

#include <cinttypes>
#include <cstdio>

#include "core/machine/fdt.h"

namespace emboard::riscv {

Hart::Hart(const CpuConfig& machine, const Config& config)
    : config_(config),
      index_(machine.index),
      translator_(config),
      time_(machine.time),
      log_(machine.log),
      timer_(*machine.clock, [this] { UpdateTimer(); }),
      engine_(machine.engine),
      ctx_(std::make_unique<CpuContext>()) {
  ctx_->isa = this;
  ctx_->bus = machine.bus;
  engine_->AddCpu(*ctx_);
  UpdateMode();
}

Hart::~Hart() { engine_->RemoveCpu(*ctx_); }

// Privileged 3.4: machine mode, interrupts off, no protection; the counters start at zero.
void Hart::Reset() {
  ctx_->guest.fill(0);
  ctx_->fp_flags = ctx_->fp_rounding = 0;
  ctx_->reservation_address = kNoReservation;
  ctx_->waiting = false;
  ctx_->fault = {};
  s().priv = static_cast<u64>(Priv::kMachine);
  s().stimecmp = ~u64{0};
  if (config_.has(Ext::U)) s().mstatus = mstatus::kMpp;
  ctx_->pc = reset_pc_;
  timer_.Disarm();
  FlushTranslations();
  UpdateMode();
}

CpuRun Hart::Run(u64 budget) {
  CpuContext& c = *ctx_;
  if (c.waiting && HasWork()) c.waiting = false;
  if (c.waiting) return {CpuState::kWaiting, 0};
  c.budget = c.slice = static_cast<i64>(budget);
  c.yielded = 0;
  c.attention = true;
  running_ = true;
  engine_->Run(c);
  const u64 executed = c.ExecutedInSlice();
  running_ = false;
  s().executed += executed;
  const bool yielded = c.yielded != 0;
  c.budget = c.slice = c.yielded = 0;
  return {c.waiting ? CpuState::kWaiting : yielded ? CpuState::kYield : CpuState::kBudgetSpent, executed};
}

void Hart::Save(SnapshotWriter& out) const {
  out.Value("pc", ctx_->pc);
  out.Value("fp_flags", ctx_->fp_flags);
  out.Value("fp_rounding", ctx_->fp_rounding);
  out.Value("reservation_address", ctx_->reservation_address);
  out.Value("reservation_value", ctx_->reservation_value);
  out.Value("waiting", static_cast<u64>(ctx_->waiting));
#define FIELD(name) out.Value(#name, s().name);
#define ARRAY(name, count) out.Value(#name, s().name);
  RISCV_STATE(FIELD, ARRAY)
#undef FIELD
#undef ARRAY
}

Result<void> Hart::Load(SnapshotReader& in) {
  u64 waiting = 0;
  TRY(in.Value("pc", ctx_->pc));
  TRY(in.Value("fp_flags", ctx_->fp_flags));
  TRY(in.Value("fp_rounding", ctx_->fp_rounding));
  TRY(in.Value("reservation_address", ctx_->reservation_address));
  TRY(in.Value("reservation_value", ctx_->reservation_value));
  TRY(in.Value("waiting", waiting));
#define FIELD(name) TRY(in.Value(#name, s().name));
#define ARRAY(name, count) TRY(in.Value(#name, s().name));
  RISCV_STATE(FIELD, ARRAY)
#undef FIELD
#undef ARRAY
  // A snapshot is foreign bytes: what indexes or selects anything here is cut to size.
  s().priv = (s().priv & 3) == 2 ? 0 : s().priv & 3;
  if (Bits(s().mstatus, 12, 11) == 2) s().mstatus &= ~mstatus::kMpp;
  s().lines &= kSupervisorInterrupts | kMachineInterrupts;
  ctx_->fp_flags &= 0x1f;
  ctx_->fp_rounding &= 7;
  const u64 mode = s().satp >> 60;
  if (!rv32() && mode != 0 && (mode < 8 || mode > 10)) s().satp = 0;
  ctx_->waiting = waiting != 0;
  ctx_->fault = {};
  engine_->FlushCode();
  FlushTranslations();
  UpdateMode();
  InterruptsChanged();
  UpdateTimer();
  return {};
}

std::string Hart::Dump() const {
  static constexpr const char* kNames[] = {
      "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
      "a6",   "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
  std::string out;
  const auto line = [&](const std::string& name, u64 value) {
    char text[64];
    std::snprintf(text, sizeof text, " %-20s %016" PRIx64 "\n", name.substr(0, 20).c_str(), value);
    out += text;
  };
  line("pc", ctx_->pc);
  for (unsigned i = 0; i < 32; ++i) line("x" + std::to_string(i) + "/" + kNames[i], s().x[i]);
  line("fp_flags", ctx_->fp_flags);
  line("fp_rounding", ctx_->fp_rounding);
#define FIELD(name) line(#name, s().name);
#define ARRAY(name, count)
  RISCV_STATE(FIELD, ARRAY)
#undef FIELD
#undef ARRAY
  for (unsigned i = 0; i < 32; ++i) line("f" + std::to_string(i), s().f[i]);
  return out;
}

}  // namespace emboard::riscv
