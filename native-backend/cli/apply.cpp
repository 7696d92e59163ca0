#include "native-backend/cli/apply.h"

#include <algorithm>
#include <array>

#include "boards/boards.h"
#include "core/base/units.h"
#include "core/device/device_type.h"
#include "native-backend/cli/log_items.h"
#include "native-backend/cli/numbers.h"
#include "native-backend/cli/suggest.h"
#include "native-backend/cli/text.h"

namespace emboard {
namespace {

/// Fails unless `value` is one of `known`.
Result<void> CheckChoice(std::string_view option, std::string_view value,
                         std::span<const std::string_view> known) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return {};
  return Error{std::string(option) + ": unknown value '" + std::string(value) + "'" +
               Suggestion(value, known)};
}

/// The number under `key`, or `otherwise`; 0 is refused.
Result<u64> PositiveKey(std::string_view option, const OptionGroup& group, std::string_view key,
                        u64 otherwise) {
  const std::string* text = FindKey(group, key);
  if (text == nullptr) return otherwise;
  const u64 number = TRY(ParseNumber(std::string(option) + " " + std::string(key), *text));
  if (number == 0 || number > 4096)
    return Error{std::string(option) + ": " + std::string(key) + "=" + *text + " is out of range"};
  return number;
}

Result<DriveInterface> ParseInterface(const std::string& text) {
  constexpr std::array<std::string_view, 3> kKnown{"virtio", "none", "pflash"};
  TRY(CheckChoice("-drive if", text, kKnown));
  return text == "virtio" ? DriveInterface::kVirtio
         : text == "none" ? DriveInterface::kNone
                          : DriveInterface::kFlash;
}

/// `unit=N` counts flash drives; other drives have no order.
Result<void> CheckUnit(const Options& options, DriveInterface interface, const std::string& text) {
  if (interface != DriveInterface::kFlash) return Error{"-drive: unit=" + text + " is for if=pflash"};
  const auto before =
      std::count_if(options.drives.begin(), options.drives.end(),
                    [](const DriveOptions& drive) { return drive.interface == DriveInterface::kFlash; });
  if (TRY(ParseNumber("-drive unit", text)) == static_cast<u64>(before)) return {};
  return Error{"-drive: unit=" + text + " is out of order; this is flash bank " + std::to_string(before)};
}

}  // namespace

Result<void> AcceptNone(Options& /*options*/, const OptionValue& value) {
  if (value.text == "none") return {};
  return Error{"'" + value.text + "' is not supported here; the only value is none"};
}

Result<void> SetMachine(Options& options, const OptionValue& value) {
  const std::string& name = *FindKey(value.group, "type");
  std::vector<std::string_view> names;
  for (const BoardSpec* board : AllBoards()) names.push_back(board->name);
  TRY(CheckChoice("-machine", name, names));
  return Assign(options.board, name);
}

Result<void> SetCpuCount(Options& options, const OptionValue& value) {
  const u64 product = TRY(PositiveKey("-smp", value.group, "sockets", 1)) *
                      TRY(PositiveKey("-smp", value.group, "cores", 1)) *
                      TRY(PositiveKey("-smp", value.group, "threads", 1));
  const u64 cpus = TRY(PositiveKey("-smp", value.group, "cpus", product));
  if (product != 1 && product != cpus) return Error{"-smp: cpus is not sockets times cores times threads"};
  if (TRY(PositiveKey("-smp", value.group, "maxcpus", cpus)) != cpus)
    return Error{"-smp: maxcpus must equal cpus"};
  return Assign(options.smp, static_cast<unsigned>(cpus));
}

Result<void> SetMemory(Options& options, const OptionValue& value) {
  options.ram_bytes = TRY(ParseSize("-m", *FindKey(value.group, "size"), 1_MiB));
  if (options.ram_bytes == 0) return Error{"-m: a machine needs memory"};
  return {};
}

Result<void> SetAccelerator(Options& options, const OptionValue& value) {
  constexpr std::array<std::string_view, 2> kKnown{"interp", "jit"};
  const std::string* engine = FindKey(value.group, "accel");
  if (engine == nullptr) return Error{"-accel: name an engine, interp or jit"};
  TRY(CheckChoice("-accel", *engine, kKnown));
  if (const std::string* hot = FindKey(value.group, "hot")) {
    const u64 times = TRY(ParseNumber("-accel hot", *hot));
    if (*engine != "jit" || times > 1'000'000)
      return Error{"-accel: hot=N goes with jit, and N is at most a million"};
    options.jit_hot_entries = static_cast<i32>(times);
  }
  return Assign(options.accelerator, *engine);
}

