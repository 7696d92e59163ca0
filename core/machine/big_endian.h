#pragma once
// Big-endian numbers, the form of everything in a device tree blob.

#include <vector>

#include "core/base/types.h"

namespace emboard {

constexpr u32 ReadBe32(const u8* bytes) {
  return u32{bytes[0]} << 24 | u32{bytes[1]} << 16 | u32{bytes[2]} << 8 | u32{bytes[3]};
}

constexpr u64 ReadBe64(const u8* bytes) { return u64{ReadBe32(bytes)} << 32 | ReadBe32(bytes + 4); }

inline void AppendBe32(std::vector<u8>& out, u32 value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<u8>(value >> shift));
}

inline void AppendBe64(std::vector<u8>& out, u64 value) {
  AppendBe32(out, static_cast<u32>(value >> 32));
  AppendBe32(out, static_cast<u32>(value));
}

}  // namespace emboard
