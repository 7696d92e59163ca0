#pragma once
// The host's two clocks.

#include "core/base/types.h"

namespace emboard {

class HostClockPort {
 public:
  virtual ~HostClockPort() = default;
  /// Monotonic; the origin is arbitrary.
  virtual u64 MonotonicNs() = 0;
  /// Nanoseconds since 1970-01-01 00:00 UTC.
  virtual u64 UnixNs() = 0;
};

}  // namespace emboard
