#include "wasm-backend/session.h"

#include <charconv>
#include <utility>

#include "boards/boards.h"
#include "core/block/memory_block.h"
#include "core/exec/engine.h"
#include "wasm-backend/jit/jit_engine.h"

namespace emboard {
namespace {

Error BadValue(std::string_view key, std::string_view value, std::string_view wanted) {
  return {std::string(key) + "=" + std::string(value) + ": should be " + std::string(wanted)};
}

template <class T>
Result<T> ParseNumber(std::string_view key, std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return BadValue(key, text, "a whole number that fits");
  }
  return value;
}

using Setter = Result<void> (*)(MachineConfig& config, std::string_view key, std::string_view value);

Result<void> SetBoard(MachineConfig& config, std::string_view key, std::string_view value) {
  config.board = FindBoard(value);
  if (config.board != nullptr) return {};
  std::string names;
  for (const BoardSpec* board : AllBoards()) names += (names.empty() ? "" : ", ") + std::string(board->name);
  return BadValue(key, value, "one of: " + names);
}

Result<void> SetCpu(MachineConfig& config, std::string_view, std::string_view value) {
  config.cpu = value;
  return {};
}

Result<void> SetSmp(MachineConfig& config, std::string_view key, std::string_view value) {
  config.smp = TRY(ParseNumber<unsigned>(key, value));
  return {};
}

Result<void> SetMemory(MachineConfig& config, std::string_view key, std::string_view value) {
  config.ram_bytes = TRY(ParseNumber<u64>(key, value));
  return {};
}

Result<void> SetAppend(MachineConfig& config, std::string_view, std::string_view value) {
  config.append = value;
  return {};
}

Result<void> SetIcount(MachineConfig& config, std::string_view key, std::string_view value) {
  config.icount_shift = TRY(ParseNumber<unsigned>(key, value));
  return {};
}

Result<void> SetNoReboot(MachineConfig& config, std::string_view key, std::string_view value) {
  if (value != "on" && value != "off") return BadValue(key, value, "on or off");
  config.no_reboot = value == "on";
  return {};
}

/// "TYPE,key=value,key=value", as after -device; may be given more than once.
Result<void> AddDevice(MachineConfig& config, std::string_view key, std::string_view value) {
  DeviceRequest request;
  bool first = true;
  for (std::string_view rest = value; first || !rest.empty(); first = false) {
    const size_t comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
    const size_t equals = item.find('=');
    if (item.empty() || first != (equals == item.npos)) return BadValue(key, value, "TYPE,key=value,…");
    if (first) {
      request.type = item;
    } else {
      request.properties.emplace_back(item.substr(0, equals), item.substr(equals + 1));
    }
  }
  config.devices.push_back(std::move(request));
  return {};
}

/// Compiling a region costs as much as some ten thousand interpreted instructions.
constexpr i32 kWasmHotEntries = 3000;

/// Falls back to the interpreter where modules cannot be compiled, and says so in the log.
Result<std::unique_ptr<Engine>> MakeJitOrInterpreter(const EngineConfig& config) {
  auto engine = MakeWasmJitEngine(config);
  if (engine.ok()) return engine;
  if (config.log != nullptr) config.log->Write(engine.error().message + "; the interpreter runs instead\n");
  return MakeInterpreter(config);
}

/// "interp", "jit" or "jit,hot=N".
Result<void> SetAccel(MachineConfig& config, std::string_view key, std::string_view value) {
  constexpr std::string_view kJit = "jit", kHot = "jit,hot=";
  config.make_engine = nullptr;
  if (value == "interp") return {};
  if (value != kJit && !value.starts_with(kHot)) return BadValue(key, value, "jit or interp");
  std::optional<i32> hot;
  if (value != kJit) hot = static_cast<i32>(TRY(ParseNumber<u16>(key, value.substr(kHot.size()))));
  config.make_engine = [hot](EngineConfig engine) {
    engine.hot_entries = hot.value_or(kWasmHotEntries);
    return MakeJitOrInterpreter(engine);
  };
  return {};
}

struct Option {
  std::string_view key;
  Setter set;
};

constexpr Option kOptions[] = {
    {"board", SetBoard},   {"cpu", SetCpu},       {"smp", SetSmp},       {"memory", SetMemory},
    {"append", SetAppend}, {"icount", SetIcount}, {"device", AddDevice}, {"no-reboot", SetNoReboot},
    {"accel", SetAccel},
};

NamedBytes& Fresh(std::optional<NamedBytes>& slot) { return slot.emplace(); }

/// Where a file of this role goes, or null.
NamedBytes* SlotFor(MachineConfig& config, std::string_view role) {
  if (role == "bios") return &Fresh(config.bios);
  if (role == "kernel") return &Fresh(config.kernel);
  if (role == "initrd") return &Fresh(config.initrd);
  if (role == "dtb") return &Fresh(config.dtb);
  if (role == "flash") return &config.flash.emplace_back();
  return nullptr;
}

}  // namespace

Session::Session() { (void)SetAccel(config_, "accel", "jit"); }

Result<void> Session::Set(std::string_view key, std::string_view value) {
  if (machine_ != nullptr) return Error{std::string(key) + ": the machine has been created already"};
  for (const Option& option : kOptions) {
    if (option.key == key) return option.set(config_, key, value);
  }
  return Error{std::string(key) + ": no such setting"};
}

Result<u8*> Session::AddFile(std::string_view role, std::string_view name, size_t size_bytes) {
  if (machine_ != nullptr) return Error{std::string(name) + ": the machine has been created already"};
  NamedBytes* file = role == "drive" ? &drives_.emplace_back() : SlotFor(config_, role);
  if (file == nullptr) return Error{std::string(name) + ": no such file role: " + std::string(role)};
  file->name = name;
  file->bytes.resize(size_bytes);
  return file->bytes.data();
}

void Session::AttachDrives() {
  for (NamedBytes& drive : drives_) {
    config_.drives.push_back({drive.name, std::make_shared<MemoryBlock>(std::move(drive.bytes))});
  }
  drives_.clear();
}

Result<void> Session::Create() {
  if (machine_ != nullptr) return Error{"the machine has been created already"};
  if (config_.board == nullptr) TRY(Set("board", AllBoards().front()->name));
  AttachDrives();
  HostPorts ports;
  ports.clock = &clock_;
  ports.entropy = &entropy_;
  if (config_.icount_shift) ports.entropy = &seeded_entropy_;
  ports.serial = {&console_};
  ports.log = &log_;
  machine_ = TRY(Machine::Create(std::move(config_), std::move(ports)));
  return {};
}

}  // namespace emboard
