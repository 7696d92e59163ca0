// PLIC, ACLINT, RTC and test finisher.

#include "tests/device/bench.h"

namespace emboard {
namespace {

class PlicTest : public testing::Test {
 protected:
  static constexpr u64 kPending = 0x1000, kEnable = 0x2000, kThreshold = 0x20'0000, kClaim = 0x20'0004;

  void Priority(u32 source, u32 value) { bench_.Write(source * 4, value); }
  void Enable(u32 context, u32 word, u32 bits) { bench_.Write(kEnable + context * 0x80 + word * 4, bits); }
  void Threshold(u32 context, u32 value) { bench_.Write(kThreshold + context * 0x1000, value); }
  u64 Claim(u32 context) { return bench_.Read(kClaim + context * 0x1000); }
  void Complete(u32 context, u32 source) { bench_.Write(kClaim + context * 0x1000, source); }
  void Source(u32 source, bool level) { bench_.device().irq_sink()->SetIrq(source, level); }
  bool Machine(u32 hart) { return bench_.wires[hart]; }
  bool Supervisor(u32 hart) { return bench_.wires[64 + hart]; }

  Bench bench_{"plic"};
};

TEST_F(PlicTest, ClaimTakesHighestPriorityThenLowestNumber) {
  for (const u32 source : {3u, 10u, 40u, 95u}) Source(source, true);
  Priority(3, 1);
  Priority(10, 5);
  Priority(40, 7);
  Priority(95, 7);
  Enable(1, 0, ~0u);
  Enable(1, 1, ~0u);
  Enable(1, 2, ~0u);
  EXPECT_TRUE(Supervisor(0));
  EXPECT_FALSE(Machine(0)) << "not enabled there";
  EXPECT_FALSE(Supervisor(1));
  EXPECT_EQ(Claim(1), 40u);
  EXPECT_EQ(Claim(1), 95u);
  EXPECT_EQ(Claim(1), 10u);
  EXPECT_TRUE(Supervisor(0));
  EXPECT_EQ(Claim(1), 3u);
  EXPECT_FALSE(Supervisor(0));
  EXPECT_EQ(Claim(1), 0u);
}

TEST_F(PlicTest, LevelComesBackAfterCompletion) {
  Priority(10, 1);
  Enable(0, 0, 1u << 10);
  Source(10, true);
  EXPECT_EQ(bench_.Read(kPending), 1u << 10);
  EXPECT_EQ(Claim(0), 10u);
  EXPECT_EQ(bench_.Read(kPending), 0u);
  Source(10, true);
  EXPECT_FALSE(Machine(0)) << "the gateway waits for the completion";
  Complete(0, 10);
  EXPECT_TRUE(Machine(0)) << "the level is still high";
  EXPECT_EQ(Claim(0), 10u);
  Source(10, false);
  Complete(0, 10);
  EXPECT_FALSE(Machine(0));
  Source(10, true);
  EXPECT_TRUE(Machine(0));
}

TEST_F(PlicTest, CompletionWhereItIsNotEnabledIsIgnored) {
  Priority(10, 1);
  Enable(0, 0, 1u << 10);
  Source(10, true);
  EXPECT_EQ(Claim(0), 10u);
  Complete(1, 10);
  EXPECT_FALSE(Machine(0));
  Complete(0, 0);
  Complete(0, 96);
  Complete(0, 0xffff'ffff);
  EXPECT_FALSE(Machine(0));
  Complete(0, 10);
  EXPECT_TRUE(Machine(0));
}

TEST_F(PlicTest, ThresholdAndPriorityZeroMask) {
  Source(10, true);
  Enable(3, 0, 1u << 10);
  EXPECT_FALSE(Supervisor(1)) << "priority 0 never interrupts";
  Priority(10, 3);
  EXPECT_TRUE(Supervisor(1));
  Threshold(3, 3);
  EXPECT_FALSE(Supervisor(1)) << "must be above";
  Threshold(3, 2);
  EXPECT_TRUE(Supervisor(1));
  Threshold(3, 7);
  EXPECT_EQ(Claim(3), 10u) << "claims do not look at the threshold";
}

TEST_F(PlicTest, OnlyImplementedBitsExist) {
  Priority(5, 0xff);
  EXPECT_EQ(bench_.Read(5 * 4), 7u);
  Priority(0, 7);
  EXPECT_EQ(bench_.Read(0), 0u);
  Priority(96, 7);
  EXPECT_EQ(bench_.Read(96 * 4), 0u) << "96 sources";
  Enable(0, 0, ~0u);
  EXPECT_EQ(bench_.Read(kEnable), 0xffff'fffeu) << "source 0 does not exist";
  Enable(0, 3, ~0u);
  EXPECT_EQ(bench_.Read(kEnable + 12), 0u);
  bench_.Write(kPending, ~0u);
  EXPECT_EQ(bench_.Read(kPending), 0u) << "read-only";
  Source(0, true);
  Source(96, true);
  Source(1000, true);
  EXPECT_EQ(bench_.Read(kPending + 12), 0u);
}

class AclintTest : public testing::Test {
 protected:
  static constexpr u64 kCompare = 0x4000, kTime = 0xbff8;
  bool Software(u32 hart) { return bench_.wires[hart]; }
  bool Timer(u32 hart) { return bench_.wires[64 + hart]; }
  TimeSource& time() { return *bench_.device().time_source(); }
  Bench bench_{"aclint"};
};

TEST_F(AclintTest, SoftwareInterrupts) {
  bench_.Write(4, 0xffff'ffff);
  EXPECT_FALSE(Software(0));
  EXPECT_TRUE(Software(1));
  EXPECT_EQ(bench_.Read(4), 1u) << "one bit";
  bench_.Write(4, 0);
  EXPECT_FALSE(Software(1));
}

TEST_F(AclintTest, TimeRunsAtItsFrequency) {
  EXPECT_EQ(bench_.Read(kTime, 8), 0u);
  bench_.Advance(1'000'000'000);
  EXPECT_EQ(bench_.Read(kTime, 8), 10'000'000u);
  EXPECT_EQ(time().ReadTicks(), 10'000'000u);
  EXPECT_EQ(time().frequency_hz(), 10'000'000u);
  bench_.Write(kTime, 0x1'0000'0005, 8);
  EXPECT_EQ(bench_.Read(kTime), 5u);
  EXPECT_EQ(bench_.Read(kTime + 4), 1u);
  bench_.Write(kTime + 4, 0x7fff'ffff);
  EXPECT_EQ(bench_.Read(kTime, 8), 0x7fff'ffff'0000'0005u);
  bench_.Write(kTime, 9);
  EXPECT_EQ(bench_.Read(kTime, 8), 0x7fff'ffff'0000'0009u);
}

TEST_F(AclintTest, TimerFiresWhenDueAndNotBefore) {
  EXPECT_FALSE(Timer(0));
  bench_.Write(kCompare + 8, 1000, 8);  // hart 1: 100 us
  EXPECT_EQ(bench_.clock.next_deadline_ns(), 100'000u);
  bench_.Advance(99'999);
  EXPECT_FALSE(Timer(1));
  bench_.Advance(1);
  EXPECT_TRUE(Timer(1));
  EXPECT_FALSE(Timer(0));
  bench_.Write(kCompare + 12, 0xffff'ffff);  // the high half alone pushes it away
  EXPECT_FALSE(Timer(1));
  EXPECT_EQ(bench_.Read(kCompare + 8, 8), 0xffff'ffff'0000'03e8u);
  bench_.Write(kCompare, 0, 8);
  EXPECT_TRUE(Timer(0)) << "the past is due at once";
}

TEST_F(AclintTest, WritingTheTimeMovesDeadlines) {
  bench_.Write(kCompare, 1'000'000, 8);
  bench_.Write(kTime, 999'990, 8);
  EXPECT_EQ(bench_.clock.next_deadline_ns(), 1000u);
  EXPECT_EQ(time().NsAtTicks(999'991), 100u);
  EXPECT_EQ(time().NsAtTicks(5), bench_.clock.NowNs()) << "long past";
  EXPECT_EQ(time().NsAtTicks(kNever), kNever);
  bench_.Advance(1'000'000'000);
  bench_.Write(kTime, 1, 8);
  EXPECT_EQ(time().NsAtTicks(kNever), kNever) << "past the end of the clock's own count";
  EXPECT_EQ(time().NsAtTicks(kNever - 5), kNever);
  bench_.Write(kTime, 0, 8);
  bench_.Write(kTime, 1'000'000, 8);
  EXPECT_TRUE(Timer(0));
  bench_.Write(kTime, 0, 8);
  EXPECT_FALSE(Timer(0));
}

TEST_F(AclintTest, DeadlineSurvivesASnapshot) {
  bench_.Write(kCompare, 1000, 8);
  const auto saved = bench_.Save();
  Bench other("aclint");
  ASSERT_TRUE(other.Load(saved).ok());
  other.Advance(99'999);
  EXPECT_FALSE(other.wires[64]);
  other.Advance(1);
  EXPECT_TRUE(other.wires[64]);
}

class RtcTest : public testing::Test {
 protected:
  u64 Now() {
    const u64 low = bench_.Read(0);
    return bench_.Read(4) << 32 | low;
  }
  void SetAlarm(u64 at_ns) {
    bench_.Write(0xc, at_ns >> 32);
    bench_.Write(0x8, at_ns & 0xffff'ffff);
  }
  Bench bench_{"goldfish-rtc"};
};

TEST_F(RtcTest, TellsTheWallClockInOnePiece) {
  EXPECT_EQ(Now(), bench_.host_clock.UnixNs());
  bench_.Read(0);
  const u64 high = bench_.Read(4);
  bench_.Advance(u64{10} << 32);
  EXPECT_EQ(bench_.Read(4), high) << "latched";
  EXPECT_EQ(Now(), bench_.host_clock.UnixNs());
}

TEST_F(RtcTest, CanBeSet) {
  bench_.Write(4, 0x100);
  bench_.Write(0, 0x200);
  EXPECT_EQ(Now(), 0x100'0000'0200u);
  bench_.Advance(5);
  EXPECT_EQ(Now(), 0x100'0000'0205u);
}

TEST_F(RtcTest, AlarmRings) {
  bench_.Write(0x10, 1);
  SetAlarm(Now() + 1'000'000);
  EXPECT_EQ(bench_.Read(0x18), 1u);
  bench_.Advance(999'999);
  EXPECT_FALSE(bench_.wires[0]);
  bench_.Advance(1);
  EXPECT_TRUE(bench_.wires[0]);
  EXPECT_EQ(bench_.Read(0x18), 0u);
  bench_.Write(0x1c, 1);
  EXPECT_FALSE(bench_.wires[0]);
}

TEST_F(RtcTest, AlarmInThePastRingsAtOnceAndCanBeMuted) {
  SetAlarm(5);
  EXPECT_FALSE(bench_.wires[0]) << "not enabled";
  bench_.Write(0x10, 1);
  EXPECT_TRUE(bench_.wires[0]);
  bench_.Write(0x10, 0);
  EXPECT_FALSE(bench_.wires[0]);
  bench_.Write(0x1c, 1);
  SetAlarm(Now() + 1000);
  bench_.Write(0x14, 1);
  bench_.Write(0x10, 1);
  bench_.Advance(2000);
  EXPECT_FALSE(bench_.wires[0]) << "cleared";
}

TEST(Finisher, EndsTheRun) {
  Bench bench("sifive-test");
  bench.Write(0, 0x1234);
  EXPECT_EQ(bench.power.log, "");
  bench.Write(0, 0x5555);
  bench.Write(0, 3u << 16 | 0x3333);
  bench.Write(0, 0x7777);
  bench.Write(0, 0x5555, 2);
  EXPECT_EQ(bench.power.log, "shutdown 0;shutdown 3;reset;shutdown 0;");
  EXPECT_EQ(bench.Read(0), 0u);
}

}  // namespace
}  // namespace emboard
