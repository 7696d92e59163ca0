#pragma once
// The platform's time counter (RISC-V mtime), which a CPU may read without a bus access.

#include "core/base/types.h"

namespace emboard {

class TimeSource {
 public:
  virtual ~TimeSource() = default;
  virtual u64 ReadTicks() = 0;
  virtual u64 frequency_hz() const = 0;
  /// Guest time in ns at which ReadTicks() reaches `ticks`, or kNever.
  virtual u64 NsAtTicks(u64 ticks) = 0;
};

}  // namespace emboard
