#pragma once
// The board list as the page's menu wants it.

#include <span>
#include <string>

#include "core/machine/board_spec.h"

namespace emboard {

/// A JSON array, one object a board.
std::string BoardsAsJson(std::span<const BoardSpec* const> boards);

}  // namespace emboard
