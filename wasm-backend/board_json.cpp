#include "wasm-backend/board_json.h"

#include "core/machine/cpu.h"

namespace emboard {
namespace {

/// Texts in board files are plain UTF-8 without control characters.
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string Member(std::string_view name, std::string value) {
  return Quoted(name) + ":" + std::move(value) + ",";
}

std::string CpusAsJson(std::span<const CpuModel> models) {
  std::string out;
  for (const CpuModel& model : models) {
    if (!out.empty()) out += ',';
    out += '{' + Member("name", Quoted(model.name)) + "\"description\":" + Quoted(model.description) + '}';
  }
  return '[' + out + ']';
}

std::string BoardAsJson(const BoardSpec& board) {
  return '{' + Member("name", Quoted(board.name)) + Member("title", Quoted(board.title)) +
         Member("description", Quoted(board.description)) + Member("defaultCpu", Quoted(board.default_cpu)) +
         Member("maxCpus", std::to_string(board.max_cpus)) +
         Member("defaultRamBytes", std::to_string(board.default_ram_bytes)) +
         Member("minRamBytes", std::to_string(board.min_ram_bytes)) +
         Member("maxRamBytes", std::to_string(board.max_ram_bytes)) +
         "\"cpus\":" + CpusAsJson(board.family().models) + '}';
}

}  // namespace

std::string BoardsAsJson(std::span<const BoardSpec* const> boards) {
  std::string out;
  for (const BoardSpec* board : boards) {
    if (!out.empty()) out += ',';
    out += BoardAsJson(*board);
  }
  return '[' + out + ']';
}

}  // namespace emboard
