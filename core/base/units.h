#pragma once
// Sizes and times, spelled as a manual spells them.

#include "core/base/types.h"

namespace emboard {

constexpr u64 operator""_KiB(unsigned long long n) { return n << 10; }
constexpr u64 operator""_MiB(unsigned long long n) { return n << 20; }
constexpr u64 operator""_GiB(unsigned long long n) { return n << 30; }

inline constexpr u64 kNsPerSecond = 1'000'000'000;
inline constexpr u64 kNsPerMs = 1'000'000;

}  // namespace emboard
