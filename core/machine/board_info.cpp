#include "core/machine/board_info.h"

#include <algorithm>

#include "core/device/device_type.h"
#include "core/machine/part_plan.h"

namespace emboard {
namespace {

bool FitsBoard(const BoardSpec& board, const DeviceType& type) {
  // The transport itself is a virtio-mmio thing too, but a part of the board.
  return type.bus == kVirtioMmioBus && board.virtio.count > 0 && type.name != board.virtio.type;
}

std::string_view KindText(PropertyType type) {
  switch (type) {
    case PropertyType::kNumber:
      return "number";
    case PropertyType::kSize:
      return "size";
    case PropertyType::kBool:
      return "on/off";
    case PropertyType::kText:
      return "text";
    case PropertyType::kDrive:
      return "drive id";
    case PropertyType::kSerial:
      return "character port";
  }
  return "";
}

std::string JsonString(std::string_view text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += "\\u00";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string JsonList(const std::vector<HelpEntry>& entries) {
  std::string out = "[";
  for (const HelpEntry& entry : entries) {
    if (out.size() > 1) out += ",";
    out += "{\"name\":" + JsonString(entry.name) + ",\"description\":" + JsonString(entry.description) + "}";
  }
  return out + "]";
}

std::string BoardAsJson(const BoardSpec& board) {
  std::string out = "{\"name\":" + JsonString(board.name);
  out += ",\"title\":" + JsonString(board.title);
  out += ",\"description\":" + JsonString(board.description);
  out += ",\"cpus\":" + JsonList(ListCpus(board));
  out += ",\"defaultCpu\":" + JsonString(board.default_cpu);
  out += ",\"maxCpus\":" + std::to_string(board.max_cpus);
  out += ",\"defaultRamBytes\":" + std::to_string(board.default_ram_bytes);
  out += ",\"minRamBytes\":" + std::to_string(board.min_ram_bytes);
  out += ",\"maxRamBytes\":" + std::to_string(board.max_ram_bytes);
  out += ",\"devices\":" + JsonList(ListDevices(board));
  return out + "}";
}

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
    MapRow row{.base = part.base,
               .size_bytes = part.size_bytes,
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

std::vector<HelpEntry> ListBoards(std::span<const BoardSpec* const> boards) {
  std::vector<HelpEntry> entries;
  for (const BoardSpec* board : boards)
    entries.push_back({std::string(board->name), std::string(board->title)});
  return entries;
}

std::vector<HelpEntry> ListCpus(const BoardSpec& board) {
  std::vector<HelpEntry> entries;
  for (const CpuModel& model : board.family().models) {
    entries.push_back({std::string(model.name), std::string(model.description)});
  }
  return entries;
}

std::vector<HelpEntry> ListCpuProperties(const BoardSpec& board) {
  std::vector<HelpEntry> entries;
  const auto properties = board.family().properties;
  if (properties == nullptr) return entries;
  for (const CpuModel& property : properties()) {
    entries.push_back({std::string(property.name), std::string(property.description)});
  }
  return entries;
}

std::vector<HelpEntry> ListDevices(const BoardSpec& board) {
  std::vector<HelpEntry> entries;
  for (const DeviceType* type : AllDeviceTypes()) {
    if (FitsBoard(board, *type)) entries.push_back({std::string(type->name), std::string(type->description)});
  }
  return entries;
}

std::vector<HelpEntry> ListDeviceProperties(const BoardSpec& board, std::string_view name) {
  std::vector<HelpEntry> entries;
  const DeviceType* type = FindDeviceType(name);
  if (type == nullptr) return entries;
  for (const PropertyDef& property : type->properties) {
    std::string text = std::string(property.help) + " (" + std::string(KindText(property.type));
    if (!property.default_value.empty()) text += ", default " + std::string(property.default_value);
    entries.push_back({std::string(property.name), text + ")"});
  }
  if (FitsBoard(board, *type)) {
    entries.push_back({"id", "a name for messages (text)"});
    entries.push_back({"bus", "the slot, virtio-mmio-bus.0 to virtio-mmio-bus." +
                                  std::to_string(board.virtio.count - 1) +
                                  " (text, default the highest free one)"});
  }
  return entries;
}

std::string BoardsAsJson(std::span<const BoardSpec* const> boards) {
  std::string out = "[";
  for (const BoardSpec* board : boards) out += (out.size() > 1 ? "," : "") + BoardAsJson(*board);
  return out + "]";
}

std::string BoardsAsMarkdown(std::span<const BoardSpec* const> boards) {
  std::string out = "# Boards\n";
  for (const BoardSpec* board : boards) {
    out += "\n## `-M " + std::string(board->name) + "`: " + std::string(board->title) + "\n\n";
    out += std::string(board->description) + "\n\n";
    out += "CPU: `" + std::string(board->default_cpu) + "`, up to " + std::to_string(board->max_cpus) + ". ";
    out += "Memory: " + std::to_string(board->default_ram_bytes >> 20) + " MiB, up to " +
           std::to_string(board->max_ram_bytes >> 20) + " MiB. ";
    out += "Time base: " + std::to_string(board->timebase_hz) + " Hz.\n\n";
    out += "| Address | Size | Name | What | Interrupts |\n|---|---|---|---|---|\n";
    for (const MapRow& row : MapRows(*board)) {
      out += "| 0x" + HexText(row.base) + " | 0x" + HexText(row.size_bytes) + " | " + row.name + " | " +
             row.what + " | " + row.wires + " |\n";
    }
  }
  return out;
}

}  // namespace emboard
