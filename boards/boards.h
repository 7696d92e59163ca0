#pragma once
// Every board there is. Hosts choose from this list; core never names a board.

#include <span>
#include <string_view>

#include "core/machine/board_spec.h"

namespace emboard {

/// In the order menus show them; the first is the default.
std::span<const BoardSpec* const> AllBoards();

/// By the name -M takes, or null.
const BoardSpec* FindBoard(std::string_view name);

}  // namespace emboard
