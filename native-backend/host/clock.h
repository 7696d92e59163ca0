#pragma once
// The host's clocks by clock_gettime.

#include "core/ports/host_clock.h"

namespace emboard {

class SystemClock final : public HostClockPort {
 public:
  u64 MonotonicNs() override;
  u64 UnixNs() override;
};

}  // namespace emboard
