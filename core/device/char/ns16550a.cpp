// NS16550A UART (National Semiconductor PC16550D datasheet, June 1995, section 8 "Registers").
// Characters leave at once, so the transmitter is always empty; arriving ones come at the speed the guest
// takes them.

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/base/units.h"
#include "core/device/registers.h"
#include "core/device/types.h"

namespace emboard {
namespace {

constexpr u32 kFifoBytes = 16;
constexpr u32 kBacklogBytes = 256;
constexpr size_t kFlushBytes = 1024;

// 8.6.7 Interrupt Enable Register, in IIR's order of priority: line status first.
constexpr u8 kIerReceive = 1, kIerTransmit = 2, kIerLine = 4, kIerModem = 8;
// 8.6.5 Interrupt Identification Register, table IV.
constexpr u8 kIirNone = 0x01, kIirModem = 0x00, kIirTransmit = 0x02, kIirReceive = 0x04, kIirLine = 0x06;
constexpr u8 kIirTimeout = 0x0c, kIirFifosOn = 0xc0;
// 8.6.4 FIFO Control Register.
constexpr u8 kFcrEnable = 1, kFcrClearReceive = 2, kFcrClearTransmit = 4, kFcrStored = 0xc9;
constexpr u8 kLcrDlab = 0x80;
// 8.6.3 Line Status Register.
constexpr u8 kLsrDataReady = 0x01, kLsrOverrun = 0x02, kLsrErrors = 0x1e, kLsrTransmitEmpty = 0x60;
// 8.6.8 Modem Control Register, 8.6.9 Modem Status Register.
constexpr u8 kMcrDtr = 1, kMcrRts = 2, kMcrOut1 = 4, kMcrOut2 = 8, kMcrLoop = 0x10;
constexpr u8 kMsrCts = 0x10, kMsrDsr = 0x20, kMsrRi = 0x40, kMsrDcd = 0x80, kMsrDeltas = 0x0f;
constexpr u8 kMsrConnected = kMsrCts | kMsrDsr | kMsrDcd;  // what the far end shows us

class Ns16550a : public DeviceOf<Ns16550a> {
 public:
  static constexpr std::string_view kTypeName = "ns16550a";
  struct State {
    u64 timeout_at_ns;  // kNever, or when the receive FIFO has been left alone for too long
    u8 fifo[kFifoBytes];
    u8 backlog[kBacklogBytes];  // taken from the port, waiting for room in the FIFO
    u16 backlog_count;
    u8 fifo_count;
    u8 ier, fcr, lcr, mcr, line_errors, msr, scr, dll, dlm;
    u8 transmit_pending;  // the transmitter-empty interrupt is waiting to be noticed
    u8 timeout_pending;
    u8 reserved[2];
  } s = {};

  explicit Ns16550a(const DeviceContext& context)
      : DeviceOf(context),
        clock_(*context.clock),
        port_(context.serial),
        irq_(context.output("irq")),
        clock_hz_(context.properties.number("clock-frequency")),
        timer_(*context.clock, [this] { OnTimeout(); }) {}
  ~Ns16550a() override { Flush(); }

  bool Dlab() const { return (s.lcr & kLcrDlab) != 0; }
  bool NoDlab() const { return !Dlab(); }

