#pragma once
// Files that go into guest memory.

#include "core/base/units.h"
#include "core/machine/machine.h"
#include "native-backend/host/files.h"

namespace emboard {

/// More than any kernel or firmware has; keeps a mistyped disk image from filling the host's memory.
inline constexpr u64 kImageLimitBytes = 2_GiB;

inline Result<NamedBytes> LoadFile(const std::string& what, const std::string& path) {
  // Not within the braces: leaving a half-built aggregate would leak the name (GCC manual, "Statement
  // Exprs").
  std::vector<u8> bytes = TRY(ReadFile(what, path, kImageLimitBytes));
  return NamedBytes{path, std::move(bytes)};
}

}  // namespace emboard
