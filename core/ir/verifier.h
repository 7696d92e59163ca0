#pragma once
// Checks a block against opcodes.def.

#include <optional>
#include <string>

#include "core/ir/types.h"

namespace emboard::ir {

/// The first broken rule in words, or nothing: operands are earlier values of the right type, slots are
/// aligned, helpers exist, and exactly the last instruction exits.
std::optional<std::string> Verify(const Block& block);

}  // namespace emboard::ir