Result<void> AddDrive(Options& options, const OptionValue& value) {
  DriveOptions drive;
  const auto text = [&](std::string_view key, const std::string& otherwise) {
    const std::string* found = FindKey(value.group, key);
    return found != nullptr ? *found : otherwise;
  };
  drive.file = text("file", "");
  if (drive.file.empty()) return Error{"-drive needs file=FILE"};
  constexpr std::array<std::string_view, 1> kFormats{"raw"};
  TRY(CheckChoice("-drive format", text("format", "raw"), kFormats));
  drive.interface = TRY(ParseInterface(text("if", "virtio")));
  if (const std::string* unit = FindKey(value.group, "unit"); unit != nullptr) {
    TRY(CheckUnit(options, drive.interface, *unit));
  }
  drive.id = text("id", "drive" + std::to_string(options.drives.size()));
  drive.read_only = TRY(ParseSwitch("-drive readonly", text("readonly", "off")));
  for (const DriveOptions& other : options.drives) {
    if (other.id == drive.id) return Error{"-drive: two drives have id=" + drive.id};
  }
  options.drives.push_back(std::move(drive));
  return {};
}

Result<void> AddDevice(Options& options, const OptionValue& value) {
  const OptionGroup group = TRY(ParseGroup("-device", value.text, "driver"));
  const std::string* type = FindKey(group, "driver");
  if (type == nullptr)
    return Error{"-device needs a type first: -device TYPE[,KEY=VALUE…]; 'help' lists them"};
  std::vector<std::string_view> names;
  for (const DeviceType* known : AllDeviceTypes()) {
    if (known->bus != kSysBus) names.push_back(known->name);
  }
  TRY(CheckChoice("-device", *type, names));
  DeviceRequest request{*type, {}};
  for (const auto& item : group) {
    if (item.first != "driver") request.properties.push_back(item);
  }
  options.devices.push_back(std::move(request));
  return {};
}

Result<void> AddSerial(Options& options, const OptionValue& value) {
  constexpr std::array<std::string_view, 5> kKnown{"mon:stdio", "stdio", "null", "none", "pty"};
  if (value.text == "file:") return Error{"-serial file: needs a name: file:FILE"};
  if (!value.text.starts_with("file:")) TRY(CheckChoice("-serial", value.text, kKnown));
  options.serials.push_back(value.text);
  return {};
}

Result<void> SetIcount(Options& options, const OptionValue& value) {
  const std::string* shift = FindKey(value.group, "shift");
  if (shift == nullptr) return Error{"-icount needs shift=N"};
  if (*shift == "auto")
    return Error{"-icount: shift=auto would not repeat exactly; give a number from 0 to 10"};
  const u64 number = TRY(ParseNumber("-icount shift", *shift));
  if (number > 10) return Error{"-icount: shift=" + *shift + " is above 10"};
  if (const std::string* sleep = FindKey(value.group, "sleep"); sleep != nullptr) {
    if (TRY(ParseSwitch("-icount sleep", *sleep)))
      return Error{"-icount: sleep=on is not supported; idle time is skipped"};
  }
  return Assign(options.icount_shift, static_cast<unsigned>(number));
}

Result<void> SetSnapshotAt(Options& options, const OptionValue& value) {
  const std::string* count = FindKey(value.group, "instructions");
  const std::string* file = FindKey(value.group, "file");
  if (count == nullptr || file == nullptr) return Error{"-snapshot-at needs instructions=N and file=FILE"};
  SnapshotAt at{TRY(ParseNumber("-snapshot-at instructions", *count)), *file, false};
  if (const std::string* quit = FindKey(value.group, "quit"); quit != nullptr) {
    at.quit = TRY(ParseSwitch("-snapshot-at quit", *quit));
  }
  return Assign(options.snapshot_at, at);
}

Result<void> SetLogItems(Options& options, const OptionValue& value) {
  std::vector<std::string_view> names;
  for (const LogItemName& item : LogItems()) names.push_back(item.name);
  for (const std::string& wanted : Split(value.text, ',')) {
    TRY(CheckChoice("-d", wanted, names));
    for (const LogItemName& item : LogItems()) {
      if (item.name == wanted) options.log_mask |= static_cast<u32>(item.item);
    }
  }
  return {};
}

}  // namespace emboard
