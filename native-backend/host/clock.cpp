#include "native-backend/host/clock.h"

#include <ctime>

#include "core/base/units.h"

namespace emboard {
namespace {

u64 ReadClock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return static_cast<u64>(now.tv_sec) * kNsPerSecond + static_cast<u64>(now.tv_nsec);
}

}  // namespace

u64 SystemClock::MonotonicNs() { return ReadClock(CLOCK_MONOTONIC); }
u64 SystemClock::UnixNs() { return ReadClock(CLOCK_REALTIME); }

}  // namespace emboard
