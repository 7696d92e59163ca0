#pragma once
// The browser's clocks: performance.now() and Date.now(). Their grain is 5 us to 1 ms, by engine and page.

#include "core/ports/host_clock.h"

namespace emboard {

class WasmHostClock : public HostClockPort {
 public:
  u64 MonotonicNs() override;
  u64 UnixNs() override;
};

}  // namespace emboard