  u64 ReadData(u32) {
    const u8 byte = s.fifo[0];  // an empty FIFO repeats nothing: 0
    if (s.fifo_count > 0) {
      s.fifo_count--;
      std::memmove(s.fifo, s.fifo + 1, kFifoBytes - 1);
      s.fifo[kFifoBytes - 1] = 0;
    }
    Refill();
    RestartTimeout();
    UpdateIrq();
    return byte;
  }
  void WriteData(u64 value, u32) {
    const u8 byte = static_cast<u8>(value);
    if ((s.mcr & kMcrLoop) != 0) {
      Receive(byte);
    } else {
      output_.push_back(byte);
      if (output_.size() >= kFlushBytes) Flush();
    }
    s.transmit_pending = 1;
    UpdateIrq();
  }
  void WriteIer(u64 value, u32) {
    const u8 turned_on = static_cast<u8>(value & ~u64{s.ier} & 0x0f);
    s.ier = value & 0x0f;
    if ((turned_on & kIerTransmit) != 0) s.transmit_pending = 1;
    UpdateIrq();
  }
  u64 ReadIir(u32) {
    const u8 cause = PendingCause();
    if (cause == kIirTransmit) {
      s.transmit_pending = 0;
      UpdateIrq();
    }
    return cause | (FifosOn() ? kIirFifosOn : 0);
  }
  void WriteFcr(u64 value, u32) {
    const bool toggled = ((value ^ s.fcr) & kFcrEnable) != 0;
    s.fcr = (value & kFcrEnable) != 0 ? value & kFcrStored : 0;
    if (toggled || (s.fcr != 0 && (value & kFcrClearReceive) != 0)) ClearReceive();
    if (toggled || (s.fcr != 0 && (value & kFcrClearTransmit) != 0)) s.transmit_pending = 1;
    RestartTimeout();
    UpdateIrq();
  }
  void WriteMcr(u64, u32) { UpdateModem(); }
  u64 ReadLsr(u32) {
    const u64 value = s.line_errors | kLsrTransmitEmpty | (s.fifo_count != 0 ? kLsrDataReady : 0);
    s.line_errors = 0;
    UpdateIrq();
    return value;
  }
  u64 ReadMsr(u32) {
    const u64 value = s.msr;
    s.msr &= static_cast<u8>(~kMsrDeltas);
    UpdateIrq();
    return value;
  }

  void Poll() override {
    Flush();
    if (port_ != nullptr && (s.mcr & kMcrLoop) == 0) {
      const size_t count =
          port_->Read({s.backlog + s.backlog_count, size_t{kBacklogBytes} - s.backlog_count});
      s.backlog_count = static_cast<u16>(s.backlog_count + count);
    }
    if (Refill()) {
      RestartTimeout();
      UpdateIrq();
    }
  }

  void OnReset() {
    timer_.Disarm();
    s.timeout_at_ns = kNever;
    UpdateIrq();
  }
  Result<void> OnLoad() {
    if (s.fifo_count > kFifoBytes || s.backlog_count > kBacklogBytes) return BadState("more input than fits");
    if (s.timeout_pending > 1 || s.transmit_pending > 1) return BadState("a flag that is neither 0 nor 1");
    timer_.Arm(s.timeout_at_ns);
    UpdateIrq();
    return {};
  }

