#include "core/machine/board_info.h"

#include <algorithm>

#include "core/device/device_type.h"
#include "core/machine/part_plan.h"

namespace emboard {
namespace {

struct MapRow {
  u64 base = 0;
  u64 size_bytes = 0;
  std::string name;
  std::string what;
  std::string wires;
};

std::vector<MapRow> MapRows(const BoardSpec& board) {
  std::vector<MapRow> rows;
  rows.push_back({board.rom_base, board.rom_size_bytes, "rom", "boot ROM", ""});
  rows.push_back({board.ram_base, board.default_ram_bytes, "ram", "memory (size by -m)", ""});
  for (const Part& part : board.parts) {
    const DeviceType* type = FindDeviceType(part.type);
    MapRow row{
        .base = part.base,
        .size_bytes = part.size_bytes != 0 || type == nullptr ? part.size_bytes : type->default_window_bytes,
        .name = std::string(part.name),
        .what = std::string(type != nullptr ? type->description : part.type),
        .wires = {}};
    for (const Wire& wire : part.wires) {
      row.wires += (row.wires.empty() ? "" : ", ") + std::string(wire.output) + " → " + std::string(wire.to);
    }
    rows.push_back(std::move(row));
  }
  const VirtioSlots& slots = board.virtio;
  if (slots.count > 0) {
    rows.push_back(
        {slots.base, slots.stride * slots.count, "virtio_mmio",
         std::to_string(slots.count) + " virtio slots, " + std::to_string(slots.stride) + " bytes each",
         "irq → " + std::string(slots.controller) + ":" + std::to_string(slots.first_irq) + "…" +
             std::to_string(slots.first_irq + slots.count - 1)});
  }
  std::sort(rows.begin(), rows.end(), [](const MapRow& a, const MapRow& b) { return a.base < b.base; });
  return rows;
}

}  // namespace

std::string BoardsAsMarkdown(std::span<const BoardSpec* const> boards) {
  std::string out = "# Boards\n";
  for (const BoardSpec* board : boards) {
    out += "\n## `-M " + std::string(board->name) + "`: " + std::string(board->title) + "\n\n";
    out += std::string(board->description) + "\n\n";
    out += "CPU: `" + std::string(board->default_cpu) + "`, up to " + std::to_string(board->max_cpus) +
           " of them. ";
    out += "Memory: " + std::to_string(board->default_ram_bytes >> 20) + " MiB, up to " +
           std::to_string(board->max_ram_bytes >> 20) + " MiB.\n\n";
    out += "| Address | Size | Name | What | Interrupts |\n|---|---|---|---|---|\n";
    for (const MapRow& row : MapRows(*board)) {
      out += "| 0x" + HexText(row.base) + " | 0x" + HexText(row.size_bytes) + " | " + row.name + " | " +
             row.what + " | " + row.wires + " |\n";
    }
  }
  return out;
}

}  // namespace emboard
