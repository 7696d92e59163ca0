#pragma once
// Integer shorthands and the address types that must not be mixed up.

#include <compare>
#include <cstddef>
#include <cstdint>

namespace emboard {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;

/// An address on the machine's bus, after every translation.
struct PhysAddr {
  u64 value = 0;
  auto operator<=>(const PhysAddr&) const = default;
};

/// An address as guest code forms it, before translation.
struct VirtAddr {
  u64 value = 0;
  auto operator<=>(const VirtAddr&) const = default;
};

}  // namespace emboard