  using R = Register<Ns16550a>;
  static constexpr u32 kAny = 1 | 2 | 4;  // wider accesses reach the one byte there is
  static constexpr std::array kRegisters{
      R{.offset = 0,
        .name = "rbr_thr",
        .width = 1,
        .sizes = kAny,
        .when = &Ns16550a::NoDlab,
        .on_read = &Ns16550a::ReadData,
        .on_write = &Ns16550a::WriteData},
      R{.offset = 0,
        .name = "dll",
        .width = 1,
        .sizes = kAny,
        .field = kField<&State::dll>,
        .reset = 12,
        .writable = 0xff,
        .when = &Ns16550a::Dlab},
      R{.offset = 1,
        .name = "ier",
        .width = 1,
        .sizes = kAny,
        .field = kField<&State::ier>,
        .when = &Ns16550a::NoDlab,
        .on_write = &Ns16550a::WriteIer},
      R{.offset = 1,
        .name = "dlm",
        .width = 1,
        .sizes = kAny,
        .field = kField<&State::dlm>,
        .writable = 0xff,
        .when = &Ns16550a::Dlab},
      R{.offset = 2,
        .name = "iir_fcr",
        .width = 1,
        .sizes = kAny,
        .field = kField<&State::fcr>,
        .on_read = &Ns16550a::ReadIir,
        .on_write = &Ns16550a::WriteFcr},
      R{.offset = 3,
        .name = "lcr",
        .width = 1,
        .sizes = kAny,
        .field = kField<&State::lcr>,
        .writable = 0xff},
      R{.offset = 4,
        .name = "mcr",
        .width = 1,
        .sizes = kAny,
        .field = kField<&State::mcr>,
        .reset = kMcrOut2,
        .writable = 0x1f,
        .on_write = &Ns16550a::WriteMcr},
      R{.offset = 5,
        .name = "lsr",
        .width = 1,
        .sizes = kAny,
        .field = kField<&State::line_errors>,
        .on_read = &Ns16550a::ReadLsr},
      R{.offset = 6,
        .name = "msr",
        .width = 1,
        .sizes = kAny,
        .field = kField<&State::msr>,
        .reset = kMsrConnected,
        .on_read = &Ns16550a::ReadMsr},
      R{.offset = 7,
        .name = "scr",
        .width = 1,
        .sizes = kAny,
        .field = kField<&State::scr>,
        .writable = 0xff},
  };
  static constexpr std::array kExtraState{
      Extra<State>{"fifo", kField<&State::fifo>},
      Extra<State>{"fifo_count", kField<&State::fifo_count>},
      Extra<State>{"backlog", kField<&State::backlog>},
      Extra<State>{"backlog_count", kField<&State::backlog_count>},
      Extra<State>{"transmit_pending", kField<&State::transmit_pending>},
      Extra<State>{"timeout_pending", kField<&State::timeout_pending>},
      Extra<State>{"timeout_at_ns", kField<&State::timeout_at_ns>},
      Extra<State>{"reserved", kField<&State::reserved>},
  };

 private:
  bool FifosOn() const { return (s.fcr & kFcrEnable) != 0; }
  u32 Capacity() const { return FifosOn() ? kFifoBytes : 1; }
  u32 TriggerLevel() const {
    constexpr u8 kLevels[] = {1, 4, 8, 14};
    return FifosOn() ? kLevels[s.fcr >> 6] : 1;
  }

  // Moves backlog into the FIFO as far as it goes; true when something moved.
  bool Refill() {
    if ((s.mcr & kMcrLoop) != 0 || s.fifo_count >= Capacity()) return false;
    const u32 count = std::min<u32>(Capacity() - s.fifo_count, s.backlog_count);
    if (count == 0) return false;
    std::memcpy(s.fifo + s.fifo_count, s.backlog, count);
    s.fifo_count = static_cast<u8>(s.fifo_count + count);
    s.backlog_count = static_cast<u16>(s.backlog_count - count);
    std::memmove(s.backlog, s.backlog + count, s.backlog_count);
    std::memset(s.backlog + s.backlog_count, 0, kBacklogBytes - s.backlog_count);
    return true;
  }
  void Receive(u8 byte) {
    if (s.fifo_count < Capacity()) {
      s.fifo[s.fifo_count++] = byte;
    } else {
      s.line_errors |= kLsrOverrun;
      if (!FifosOn()) s.fifo[0] = byte;  // 8.6.3: without FIFOs the new character replaces the old one
    }
    RestartTimeout();
  }
  void ClearReceive() {
    std::memset(s.fifo, 0, kFifoBytes);
    s.fifo_count = 0;
    s.timeout_pending = 0;
    Refill();
  }

