#pragma once
// Bit-field helpers that every part uses.

#include <bit>

#include "core/base/types.h"

namespace emboard {

/// `count` ones from bit 0; `count` in 0..64.
constexpr u64 LowMask(unsigned count) { return count >= 64 ? ~u64{0} : (u64{1} << count) - 1; }

/// Bits `hi`..`lo` of `value` (inclusive), moved down to bit 0.
constexpr u64 Bits(u64 value, unsigned hi, unsigned lo) { return (value >> lo) & LowMask(hi - lo + 1); }

constexpr bool Bit(u64 value, unsigned index) { return (value >> index) & 1; }

/// Sign-extends the low `width` bits of `value`; `width` in 1..64.
constexpr u64 SignExtend(u64 value, unsigned width) {
  const unsigned shift = 64 - width;
  return static_cast<u64>(static_cast<i64>(value << shift) >> shift);
}

constexpr u64 AlignDown(u64 value, u64 power_of_two) { return value & ~(power_of_two - 1); }
constexpr u64 AlignUp(u64 value, u64 power_of_two) {
  return AlignDown(value + power_of_two - 1, power_of_two);
}

}  // namespace emboard
