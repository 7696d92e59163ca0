#pragma once
// RISC-V as boards name it.

#include "core/machine/cpu.h"

namespace emboard {

const CpuFamily& RiscvFamily();

}  // namespace emboard
