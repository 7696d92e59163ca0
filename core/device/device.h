#pragma once
// What the machine knows of a device. Models derive from DeviceOf<> (registers.h), not from this directly.

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/types.h"
#include "core/device/firmware_items.h"
#include "core/device/irq.h"
#include "core/device/time_source.h"
#include "core/memory/phys_map.h"

namespace emboard {

class SnapshotWriter;
class SnapshotReader;

class Device : public MmioTarget {
 public:
  /// The type's name as `-device` and board files spell it.
  virtual std::string_view type_name() const = 0;
  /// Puts the device on the bus; called once, before anything else. Memory-like devices do it their own way.
  virtual Result<void> Map(PhysMap& bus, std::string range_name, PhysAddr base, u64 window_bytes) {
    return bus.AddMmio(std::move(range_name), base, window_bytes, *this);
  }
  /// Power-on state. Lines are driven to their reset level.
  virtual void Reset() = 0;
  /// Writes the device's fields into the section the caller has begun; devices keep their own memory (flash)
  /// there too.
  virtual void Save(SnapshotWriter& out) const = 0;
  /// Restores all guest-visible state from the open section, then drives lines and arms timers again.
  virtual Result<void> Load(SnapshotReader& in) = 0;
  /// Moves bytes and completions from the ports into the device; called between slices.
  virtual void Poll() {}
  /// Host operations under way; a snapshot is taken when all devices say zero.
  virtual unsigned in_flight() const { return 0; }
  /// One line a register, for the monitor.
  virtual std::string Dump() const = 0;

  // The further roles a device may have; null when it has not.
  /// An interrupt controller's inputs.
  virtual IrqSink* irq_sink() { return nullptr; }
  virtual TimeSource* time_source() { return nullptr; }
  virtual FirmwareItems* firmware_items() { return nullptr; }
};

}  // namespace emboard
