#pragma once
// What there is to choose from, as data and as text: for `-M help`, `-cpu help`, `-device help`, the docs and
// the page.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/machine/board_spec.h"
#include "core/machine/cpu.h"

namespace emboard {

/// One line of a help list.
struct HelpEntry {
  std::string name;
  std::string description;
};

std::vector<HelpEntry> ListBoards(std::span<const BoardSpec* const> boards);
std::vector<HelpEntry> ListCpus(const BoardSpec& board);
std::vector<HelpEntry> ListCpuProperties(const BoardSpec& board);
/// What `-device` can add to the board.
std::vector<HelpEntry> ListDevices(const BoardSpec& board);
/// `-device TYPE,help`: the type's properties, with `id` and `bus`. Empty when there is no such type.
std::vector<HelpEntry> ListDeviceProperties(const BoardSpec& board, std::string_view type);

/// The page's board menu: [{"name", "title", "description", "cpus": [{"name", "description"}], "defaultCpu",
/// "maxCpus", "defaultRamBytes", "minRamBytes", "maxRamBytes", "devices": [...]}].
std::string BoardsAsJson(std::span<const BoardSpec* const> boards);

/// The documentation's chapter on boards, with a memory map each.
std::string BoardsAsMarkdown(std::span<const BoardSpec* const> boards);

}  // namespace emboard
