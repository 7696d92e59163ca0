#pragma once
// `key=value,key,…`: the values of -drive, -device, -smp and others.

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace emboard {

using OptionGroup = std::vector<std::pair<std::string, std::string>>;

/// One key that an option's value may have.
struct GroupKey {
  std::string_view name;
  std::string_view values;  ///< "FILE", "on|off"
  std::string_view help;
};

/// ",," is a comma within a value; a key without value means on. A first item without "=" is the value of
/// `implied_key`, unless that is "".
Result<OptionGroup> ParseGroup(std::string_view option, std::string_view text, std::string_view implied_key);

/// Fails on a key that `known` does not have, naming the nearest, and on a key given twice.
Result<void> CheckKeys(std::string_view option, const OptionGroup& group, std::span<const GroupKey> known);

/// The value of `key`, or null.
const std::string* FindKey(const OptionGroup& group, std::string_view key);

}  // namespace emboard
