#pragma once
// "Did you mean": the known name nearest to a misspelt one.

#include <span>
#include <string>
#include <string_view>

#include "core/base/types.h"

namespace emboard {

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
size_t EditDistance(std::string_view a, std::string_view b);

/// The nearest of `known`, the earlier on a tie; "" when `known` is empty.
std::string_view Nearest(std::string_view wrong, std::span<const std::string_view> known);

/// "; did you mean 'x'?" when one is near, "; the nearest known is 'x'" when none is.
std::string Suggestion(std::string_view wrong, std::span<const std::string_view> known);

}  // namespace emboard
