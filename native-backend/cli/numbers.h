#pragma once
// Numbers as option values. `option` ("-m") is for messages.

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/types.h"

namespace emboard {

/// Decimal, or hexadecimal after 0x.
Result<u64> ParseNumber(std::string_view option, std::string_view text);

/// A number, possibly with decimals, and a suffix B, K, M, G, T, P or E (powers of 1024; case does not
/// matter). Without a suffix it counts in units of `default_unit` bytes.
Result<u64> ParseSize(std::string_view option, std::string_view text, u64 default_unit);

/// on, off, yes, no, true, false
Result<bool> ParseSwitch(std::string_view option, std::string_view text);

/// Seconds, with decimals.
Result<double> ParseSeconds(std::string_view option, std::string_view text);

}  // namespace emboard
