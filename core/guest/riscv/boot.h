#pragma once
// What a RISC-V hart executes first, and how firmware learns about the next stage.

#include "core/machine/cpu.h"

namespace emboard {

/// For the CpuFamily.
extern const BootRules kRiscvBoot;

}  // namespace emboard
