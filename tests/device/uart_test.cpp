#include "tests/device/bench.h"

namespace emboard {
namespace {

constexpr u64 kData = 0, kIer = 1, kIir = 2, kFcr = 2, kLcr = 3, kMcr = 4, kLsr = 5, kMsr = 6, kScr = 7;

class Uart : public testing::Test {
 protected:
  u8 In(u64 reg) { return static_cast<u8>(bench_.Read(reg, 1)); }
  void Out(u64 reg, u8 value) { bench_.Write(reg, value, 1); }
  void Arrive(const std::string& text) {
    bench_.serial.input += text;
    bench_.Poll();
  }
  std::string ReadAll() {
    std::string text;
    while ((In(kLsr) & 1) != 0) text += static_cast<char>(In(kData));
    return text;
  }
  bool irq() { return bench_.wires[0]; }

  Bench bench_{"ns16550a"};
};

TEST_F(Uart, PrintsInOrderAndLosesNothing) {
  std::string expected;
  for (int i = 0; i < 5000; i++) {
    const char c = static_cast<char>('a' + i % 26);
    EXPECT_EQ(In(kLsr) & 0x60, 0x60) << "the transmitter is always ready";
    Out(kData, static_cast<u8>(c));
    expected += c;
  }
  EXPECT_GE(bench_.serial.output.size(), 4000u) << "a long slice does not hoard output";
  bench_.Poll();
  EXPECT_EQ(bench_.serial.output, expected);
}

TEST_F(Uart, PrintsWhatIsLeftWhenItGoes) {
  FakeSerial port;
  {
    DeviceContext context;
    context.properties = PropertyValues::Parse(*FindDeviceType("ns16550a"), {}).value();
    context.clock = &bench_.clock;
    context.bus = &bench_.bus;
    context.serial = &port;
    auto uart = FindDeviceType("ns16550a")->create(context).value();
    uart->Reset();
    uart->MmioWrite(0, 1, 'x');
  }
  EXPECT_EQ(port.output, "x");
}

// The steps of Linux's drivers/tty/serial/8250/8250_port.c autoconfig() for a port of unknown type.
TEST_F(Uart, LinuxFindsA16550A) {
  Out(kIer, 0);
  EXPECT_EQ(In(kIer) & 0x0f, 0);
  Out(kIer, 0x0f);
  EXPECT_EQ(In(kIer) & 0x0f, 0x0f);
  Out(kIer, 0);
  Out(kMcr, 0x10 | 0x0a);
  EXPECT_EQ(In(kMsr) & 0xf0, 0x90) << "loopback test";
  Out(kMcr, 0);
  Out(kLcr, 0xbf);
  Out(kFcr, 0);
  Out(kLcr, 0);
  Out(kFcr, 1);
  EXPECT_EQ(In(kIir) >> 6, 3) << "16550A";
  Out(kLcr, 0xbf);
  EXPECT_NE(In(2), 0) << "no EFR: not a 16650";
  Out(kLcr, 0x80);
  Out(kFcr, 1 | 0x20);
  EXPECT_EQ(In(kIir) >> 5, 6) << "no 64-byte FIFO: not a 16750";
  Out(kLcr, 0);
  Out(kIer, 0x40);
  EXPECT_EQ(In(kIer), 0) << "not an XScale";
}

TEST_F(Uart, DivisorHidesBehindDlab) {
  Out(kIer, 5);
  Out(kLcr, 0x83);
  Out(0, 0x34);
  Out(1, 0x12);
  EXPECT_EQ(In(0), 0x34);
  EXPECT_EQ(In(1), 0x12);
  Out(kLcr, 3);
  EXPECT_EQ(In(kIer), 5);
  Out(kScr, 0xa5);
  EXPECT_EQ(In(kScr), 0xa5);
  EXPECT_EQ(bench_.serial.output, "");
}

TEST_F(Uart, ReceivesThroughTheFifo) {
  Out(kFcr, 1);
  Arrive("hello, world: more than sixteen characters");
  EXPECT_EQ(ReadAll(), "hello, world: more than sixteen characters");
  EXPECT_EQ(In(kData), 0) << "and then nothing";
  EXPECT_EQ(In(kLsr) & 1, 0);
}

TEST_F(Uart, WithoutFifosOneCharacterWaits) {
  Arrive("ab");
  Out(kIer, 1);
  EXPECT_TRUE(irq());
  EXPECT_EQ(In(kIir), 0x04);
  EXPECT_EQ(In(kData), 'a');
  EXPECT_TRUE(irq());
  EXPECT_EQ(In(kData), 'b');
  EXPECT_FALSE(irq());
  EXPECT_EQ(In(kIir), 0x01);
}

TEST_F(Uart, TriggerLevelThenTimeout) {
  Out(kLcr, 0x80);
  Out(0, 2);  // 115200 at 3.6864 MHz
  Out(kLcr, 3);
  Out(kFcr, 0x81);  // 8 characters
  Out(kIer, 1);
  Arrive("1234567");
  EXPECT_FALSE(irq());
  Arrive("8");
  EXPECT_TRUE(irq());
  EXPECT_EQ(In(kIir), 0xc4);
  EXPECT_EQ(In(kData), '1');
  EXPECT_FALSE(irq()) << "below the trigger level again";
  const u64 character_ns = 10 * 1'000'000'000ull / 115200;
  bench_.Advance(3 * character_ns);
  EXPECT_FALSE(irq());
  bench_.Advance(2 * character_ns);
  EXPECT_TRUE(irq());
  EXPECT_EQ(In(kIir), 0xcc) << "character timeout";
  EXPECT_EQ(In(kData), '2');
  EXPECT_FALSE(irq()) << "reading starts the time anew";
  EXPECT_EQ(ReadAll(), "345678");
  bench_.Advance(10 * character_ns);
  EXPECT_FALSE(irq()) << "nothing left to report";
}

TEST_F(Uart, TransmitInterruptIsSeenOnce) {
  Out(kIer, 2);
  EXPECT_TRUE(irq()) << "enabling it with an empty transmitter raises it";
  EXPECT_EQ(In(kIir), 0x02);
  EXPECT_EQ(In(kIir), 0x01) << "reading IIR acknowledges";
  EXPECT_FALSE(irq());
  Out(kData, 'x');
  EXPECT_TRUE(irq());
  Out(kIer, 0);
  EXPECT_FALSE(irq());
}

TEST_F(Uart, CausesHaveAnOrder) {
  Out(kMcr, 0x10);  // loopback: what is sent comes in
  EXPECT_EQ(In(kMsr), 0x0b) << "and the far end's signals have gone";
  Out(kFcr, 1);
  Out(kIer, 0x0f);
  for (int i = 0; i < 17; i++) Out(kData, static_cast<u8>(i));
  Out(kMcr, 0x12);  // RTS shows as CTS
  EXPECT_EQ(In(kIir), 0xc6);
  EXPECT_EQ(In(kLsr) & 0x03, 0x03) << "overrun, data ready";
  EXPECT_EQ(In(kLsr) & 0x02, 0) << "reading clears it";
  EXPECT_EQ(In(kIir), 0xc4);
  for (int i = 0; i < 16; i++) EXPECT_EQ(In(kData), i);
  EXPECT_EQ(In(kIir), 0xc2);
  EXPECT_EQ(In(kIir), 0xc0);
  EXPECT_EQ(In(kMsr) & 0x1f, 0x11);
  EXPECT_EQ(In(kMsr) & 0x0f, 0);
  EXPECT_EQ(In(kIir), 0xc1);
  EXPECT_FALSE(irq());
  bench_.Poll();
  EXPECT_EQ(bench_.serial.output, "") << "loopback stays inside";
}

TEST_F(Uart, ClearingTheFifoForgetsIt) {
  Out(kFcr, 1);
  Arrive("abc");
  Out(kFcr, 3);
  EXPECT_EQ(In(kLsr) & 1, 0);
  Arrive("d");
  EXPECT_EQ(ReadAll(), "d");
}

TEST_F(Uart, InputThatWaitsIsPartOfTheState) {
  Out(kFcr, 1);
  const std::string text(100, 'q');
  Arrive(text);
  const auto saved = bench_.Save();
  Bench other("ns16550a");
  ASSERT_TRUE(other.Load(saved).ok());
  std::string got;
  while ((other.Read(kLsr, 1) & 1) != 0) got += static_cast<char>(other.Read(kData, 1));
  EXPECT_EQ(got, text);
}

TEST_F(Uart, TimeoutSurvivesASnapshot) {
  Out(kFcr, 0xc1);
  Out(kIer, 1);
  Arrive("x");
  const auto saved = bench_.Save();
  Bench other("ns16550a");
  ASSERT_TRUE(other.Load(saved).ok());
  EXPECT_FALSE(other.wires[0]);
  other.Advance(1'000'000'000);
  EXPECT_TRUE(other.wires[0]);
}

}  // namespace
}  // namespace emboard
