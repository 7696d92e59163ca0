#include "native-backend/cli/listings.h"

#include <algorithm>

#include "boards/boards.h"
#include "core/device/device_type.h"
#include "core/machine/cpu.h"
#include "native-backend/cli/log_items.h"
#include "native-backend/cli/suggest.h"

namespace emboard {
namespace {

/// One `name  text` line, the texts aligned for names of up to 26 characters.
std::string Row(std::string_view name, std::string_view text) {
  constexpr size_t kColumn = 28;
  std::string line = "  " + std::string(name);
  line.resize(std::max(line.size() + 1, kColumn), ' ');
  return line + std::string(text) + "\n";
}

std::string_view KindOf(PropertyType type) {
  switch (type) {
    case PropertyType::kNumber:
      return "N";
    case PropertyType::kSize:
      return "SIZE";
    case PropertyType::kBool:
      return "on|off";
    case PropertyType::kText:
      return "TEXT";
    case PropertyType::kDrive:
      return "DRIVE";
    case PropertyType::kSerial:
      return "SERIAL";
  }
  return "";
}

Result<std::string> ListProperties(const std::string& name) {
  const DeviceType* type = FindDeviceType(name);
  if (type == nullptr) {
    std::vector<std::string_view> names;
    for (const DeviceType* known : AllDeviceTypes()) names.push_back(known->name);
    return Error{"-device: unknown type '" + name + "'" + Suggestion(name, names)};
  }
  std::string text = name + ": " + std::string(type->description) + "\n";
  for (const PropertyDef& property : type->properties) {
    std::string help(property.help);
    if (!property.default_value.empty()) help += " (default " + std::string(property.default_value) + ")";
    text += Row(std::string(property.name) + "=" + std::string(KindOf(property.type)), help);
  }
  if (type->properties.empty()) text += "  no properties\n";
  return text;
}

}  // namespace

Result<std::string> ListBoards(const Options& /*options*/) {
  std::string text = "Boards, for -M:\n";
  for (const BoardSpec* board : AllBoards()) {
    const bool first = board == AllBoards().front();
    text += Row(board->name, std::string(board->title) + (first ? " (default)" : ""));
  }
  return text;
}

Result<std::string> ListCpus(const Options& options) {
  const BoardSpec* board = options.board.empty() ? AllBoards().front() : FindBoard(options.board);
  const CpuFamily& family = board->family();
  std::string text = "CPU models of " + std::string(board->name) + ":\n";
  for (const CpuModel& model : family.models) {
    text += Row(model.name,
                std::string(model.description) + (model.name == board->default_cpu ? " (default)" : ""));
  }
  text += "\nProperties, as in -cpu " + std::string(board->default_cpu) + ",NAME=on|off:\n";
  for (const CpuModel& property : family.properties()) text += Row(property.name, property.description);
  return text;
}

Result<std::string> ListDevices(const Options& options) {
  if (!options.listing_subject.empty()) return ListProperties(options.listing_subject);
  std::string text = "Devices for -device:\n";
  for (const DeviceType* type : AllDeviceTypes()) {
    if (type->bus != kSysBus) text += Row(type->name, type->description);
  }
  text += "\nParts that boards bring along:\n";
  for (const DeviceType* type : AllDeviceTypes()) {
    if (type->bus == kSysBus) text += Row(type->name, type->description);
  }
  return text + "\nA type's keys: -device TYPE,help\n";
}

Result<std::string> ListLogItems(const Options& /*options*/) {
  std::string text = "Items, for -d (several with commas):\n";
  for (const LogItemName& item : LogItems()) text += Row(item.name, item.help);
  return text;
}

Result<std::string> ShowVersion(const Options& /*options*/) {
  return std::string("emboard " EMBOARD_VERSION "\n");
}

}  // namespace emboard
