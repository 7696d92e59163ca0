// Goldfish RTC: nanoseconds since 1970 in two words, and one alarm (Android goldfish "Virtual Hardware"
// document, RTC; Linux Documentation/devicetree/bindings/rtc/google,goldfish-rtc.yaml).

#include "core/device/registers.h"
#include "core/device/types.h"

namespace emboard {
namespace {

constexpr u64 HighHalf(u64 value) { return value >> 32; }
constexpr u64 WithLow(u64 value, u64 low) { return (value & ~LowMask(32)) | (low & LowMask(32)); }
constexpr u64 WithHigh(u64 value, u64 high) { return (value & LowMask(32)) | (high << 32); }

class GoldfishRtc : public DeviceOf<GoldfishRtc> {
 public:
  static constexpr std::string_view kTypeName = "goldfish-rtc";
  struct State {
    u64 offset_ns;  // what the guest has added to the wall clock, modulo 2^64
    u64 alarm_ns;   // wall time; kNever when no alarm runs
    u32 time_high;  // latched by a read of time_low
    u32 alarm_high;
    u32 irq_enabled;
    u32 irq_pending;
  } s = {};

  explicit GoldfishRtc(const DeviceContext& context)
      : DeviceOf(context),
        clock_(*context.clock),
        irq_(context.output("irq")),
        timer_(*context.clock, [this] { CheckAlarm(); }) {}

  u64 NowNs() const { return clock_.UnixNs() + s.offset_ns; }

  u64 ReadTimeLow(u32) {
    const u64 now = NowNs();
    s.time_high = static_cast<u32>(HighHalf(now));
    return now & LowMask(32);
  }
  void WriteTimeLow(u64 value, u32) { SetNow(WithLow(NowNs(), value)); }
  void WriteTimeHigh(u64 value, u32) { SetNow(WithHigh(NowNs(), value)); }
  void WriteAlarmLow(u64 value, u32) {
    s.alarm_ns = WithLow(u64{s.alarm_high} << 32, value);
    CheckAlarm();
  }
  u64 ReadAlarmLow(u32) { return s.alarm_ns == kNever ? 0 : s.alarm_ns & LowMask(32); }
  void WriteIrqEnabled(u64, u32) { UpdateIrq(); }
  void ClearAlarm(u64, u32) {
    s.alarm_ns = kNever;
    timer_.Disarm();
  }
  u64 ReadAlarmStatus(u32) { return s.alarm_ns != kNever; }
  void ClearInterrupt(u64, u32) {
    s.irq_pending = 0;
    UpdateIrq();
  }
  void OnReset() {
    timer_.Disarm();
    s.alarm_ns = kNever;
    UpdateIrq();
  }
  Result<void> OnLoad() {
    CheckAlarm();
    return {};
  }

  using R = Register<GoldfishRtc>;
  static constexpr std::array kRegisters{
      R{.offset = 0x00,
        .name = "time_low",
        .on_read = &GoldfishRtc::ReadTimeLow,
        .on_write = &GoldfishRtc::WriteTimeLow},
      R{.offset = 0x04,
        .name = "time_high",
        .field = kField<&State::time_high>,
        .on_write = &GoldfishRtc::WriteTimeHigh},
      R{.offset = 0x08,
        .name = "alarm_low",
        .on_read = &GoldfishRtc::ReadAlarmLow,
        .on_write = &GoldfishRtc::WriteAlarmLow},
      R{.offset = 0x0c, .name = "alarm_high", .field = kField<&State::alarm_high>, .writable = 0xffff'ffff},
      R{.offset = 0x10,
        .name = "irq_enabled",
        .field = kField<&State::irq_enabled>,
        .writable = 1,
        .on_write = &GoldfishRtc::WriteIrqEnabled},
      R{.offset = 0x14, .name = "clear_alarm", .on_write = &GoldfishRtc::ClearAlarm},
      R{.offset = 0x18, .name = "alarm_status", .on_read = &GoldfishRtc::ReadAlarmStatus},
      R{.offset = 0x1c, .name = "clear_interrupt", .on_write = &GoldfishRtc::ClearInterrupt},
  };
  static constexpr std::array kExtraState{
      Extra<State>{"offset_ns", kField<&State::offset_ns>},
      Extra<State>{"alarm_ns", kField<&State::alarm_ns>},
      Extra<State>{"irq_pending", kField<&State::irq_pending>},
  };

 private:
  void SetNow(u64 wall_ns) {
    s.offset_ns = wall_ns - clock_.UnixNs();
    CheckAlarm();
  }
  void CheckAlarm() {
    const u64 now = NowNs();
    if (s.alarm_ns == kNever) {
      timer_.Disarm();
    } else if (s.alarm_ns <= now) {
      s.alarm_ns = kNever;
      s.irq_pending = 1;
      timer_.Disarm();
    } else {
      // The wall clock may be stepped while the timer runs; CheckAlarm then arms it again.
      const u64 at = clock_.NowNs() + (s.alarm_ns - now);
      timer_.Arm(at < clock_.NowNs() ? kNever : at);
    }
    UpdateIrq();
  }
  void UpdateIrq() { irq_.Set(s.irq_enabled != 0 && s.irq_pending != 0); }

  Clock& clock_;
  IrqLine irq_;
  ClockTimer timer_;
};

constexpr OutputDef kOutputs[] = {{"irq"}};
constexpr std::string_view kCompatible[] = {"google,goldfish-rtc"};

Result<std::unique_ptr<Device>> Create(const DeviceContext& context) {
  return std::unique_ptr<Device>(std::make_unique<GoldfishRtc>(context));
}

}  // namespace

constexpr DeviceType kGoldfishRtcType{
    .name = GoldfishRtc::kTypeName,
    .description = "Goldfish real-time clock with alarm",
    .outputs = kOutputs,
    .default_window_bytes = 0x1000,
    .fdt = {.node = "rtc", .compatible = kCompatible},
    .create = Create,
};

}  // namespace emboard
