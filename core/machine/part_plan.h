#pragma once
// What a machine will consist of, before any device exists: the board's parts, its virtio slots, and what the
// user plugged into them.

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/device/device_type.h"
#include "core/machine/board_spec.h"
#include "core/machine/machine.h"

namespace emboard {

struct PlannedWire {
  std::string output;
  std::string to;  ///< as Wire::to
};

struct PlannedPart {
  std::string name;   ///< unique: the board's name for it, or "virtio_mmio@10008000"
  std::string label;  ///< for messages: how the user or the board calls it
  const DeviceType* type = nullptr;
  u64 base = 0;
  u64 size_bytes = 0;
  PropertyValues properties{};
  std::vector<PlannedWire> wires{};
};

/// Errors name the `-device` or the board's part at fault.
Result<std::vector<PlannedPart>> PlanParts(const BoardSpec& board, std::span<const DeviceRequest> requests);

/// Where a wire ends.
struct WireEnd {
  std::string_view target;  ///< a part's name, or "cpu"
  bool is_cpu = false;
  bool every_cpu = false;
  unsigned cpu = 0;
  unsigned input = 0;
};

Result<WireEnd> ParseWireEnd(std::string_view to);

std::string HexText(u64 value);  ///< without 0x

}  // namespace emboard
