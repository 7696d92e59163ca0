#pragma once
// Executable files: System V ABI, chapter 4 "Object Files" and chapter 5 "Program Loading".

#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/types.h"

namespace emboard {

struct ElfSegment {
  u64 address = 0;  ///< physical
  std::span<const u8> bytes;
  u64 memory_bytes = 0;  ///< at least bytes.size(); the rest is zero
};

struct ElfFile {
  u64 entry = 0;  ///< physical
  std::vector<ElfSegment> segments;
};

bool LooksLikeElf(std::span<const u8> bytes);

/// The loadable segments of a little-endian executable for `machine`; they point into `bytes`.
Result<ElfFile> ParseElf(std::string_view name, std::span<const u8> bytes, u16 machine, unsigned xlen);

}  // namespace emboard
