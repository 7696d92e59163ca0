#include "core/device/clock.h"

#include <algorithm>

#include "core/base/units.h"

namespace emboard {
namespace {

// 2025-01-01 00:00 UTC: where the calendar of a repeatable run starts.
constexpr u64 kFixedUnixNs = u64{1'735'689'600} * kNsPerSecond;

}  // namespace

Clock::Clock(HostClockPort& host, Mode mode, unsigned icount_shift)
    : host_(host), mode_(mode), icount_shift_(icount_shift) {
  offset_ns_ = u64{0} - RawNs();
}

u64 Clock::RawNs() const {
  if (mode_ == Mode::kHost) return host_.MonotonicNs();
  return instruction_count_ ? instruction_count_() << icount_shift_ : 0;
}

u64 Clock::NowNs() const { return paused_ ? paused_at_ns_ : RawNs() + offset_ns_; }

u64 Clock::NowTicks(u64 frequency_hz) const {
  const u64 now = NowNs();
  // Whole seconds apart from the rest, so that no product exceeds 64 bits.
  return now / kNsPerSecond * frequency_hz + now % kNsPerSecond * frequency_hz / kNsPerSecond;
}

u64 Clock::TicksToNs(u64 ticks, u64 frequency_hz) {
  const u64 seconds = ticks / frequency_hz;
  const u64 rest = ticks % frequency_hz;
  if (seconds > kNever / kNsPerSecond - 2) return kNever;
  return seconds * kNsPerSecond + (rest * kNsPerSecond + frequency_hz - 1) / frequency_hz;
}

u64 Clock::UnixNs() const { return mode_ == Mode::kHost ? host_.UnixNs() : kFixedUnixNs + NowNs(); }

u64 Clock::next_deadline_ns() const {
  u64 next = kNever;
  for (const ClockTimer* timer : timers_) next = std::min(next, timer->deadline_ns_);
  return next;
}

void Clock::RunExpired() {
  const u64 now = NowNs();
  // A timer armed by one of the callbacks waits for the next check, or a deadline of "now" would never let
  // go.
  round_++;
  for (;;) {
    ClockTimer* first = nullptr;
    for (ClockTimer* timer : timers_) {
      if (timer->deadline_ns_ > now || timer->deadline_ns_ == kNever || timer->armed_in_round_ == round_)
        continue;
      if (first == nullptr || timer->deadline_ns_ < first->deadline_ns_) first = timer;
    }
    if (first == nullptr) return;
    first->deadline_ns_ = kNever;
    first->fire_();
  }
}

void Clock::WarpTo(u64 ns) {
  const u64 now = NowNs();
  if (ns <= now) return;
  SetNowNs(ns);
}

void Clock::Pause() {
  if (paused_) return;
  paused_at_ns_ = NowNs();
  paused_ = true;
}

void Clock::Resume() {
  if (!paused_) return;
  paused_ = false;
  SetNowNs(paused_at_ns_);
}

void Clock::SetNowNs(u64 now_ns) {
  if (paused_) {
    paused_at_ns_ = now_ns;
  } else {
    offset_ns_ = now_ns - RawNs();
  }
}

ClockTimer::ClockTimer(Clock& clock, std::function<void()> fire) : clock_(clock), fire_(std::move(fire)) {
  clock_.timers_.push_back(this);
}

ClockTimer::~ClockTimer() { std::erase(clock_.timers_, this); }

void ClockTimer::Arm(u64 deadline_ns) {
  const u64 next = clock_.next_deadline_ns();
  deadline_ns_ = deadline_ns;
  armed_in_round_ = clock_.round_;
  if (deadline_ns < next && clock_.on_earlier_) clock_.on_earlier_();
}

}  // namespace emboard