  // 8.6.5 (D): with FIFOs on, characters below the trigger level are reported after four character times of
  // rest.
  void RestartTimeout() {
    s.timeout_pending = 0;
    s.timeout_at_ns = FifosOn() && s.fifo_count != 0 ? clock_.NowNs() + 4 * CharacterNs() : kNever;
    timer_.Arm(s.timeout_at_ns);
  }
  void OnTimeout() {
    s.timeout_at_ns = kNever;
    s.timeout_pending = 1;
    UpdateIrq();
  }
  u64 CharacterNs() const {
    const u64 divisor = std::max<u64>(1, u64{s.dlm} << 8 | s.dll);
    const u64 bits = 1 + (5 + (s.lcr & 3)) + ((s.lcr & 8) != 0) + ((s.lcr & 4) != 0 ? 2 : 1);
    return bits * divisor * 16 * kNsPerSecond / clock_hz_;
  }

  // 8.6.8: in loopback the modem outputs come back as the inputs.
  void UpdateModem() {
    u8 inputs = kMsrConnected;
    if ((s.mcr & kMcrLoop) != 0) {
      inputs =
          static_cast<u8>(((s.mcr & kMcrRts) != 0 ? kMsrCts : 0) | ((s.mcr & kMcrDtr) != 0 ? kMsrDsr : 0) |
                          ((s.mcr & kMcrOut1) != 0 ? kMsrRi : 0) | ((s.mcr & kMcrOut2) != 0 ? kMsrDcd : 0));
    }
    u8 changed = static_cast<u8>((inputs ^ s.msr) >> 4);
    if ((inputs & kMsrRi) != 0) changed &= static_cast<u8>(~(kMsrRi >> 4));  // only its trailing edge counts
    s.msr = static_cast<u8>(inputs | (s.msr & kMsrDeltas) | changed);
    UpdateIrq();
  }

  u8 PendingCause() const {
    if ((s.ier & kIerLine) != 0 && (s.line_errors & kLsrErrors) != 0) return kIirLine;
    if ((s.ier & kIerReceive) != 0 && s.fifo_count >= TriggerLevel()) return kIirReceive;
    if ((s.ier & kIerReceive) != 0 && s.timeout_pending != 0) return kIirTimeout;
    if ((s.ier & kIerTransmit) != 0 && s.transmit_pending != 0) return kIirTransmit;
    if ((s.ier & kIerModem) != 0 && (s.msr & kMsrDeltas) != 0) return kIirModem;
    return kIirNone;
  }
  void UpdateIrq() { irq_.Set(PendingCause() != kIirNone); }

  void Flush() {
    if (port_ != nullptr && !output_.empty()) port_->Write(output_);
    output_.clear();
  }

  Clock& clock_;
  SerialPort* port_;
  IrqLine irq_;
  u64 clock_hz_;
  ClockTimer timer_;
  std::vector<u8> output_;  // sent by the guest; on its way to the port, so no part of the state
};

constexpr PropertyDef kProperties[] = {
    {"chardev", PropertyType::kSerial, "", "where the characters go"},
    {"clock-frequency", PropertyType::kNumber, "3686400", "the baud generator's input in Hz"},
};
constexpr OutputDef kOutputs[] = {{"irq"}};
constexpr std::string_view kCompatible[] = {"ns16550a"};

void DescribeUart(const FdtContext& context, FdtSink& fdt) {
  fdt.PropU32("clock-frequency", static_cast<u32>(context.properties->number("clock-frequency")));
}

Result<std::unique_ptr<Device>> Create(const DeviceContext& context) {
  const u64 hz = context.properties.number("clock-frequency");
  if (hz == 0 || hz > 0xffff'ffff) return Error{context.name + ": clock-frequency must be in 1..4294967295"};
  return std::unique_ptr<Device>(std::make_unique<Ns16550a>(context));
}

}  // namespace

constexpr DeviceType kNs16550aType{
    .name = Ns16550a::kTypeName,
    .description = "NS16550A serial port with 16-byte FIFOs",
    .properties = kProperties,
    .outputs = kOutputs,
    .default_window_bytes = 0x100,
    .fdt = {.node = "serial", .compatible = kCompatible, .properties = DescribeUart},
    .create = Create,
};

}  // namespace emboard
