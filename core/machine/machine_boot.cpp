// What is in memory when the machine starts: firmware, kernel, initrd, device tree, boot ROM, flash.

#include "core/base/bits.h"
#include "core/machine/board_fdt.h"
#include "core/machine/machine_impl.h"

namespace emboard {
namespace {

// Items of QEMU's fw_cfg interface (docs/specs/fw_cfg.rst; numbers from
// include/standard-headers/linux/qemu_fw_cfg.h).
enum FirmwareKey : u16 { kRamSize = 0x03, kCpuCount = 0x05, kMaxCpus = 0x0f };

constexpr size_t kRngSeedBytes = 32;

template <class T>
std::vector<u8> LittleEndian(T value) {
  std::vector<u8> bytes;
  for (size_t i = 0; i < sizeof(T); ++i) bytes.push_back(static_cast<u8>(value >> (8 * i)));
  return bytes;
}

}  // namespace

Result<void> MachineImpl::LoadImages() {
  const BootRules* rules = board_.family().boot;
  if (rules == nullptr) return {};
  const CodeRules code{.boot = rules, .xlen = cpus_[0]->xlen(), .gunzip = ports_.gunzip};
  BootInfo boot{.xlen = code.xlen,
                .rom_base = board_.rom_base,
                .rom_size_bytes = board_.rom_size_bytes,
                .start = board_.ram_base};
  if (config_.initrd && !config_.kernel) return Error{"-initrd needs -kernel"};
  TRY(LoadCodeImages(code, boot));
  TRY(FillFlash(boot));
  std::optional<LoadedInitrd> initrd;
  if (config_.initrd) {
    initrd = TRY(LoadInitrd(std::move(*config_.initrd), boot.next_stage, blobs_));
  }
  TRY(MakeDeviceTree(initrd, boot));
  OfferFirmwareItems();
  const u64 reset_pc = TRY(rules->install(boot, bus_));
  for (const auto& cpu : cpus_) cpu->SetResetPc(reset_pc);
  return {};
}

Result<void> MachineImpl::LoadCodeImages(const CodeRules& rules, BootInfo& boot) {
  u64 firmware_end = board_.ram_base;
  if (config_.bios) {
    const LoadedCode bios = TRY(LoadCode(std::move(*config_.bios), board_.ram_base, rules, blobs_));
    boot.start = bios.entry;
    firmware_end = bios.end;
  }
  if (config_.kernel) {
    const u64 address = AlignUp(firmware_end, rules.boot->kernel_align(rules.xlen));
    const LoadedCode kernel = TRY(LoadCode(std::move(*config_.kernel), address, rules, blobs_));
    boot.next_stage = kernel.entry;
    if (!config_.bios) boot.start = kernel.entry;
  }
  return {};
}

/// Code in the first bank takes the place of what is missing: of the firmware, else of the kernel.
Result<void> MachineImpl::FillFlash(BootInfo& boot) {
  for (size_t bank = 0; bank < config_.flash.size(); ++bank) {
    const NamedBytes& content = config_.flash[bank];
    if (content.bytes.empty()) continue;
    const PlannedPart* part = nullptr;
    for (const PlannedPart& candidate : plan_) {
      if (bank < board_.flash_banks.size() && candidate.name == board_.flash_banks[bank]) part = &candidate;
    }
    if (part == nullptr) {
      return Error{content.name + ": board " + std::string(board_.name) + " has no flash bank " +
                   std::to_string(bank)};
    }
    if (content.bytes.size() > part->size_bytes) {
      return Error{content.name + ": " + std::to_string(content.bytes.size()) +
                   " bytes do not fit in flash bank " + std::to_string(bank) + " of " +
                   std::to_string(part->size_bytes)};
    }
    if (!bus_.LoadBytes(PhysAddr{part->base}, content.bytes)) {
      return Error{content.name + ": " + part->name + " cannot be filled"};
    }
    if (bank != 0) continue;
    if (!config_.bios) {
      boot.start = part->base;
    } else if (boot.next_stage == 0) {
      boot.next_stage = part->base;
    }
  }
  config_.flash.clear();
  return {};
}

Result<void> MachineImpl::MakeDeviceTree(const std::optional<LoadedInitrd>& initrd, BootInfo& boot) {
  Fdt tree;
  std::string name = "device tree";
  if (config_.dtb) {
    tree = TRY(Fdt::Parse(config_.dtb->name, config_.dtb->bytes));
    name = config_.dtb->name;
  } else {
    tree = BuildDeviceTree({.board = board_, .parts = plan_, .cpus = cpus_, .timebase_hz = timebase_hz_});
  }
  ChosenNode chosen{.ram_base = board_.ram_base,
                    .ram_bytes = ram_bytes(),
                    .bootargs = config_.append,
                    .initrd = initrd,
                    .rng_seed = {}};
  if (ports_.entropy != nullptr) {
    chosen.rng_seed.resize(kRngSeedBytes);
    ports_.entropy->Fill(chosen.rng_seed);
  }
  ApplyChosen(tree, chosen);
  device_tree_ = tree.Serialize();
  boot.fdt_address = PlaceFdt(board_.ram_base, ram_bytes(), device_tree_.size());
  return blobs_.Add({.name = std::move(name), .address = boot.fdt_address, .bytes = device_tree_});
}

void MachineImpl::OfferFirmwareItems() {
  for (const Placed& placed : devices_) {
    FirmwareItems* items = placed.device->firmware_items();
    if (items == nullptr) continue;
    items->AddItem(kCpuCount, LittleEndian(static_cast<u16>(config_.smp)));
    items->AddItem(kMaxCpus, LittleEndian(static_cast<u16>(config_.smp)));
    items->AddItem(kRamSize, LittleEndian(ram_bytes()));
  }
}

}  // namespace emboard
