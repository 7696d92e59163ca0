#pragma once
// Whole files in and out, with errors that name the file.

#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/types.h"

namespace emboard {

/// `what` says what the file is for: "kernel", "device tree". Pipes are read to their end; directories,
/// devices and files above `max_bytes` are errors.
Result<std::vector<u8>> ReadFile(const std::string& what, const std::string& path, u64 max_bytes);

/// Writes beside `path` and renames, so that a failed write leaves no half of a file.
Result<void> WriteFile(const std::string& what, const std::string& path, std::span<const u8> bytes);

/// Writes all of `bytes`, waiting where `fd` is not ready.
Result<void> WriteAll(int fd, std::span<const u8> bytes);

bool FileExists(const std::string& path);

/// The folder of the running program, without a trailing slash; "" when the host does not say.
std::string ProgramFolder();

}  // namespace emboard
