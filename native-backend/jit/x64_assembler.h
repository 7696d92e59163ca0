#pragma once
// The assembler library, with errors as values, and the names that code generation uses for registers.

#define XBYAK_NO_EXCEPTION
#include <xbyak/xbyak.h>
#include <xbyak/xbyak_util.h>

#include "core/exec/cpu_context.h"

namespace emboard::jit {

/// What the host processor offers beyond the x86-64 baseline.
struct HostFeatures {
  bool bmi1 = false, bmi2 = false, lzcnt = false, popcnt = false, fma = false;

  static HostFeatures Detect() {
    using Xbyak::util::Cpu;
    const Cpu cpu;
    return {cpu.has(Cpu::tBMI1), cpu.has(Cpu::tBMI2), cpu.has(Cpu::tLZCNT), cpu.has(Cpu::tPOPCNT),
            cpu.has(Cpu::tFMA)};
  }
};

constexpr unsigned kBytesPerCell = sizeof(u64);

}  // namespace emboard::jit
