#include <array>

#include "boards/boards.h"

namespace emboard {

extern const BoardSpec kVirtBoard;

std::span<const BoardSpec* const> AllBoards() {
  static constexpr std::array<const BoardSpec*, 1> kBoards{&kVirtBoard};
  return kBoards;
}

const BoardSpec* FindBoard(std::string_view name) {
  for (const BoardSpec* board : AllBoards()) {
    if (board->name == name) return board;
  }
  return nullptr;
}

}  // namespace emboard
