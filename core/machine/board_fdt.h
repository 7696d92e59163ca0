#pragma once
// The device tree of a machine, derived from its plan, its CPUs and the device types' descriptions.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/machine/board_spec.h"
#include "core/machine/cpu.h"
#include "core/machine/fdt.h"
#include "core/machine/loader.h"
#include "core/machine/part_plan.h"

namespace emboard {

/// What the machine tells its guest under /chosen and /memory, in a tree of ours or the user's.
struct ChosenNode {
  u64 ram_base = 0;
  u64 ram_bytes = 0;
  std::string bootargs;  ///< "" leaves what the tree says
  std::optional<LoadedInitrd> initrd;
  std::vector<u8> rng_seed;  ///< empty: none
};

struct DeviceTreeInput {
  const BoardSpec& board;
  std::span<const PlannedPart> parts;
  std::span<const std::unique_ptr<Cpu>> cpus;
  u64 timebase_hz = 0;
};

/// Everything but what ChosenNode carries.
Fdt BuildDeviceTree(const DeviceTreeInput& input);

void ApplyChosen(Fdt& tree, const ChosenNode& chosen);

}  // namespace emboard
