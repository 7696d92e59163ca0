#pragma once
// The IR as text, one instruction a line; what is printed can be parsed.
//
//   v3 = Add64 v1, 0x10
//
// Values are v<N>, numbered from 0 in order; slots @<byte offset>; immediates hexadecimal; displacements
// signed decimal; helpers are names. `;` starts a comment.

#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/ir/types.h"

namespace emboard::ir {

std::string Print(const Block& block);

/// Errors name the line. `helpers` are those that Call may name.
Result<Block> Parse(std::string_view text, std::span<const Helper* const> helpers = {});

}  // namespace emboard::ir
