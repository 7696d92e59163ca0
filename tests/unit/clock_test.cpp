#include "core/device/clock.h"

#include <gtest/gtest.h>

#include <string>

#include "core/base/units.h"

namespace emboard {
namespace {

struct FakeHost : HostClockPort {
  u64 MonotonicNs() override { return now_ns; }
  u64 UnixNs() override { return 1'000 + now_ns; }
  u64 now_ns = 77;
};

TEST(Clock, HostTimeStartsAtZeroAndStandsStillWhilePaused) {
  FakeHost host;
  Clock clock(host, Clock::Mode::kHost, 0);
  EXPECT_EQ(clock.NowNs(), 0u);
  host.now_ns += 100;
  EXPECT_EQ(clock.NowNs(), 100u);
  clock.Pause();
  host.now_ns += 1000;
  clock.Pause();
  EXPECT_EQ(clock.NowNs(), 100u);
  clock.Resume();
  host.now_ns += 1;
  EXPECT_EQ(clock.NowNs(), 101u);
  clock.SetNowNs(5);
  host.now_ns += 1;
  EXPECT_EQ(clock.NowNs(), 6u);
  EXPECT_EQ(clock.UnixNs(), host.UnixNs());
}

TEST(Clock, SetWhilePausedHoldsAfterResume) {
  FakeHost host;
  Clock clock(host, Clock::Mode::kHost, 0);
  clock.Pause();
  clock.SetNowNs(5'000);
  host.now_ns += 1'000;
  EXPECT_EQ(clock.NowNs(), 5'000u);
  clock.Resume();
  EXPECT_EQ(clock.NowNs(), 5'000u);
}

TEST(Clock, InstructionTimeDependsOnNothingElse) {
  FakeHost host;
  Clock clock(host, Clock::Mode::kInstructions, 3);
  u64 count = 0;
  clock.set_instruction_count([&] { return count; });
  host.now_ns += 12345;
  EXPECT_EQ(clock.NowNs(), 0u);
  count = 10;
  EXPECT_EQ(clock.NowNs(), 80u);
  clock.WarpTo(1000);
  EXPECT_EQ(clock.NowNs(), 1000u);
  clock.WarpTo(10);
  EXPECT_EQ(clock.NowNs(), 1000u) << "never goes back";
  count = 11;
  EXPECT_EQ(clock.NowNs(), 1008u);
  const u64 unix_ns = clock.UnixNs();
  host.now_ns += 1'000'000;
  EXPECT_EQ(clock.UnixNs(), unix_ns);
}

TEST(Clock, TicksAndNanosecondsAgree) {
  FakeHost host;
  host.now_ns = 0;
  Clock clock(host, Clock::Mode::kHost, 0);
  for (const u64 hz : {u64{1}, u64{32'768}, u64{3'686'400}, u64{10'000'000}, u64{1'000'000'000}}) {
    for (const u64 ticks : {u64{0}, u64{1}, u64{2}, u64{3}, u64{999}, u64{123'456'789}, u64{4'000'000'000}}) {
      const u64 ns = Clock::TicksToNs(ticks, hz);
      clock.SetNowNs(ns);
      EXPECT_GE(clock.NowTicks(hz), ticks) << hz;
      if (ns == 0) continue;
      clock.SetNowNs(ns - 1);
      EXPECT_LT(clock.NowTicks(hz), ticks) << hz << " Hz: " << ns << " is not the first moment";
    }
  }
  EXPECT_EQ(Clock::TicksToNs(kNever, 10'000'000), kNever);
  clock.SetNowNs(u64{584} * 365 * 24 * 3600 * kNsPerSecond);
  EXPECT_EQ(clock.NowTicks(10'000'000), u64{584} * 365 * 24 * 3600 * 10'000'000);
}

TEST(ClockTimer, FireInOrderOfDeadlineAndOnce) {
  FakeHost host;
  Clock clock(host, Clock::Mode::kHost, 0);
  std::string log;
  ClockTimer a(clock, [&] { log += 'a'; });
  ClockTimer b(clock, [&] { log += 'b'; });
  ClockTimer c(clock, [&] { log += 'c'; });
  a.Arm(30);
  b.Arm(10);
  c.Arm(20);
  EXPECT_EQ(clock.next_deadline_ns(), 10u);
  clock.RunExpired();
  EXPECT_EQ(log, "");
  host.now_ns += 20;
  clock.RunExpired();
  EXPECT_EQ(log, "bc");
  EXPECT_EQ(c.deadline_ns(), kNever);
  EXPECT_EQ(clock.next_deadline_ns(), 30u);
  a.Disarm();
  host.now_ns += 100;
  clock.RunExpired();
  EXPECT_EQ(log, "bc");
  EXPECT_EQ(clock.next_deadline_ns(), kNever);
}

TEST(ClockTimer, MayArmAgainWithoutKeepingTheClockForEver) {
  FakeHost host;
  Clock clock(host, Clock::Mode::kHost, 0);
  int fired = 0;
  ClockTimer* self = nullptr;
  ClockTimer timer(clock, [&] {
    fired++;
    self->Arm(0);
  });
  self = &timer;
  timer.Arm(0);
  clock.RunExpired();
  EXPECT_EQ(fired, 1);
  clock.RunExpired();
  EXPECT_EQ(fired, 2);
}

TEST(ClockTimer, MayDestroyAnotherWhileFiring) {
  FakeHost host;
  Clock clock(host, Clock::Mode::kHost, 0);
  int fired = 0;
  auto victim = std::make_unique<ClockTimer>(clock, [&] { fired += 100; });
  ClockTimer killer(clock, [&] {
    fired++;
    victim.reset();
  });
  killer.Arm(1);
  victim->Arm(2);
  host.now_ns += 10;
  clock.RunExpired();
  EXPECT_EQ(fired, 1);
}

TEST(ClockTimer, TellsWhenTheNextDeadlineComesCloser) {
  FakeHost host;
  Clock clock(host, Clock::Mode::kHost, 0);
  int closer = 0;
  clock.set_on_earlier_deadline([&] { closer++; });
  ClockTimer a(clock, [] {}), b(clock, [] {});
  a.Arm(100);
  EXPECT_EQ(closer, 1);
  b.Arm(200);
  EXPECT_EQ(closer, 1);
  b.Arm(50);
  EXPECT_EQ(closer, 2);
  b.Disarm();
  EXPECT_EQ(closer, 2);
}

}  // namespace
}  // namespace emboard
