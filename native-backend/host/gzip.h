#pragma once
// Unpacking gzip'd kernels and other images.

#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/base/types.h"

namespace emboard {

/// Errors say what is wrong with the data; the caller names the file. Fails when the result would exceed
/// `max_bytes`.
Result<std::vector<u8>> Gunzip(std::span<const u8> bytes, u64 max_bytes);

}  // namespace emboard
