// Creation: memory, devices and CPUs from the board's data.

#include "core/machine/machine.h"

#include <charconv>

#include "core/base/bits.h"
#include "core/machine/machine_impl.h"

namespace emboard {
namespace {

std::string SizeText(u64 bytes) {
  if (bytes >= (u64{1} << 30) && bytes % (u64{1} << 30) == 0) return std::to_string(bytes >> 30) + "G";
  if (bytes % (u64{1} << 20) == 0) return std::to_string(bytes >> 20) + "M";
  return std::to_string(bytes) + " bytes";
}

}  // namespace

Result<std::unique_ptr<Machine>> Machine::Create(MachineConfig config, HostPorts ports) {
  if (config.board == nullptr) return Error{"no board chosen"};
  auto machine = std::make_unique<MachineImpl>(std::move(config), std::move(ports));
  TRY(machine->Build());
  return std::unique_ptr<Machine>(std::move(machine));
}

MachineImpl::MachineImpl(MachineConfig config, HostPorts ports)
    : config_(std::move(config)),
      ports_(std::move(ports)),
      board_(*config_.board),
      clock_(*ports_.clock, config_.icount_shift ? Clock::Mode::kInstructions : Clock::Mode::kHost,
             config_.icount_shift.value_or(0)),
      blobs_(board_.ram_base, ram_bytes()) {
  clock_.set_instruction_count([this] { return instructions(); });
  clock_.set_on_earlier_deadline([this] { YieldRunningCpu(); });
}

Result<void> MachineImpl::Build() {
  TRY(CheckConfig());
  plan_ = TRY(PlanParts(board_, config_.devices));
  wiring_ = std::make_unique<Wiring>(plan_, config_.smp);
  TRY(AddMemory());
  for (const PlannedPart& part : plan_) TRY(AddDevice(part, *wiring_));
  TRY(AddCpus(*wiring_));
  TRY(LoadImages());
  Reset();
  return {};
}

Result<void> MachineImpl::CheckConfig() const {
  const std::string board = "board " + std::string(board_.name);
  if (config_.smp < 1 || config_.smp > board_.max_cpus) {
    return Error{"-smp " + std::to_string(config_.smp) + ": " + board + " takes 1 to " +
                 std::to_string(board_.max_cpus) + " CPUs"};
  }
  const u64 ram = ram_bytes();
  if (ram < board_.min_ram_bytes || ram > board_.max_ram_bytes) {
    return Error{"-m " + SizeText(ram) + ": " + board + " takes " + SizeText(board_.min_ram_bytes) + " to " +
                 SizeText(board_.max_ram_bytes)};
  }
  if (ram % kPageSize != 0) return Error{"-m " + SizeText(ram) + ": must be a multiple of 4K"};
  if (config_.icount_shift.value_or(0) > 10) {
    return Error{"-icount shift=" + std::to_string(*config_.icount_shift) + ": must be 0 to 10"};
  }
  return {};
}

Result<void> MachineImpl::AddMemory() {
  TRY(bus_.AddRam("ram", PhysAddr{board_.ram_base}, ram_bytes()));
  if (board_.rom_size_bytes != 0) {
    TRY(bus_.AddRom("rom", PhysAddr{board_.rom_base}, board_.rom_size_bytes, nullptr));
  }
  return {};
}

Result<void> MachineImpl::AddDevice(const PlannedPart& part, Wiring& wiring) {
  DeviceContext context;
  context.name = part.name;
  context.properties = part.properties;
  context.window_bytes = part.size_bytes;
  context.clock = &clock_;
  context.bus = &bus_;
  context.log = ports_.log;
  context.entropy = ports_.entropy;
  context.power = &power_switch_;
  context.cpu_count = config_.smp;
  context.outputs = TRY(wiring.LinesOf(part));
  TRY(ResolvePorts(part, context));
  auto device = part.type->create(context);
  if (!device.ok()) return Error{part.label + ": " + device.error().message};
  devices_.push_back({.plan = &part, .device = std::move(device).value()});
  Device& placed = *devices_.back().device;
  TRY(placed.Map(bus_, part.name, PhysAddr{part.base}, part.size_bytes));
  wiring.ConnectPart(part.name, placed.irq_sink());
  return {};
}

Result<void> MachineImpl::ResolvePorts(const PlannedPart& part, DeviceContext& context) {
  for (const PropertyDef& property : part.type->properties) {
    if (property.type == PropertyType::kDrive) {
      context.block = TRY(FindDrive(part, context.properties.text(property.name)));
    } else if (property.type == PropertyType::kSerial) {
      context.serial = TRY(FindSerial(part, context.properties.text(property.name)));
    }
  }
  return {};
}

/// A drive belongs to one device: two would corrupt it.
Result<BlockPort*> MachineImpl::FindDrive(const PlannedPart& part, const std::string& id) {
  if (id.empty()) return static_cast<BlockPort*>(nullptr);
  for (const BlockBackend& drive : config_.drives) {
    if (drive.id != id) continue;
    const auto [user, first] = drive_users_.emplace(id, part.label);
    if (!first) return Error{part.label + ": drive '" + id + "' is already in use by " + user->second};
    return drive.port.get();
  }
  return Error{part.label + ": no drive '" + id + "'; '-drive id=" + id + ",if=none,file=...' makes one"};
}

/// "serial2" names a host port; what names none takes the next one. Ports the host lacks swallow output.
Result<SerialPort*> MachineImpl::FindSerial(const PlannedPart& part, const std::string& id) {
  size_t index = next_serial_;
  if (id.empty()) {
    ++next_serial_;
  } else {
    constexpr std::string_view kPrefix = "serial";
    const std::string_view digits = std::string_view(id).substr(std::min(id.size(), kPrefix.size()));
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (!id.starts_with(kPrefix) || failure != std::errc{} || end != digits.data() + digits.size()) {
      return Error{part.label + ": no character port '" + id + "'; they are serial0, serial1, ..."};
    }
  }
  return index < ports_.serial.size() ? ports_.serial[index] : nullptr;
}

Result<void> MachineImpl::AddCpus(Wiring& wiring) {
  TimeSource* time = nullptr;
  if (Device* part = FindPart(board_.time_source)) time = part->time_source();
  if (time == nullptr && !board_.time_source.empty()) {
    return Error{"board " + std::string(board_.name) + ": part " + std::string(board_.time_source) +
                 " keeps no time"};
  }
  timebase_hz_ = time != nullptr ? time->frequency_hz() : 0;
  const EngineConfig engine{.bus = &bus_, .log = ports_.log};
  engine_ = config_.make_engine ? TRY(config_.make_engine(engine)) : MakeInterpreter(engine);
  for (unsigned i = 0; i < config_.smp; ++i) {
    CpuConfig cpu;
    cpu.model = config_.cpu.empty() ? std::string(board_.default_cpu) : config_.cpu;
    cpu.index = i;
    cpu.bus = &bus_;
    cpu.clock = &clock_;
    cpu.time = time;
    cpu.log = ports_.log;
    cpu.engine = engine_.get();
    cpus_.push_back(TRY(board_.family().create(cpu)));
    wiring.ConnectCpu(i, *cpus_.back());
  }
  return {};
}

Device* MachineImpl::FindPart(std::string_view name) const {
  for (const Placed& placed : devices_) {
    if (placed.plan->name == name) return placed.device.get();
  }
  return nullptr;
}

std::string MachineImpl::DumpCpus() const {
  std::string text;
  for (size_t i = 0; i < cpus_.size(); ++i) text += "CPU " + std::to_string(i) + "\n" + cpus_[i]->Dump();
  return text;
}

std::string MachineImpl::DumpDevices() const {
  std::string text;
  for (const Placed& placed : devices_) {
    text += placed.plan->name + " (" + std::string(placed.plan->type->name) + ")\n" + placed.device->Dump();
  }
  return text;
}

std::string MachineImpl::Statistics() const {
  std::string text = "instructions " + std::to_string(instructions()) + "\n";
  // The engine is shared, and any CPU speaks for it.
  return text + cpus_.front()->Statistics();
}

}  // namespace emboard
