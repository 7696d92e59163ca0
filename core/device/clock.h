#pragma once
// Guest time, and the deadlines devices set on it.
//
// With kHost time follows the host's monotonic clock (and stands still while the machine is paused); with
// kInstructions it is the executed instruction count shifted left (`-icount`), so that a run repeats exactly.

#include <functional>
#include <limits>
#include <string_view>
#include <vector>

#include "core/base/types.h"
#include "core/ports/host_clock.h"

namespace emboard {

inline constexpr u64 kNever = std::numeric_limits<u64>::max();

class ClockTimer;

class Clock {
 public:
  enum class Mode : u8 { kHost, kInstructions };

  /// Supplies the count of instructions executed so far, exact in the middle of a slice too.
  using InstructionCount = std::function<u64()>;

  Clock(HostClockPort& host, Mode mode, unsigned icount_shift);
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;

  void set_instruction_count(InstructionCount count) { instruction_count_ = std::move(count); }
  /// Called when the earliest deadline moves closer, so that a running slice can be cut short.
  void set_on_earlier_deadline(std::function<void()> callback) { on_earlier_ = std::move(callback); }

  Mode mode() const { return mode_; }
  unsigned icount_shift() const { return icount_shift_; }
  /// Guest nanoseconds since the machine was created; never goes back.
  u64 NowNs() const;
  /// Guest time as counted by a timer of `frequency_hz`, without overflow for 584 years.
  u64 NowTicks(u64 frequency_hz) const;
  /// Wall-clock time for RTCs, in ns since 1970; with kInstructions it starts at a fixed date.
  u64 UnixNs() const;
  /// The first guest time at which NowTicks(frequency_hz) >= ticks, or kNever past the end of time.
  static u64 TicksToNs(u64 ticks, u64 frequency_hz);

  u64 next_deadline_ns() const;
  /// Fires every timer whose deadline has passed, in order of deadline. A timer is disarmed before it fires.
  void RunExpired();
  /// kInstructions: the guest sleeps until `ns`, with no instruction executed.
  void WarpTo(u64 ns);

  void Pause();
  void Resume();

  /// For snapshots: the offset that makes NowNs() continue from `now_ns`.
  void SetNowNs(u64 now_ns);

 private:
  friend class ClockTimer;
  u64 RawNs() const;

  HostClockPort& host_;
  Mode mode_;
  unsigned icount_shift_;
  bool paused_ = false;
  u64 paused_at_ns_ = 0;
  u64 offset_ns_ = 0;  // added to RawNs(), modulo 2^64
  InstructionCount instruction_count_;
  std::function<void()> on_earlier_;
  std::vector<ClockTimer*> timers_;
  u64 round_ = 1;  // counts RunExpired calls
};

/// One deadline. The owner keeps the time in its own state and arms again after a snapshot is loaded.
class ClockTimer {
 public:
  ClockTimer(Clock& clock, std::function<void()> fire);
  ~ClockTimer();
  ClockTimer(const ClockTimer&) = delete;
  ClockTimer& operator=(const ClockTimer&) = delete;

  /// Fires once when NowNs() reaches `deadline_ns`; kNever disarms. A deadline in the past fires at the next
  /// check.
  void Arm(u64 deadline_ns);
  void Disarm() { Arm(kNever); }
  u64 deadline_ns() const { return deadline_ns_; }

 private:
  friend class Clock;
  Clock& clock_;
  std::function<void()> fire_;
  u64 deadline_ns_ = kNever;
  u64 armed_in_round_ = 0;
};

}  // namespace emboard
