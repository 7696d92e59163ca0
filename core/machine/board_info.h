#pragma once
// The documentation of boards, from their data.

#include <span>
#include <string>

#include "core/machine/board_spec.h"

namespace emboard {

/// The docs' chapter on boards, in Markdown, with a memory map each.
std::string BoardsAsMarkdown(std::span<const BoardSpec* const> boards);

}  // namespace emboard
