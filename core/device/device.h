#pragma once
// What the machine knows of a device. Models derive from DeviceOf<> (registers.h), not from this directly.

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/types.h"
#include "core/memory/phys_map.h"

namespace emboard {

class SnapshotWriter;
class SnapshotReader;

class Device : public MmioTarget {
 public:
  /// The type's name as `-device` and board files spell it.
  virtual std::string_view type_name() const = 0;
  /// Power-on state. Lines are driven to their reset level.
  virtual void Reset() = 0;
  virtual void Save(SnapshotWriter& out) const = 0;
  /// Restores all guest-visible state, then drives lines and arms timers again.
  virtual Result<void> Load(SnapshotReader& in) = 0;
  /// Moves bytes and completions from the ports into the device; called between slices.
  virtual void Poll() {}
  /// Host operations under way; a snapshot is taken when all devices say zero.
  virtual unsigned in_flight() const { return 0; }
  /// One line a register, for the monitor.
  virtual std::string Dump() const = 0;
};

}  // namespace emboard
