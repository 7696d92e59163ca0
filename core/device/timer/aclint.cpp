// ACLINT in the SiFive CLINT's layout: per-hart software interrupts and timer comparators, and the machine's
// time counter (RISC-V Advanced Core Local Interruptor Specification 1.0-rc4, chapters 2 and 3; SiFive FU540
// manual, CLINT).

#include <vector>

#include "core/device/registers.h"
#include "core/device/types.h"

namespace emboard {
namespace {

constexpr u32 kMaxHarts = 32;

class Aclint : public DeviceOf<Aclint>, public TimeSource {
 public:
  static constexpr std::string_view kTypeName = "aclint";
  struct State {
    u64 mtimecmp[kMaxHarts];
    u64 mtime_offset;  // ticks added to the clock's, modulo 2^64
    u32 msip[kMaxHarts];
  } s = {};

  explicit Aclint(const DeviceContext& context)
      : DeviceOf(context),
        clock_(*context.clock),
        frequency_hz_(context.properties.number("timebase-frequency")) {
    for (u32 hart = 0; hart < context.cpu_count; hart++) {
      harts_.push_back({context.output("msip", hart), context.output("mtip", hart),
                        std::make_unique<ClockTimer>(clock_, [this, hart] { CheckTimer(hart); })});
    }
  }

  u64 ReadTicks() override { return clock_.NowTicks(frequency_hz_) + s.mtime_offset; }
  u64 frequency_hz() const override { return frequency_hz_; }
  u64 NsAtTicks(u64 ticks) override {
    const u64 raw_now = clock_.NowTicks(frequency_hz_);
    const u64 now = raw_now + s.mtime_offset;
    if (ticks <= now) return clock_.NowNs();
    const u64 raw = raw_now + (ticks - now);
    return raw < raw_now ? kNever : Clock::TicksToNs(raw, frequency_hz_);
  }
  TimeSource* time_source() override { return this; }

  void WriteMsip(u64, u32 hart) {
    if (hart < harts_.size()) harts_[hart].msip.Set(s.msip[hart] != 0);
  }
  void WriteMtimecmp(u64, u32 hart) {
    if (hart < harts_.size()) CheckTimer(hart);
  }
  u64 ReadMtime(u32 offset, unsigned size_bytes) {
    return Bits(ReadTicks() >> (offset * 8), size_bytes * 8 - 1, 0);
  }
  void WriteMtime(u32 offset, unsigned size_bytes, u64 value) {
    const u64 mask = LowMask(size_bytes * 8) << (offset * 8);
    SetTicks((ReadTicks() & ~mask) | ((value << (offset * 8)) & mask));
  }
  void OnReset() { SetTicks(0); }
  Result<void> OnLoad() {
    DriveLines();
    return {};
  }

  using R = Register<Aclint>;
  static constexpr std::array kRegisters{
      R{.offset = 0x0000,
        .name = "msip",
        .field = kField<&State::msip>,
        .writable = 1,
        .count = kMaxHarts,
        .on_write = &Aclint::WriteMsip},
      // The reset value is not defined; this one keeps the interrupt away until somebody sets a time.
      R{.offset = 0x4000,
        .name = "mtimecmp",
        .width = 8,
        .sizes = 4 | 8,
        .field = kField<&State::mtimecmp>,
        .reset = kNever,
        .writable = ~u64{0},
        .count = kMaxHarts,
        .on_write = &Aclint::WriteMtimecmp},
      R{.offset = 0xbff8,
        .name = "mtime",
        .sizes = 4 | 8,
        .span_bytes = 8,
        .on_read_span = &Aclint::ReadMtime,
        .on_write_span = &Aclint::WriteMtime},
  };
  static constexpr std::array kExtraState{
      Extra<State>{"mtime_offset", kField<&State::mtime_offset>},
  };

 private:
  struct Hart {
    IrqLine msip;
    IrqLine mtip;
    std::unique_ptr<ClockTimer> timer;
  };

  void SetTicks(u64 ticks) {
    s.mtime_offset = ticks - clock_.NowTicks(frequency_hz_);
    DriveLines();
  }
  void DriveLines() {
    for (u32 hart = 0; hart < harts_.size(); hart++) {
      harts_[hart].msip.Set(s.msip[hart] != 0);
      CheckTimer(hart);
    }
  }
  void CheckTimer(u32 hart) {
    const bool due = ReadTicks() >= s.mtimecmp[hart];
    harts_[hart].mtip.Set(due);
    harts_[hart].timer->Arm(due ? kNever : NsAtTicks(s.mtimecmp[hart]));
  }

  Clock& clock_;
  u64 frequency_hz_;
  std::vector<Hart> harts_;
};

constexpr PropertyDef kProperties[] = {
    {"timebase-frequency", PropertyType::kNumber, "10000000", "ticks of mtime a second"},
};
constexpr OutputDef kOutputs[] = {{"msip", true}, {"mtip", true}};
constexpr std::string_view kCompatible[] = {"sifive,clint0", "riscv,clint0"};

Result<std::unique_ptr<Device>> Create(const DeviceContext& context) {
  if (context.cpu_count > kMaxHarts) {
    return Error{context.name + ": at most " + std::to_string(kMaxHarts) + " CPUs"};
  }
  const u64 hz = context.properties.number("timebase-frequency");
  if (hz == 0 || hz > 1'000'000'000)
    return Error{context.name + ": timebase-frequency must be in 1..1000000000"};
  return std::unique_ptr<Device>(std::make_unique<Aclint>(context));
}

}  // namespace

constexpr DeviceType kAclintType{
    .name = Aclint::kTypeName,
    .description = "RISC-V ACLINT/CLINT: software and timer interrupts, mtime",
    .properties = kProperties,
    .outputs = kOutputs,
    .default_window_bytes = 0x1'0000,
    .fdt = {.node = "clint", .compatible = kCompatible},
    .create = Create,
};

}  // namespace emboard
