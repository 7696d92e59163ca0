// CPU models and -cpu options, and what a hart says of itself in the device tree.

#include "core/guest/riscv/family.h"

#include <array>
#include <charconv>

#include "core/guest/riscv/boot.h"
#include "core/guest/riscv/hart.h"
#include "core/machine/fdt.h"

namespace emboard {
namespace riscv {
namespace {

struct ExtensionInfo {
  Ext ext;
  std::string_view name;
  bool default_on;
  std::string_view description;
};
constexpr ExtensionInfo kExtensions[] = {
#define EXT(id, name, on, description) {Ext::id, name, on, description},
    RISCV_EXTENSIONS(EXT)
#undef EXT
        {Ext::S, "s", true, "supervisor mode"},
    {Ext::U, "u", true, "user mode"},
    {Ext::Pmp, "pmp", true, "physical memory protection, 16 entries"},
    {Ext::Mmu, "mmu", true, "virtual memory"},
};

constexpr CpuModel kModels[] = {
    {"rv64", "64-bit RISC-V with every extension Emboard has"},
    {"rv32", "32-bit RISC-V with every extension Emboard has"},
    {"max", "the same as rv64"},
};

std::span<const CpuModel> Properties() {
  static constexpr auto kProperties = [] {
    std::array<CpuModel, std::size(kExtensions) + 3> list{};
    for (size_t i = 0; i < std::size(kExtensions); ++i)
      list[i] = {kExtensions[i].name, kExtensions[i].description};
    list[std::size(kExtensions)] = {"sv39", "Sv39 (always on where there is an MMU)"};
    list[std::size(kExtensions) + 1] = {"sv48", "Sv48"};
    list[std::size(kExtensions) + 2] = {"sv57", "Sv57, implies Sv48"};
    return list;
  }();
  return kProperties;
}

std::string ListOf(std::span<const CpuModel> items) {
  std::string out;
  for (const CpuModel& item : items) out += (out.empty() ? "" : " ") + std::string(item.name);
  return out;
}

std::string_view Cut(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const std::string_view head = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return head;
}

Result<bool> ParseSwitch(std::string_view name, std::string_view value) {
  if (value.empty() || value == "true" || value == "on" || value == "yes") return true;
  if (value == "false" || value == "off" || value == "no") return false;
  return Error{"-cpu: " + std::string(name) + "=" + std::string(value) + ": use true or false"};
}

Result<void> SetProperty(Config& config, std::string_view name, std::string_view value) {
  const bool on = TRY(ParseSwitch(name, value));
  for (const ExtensionInfo& info : kExtensions) {
    if (info.name != name) continue;
    config.set(info.ext, on);
    return {};
  }
  if (name == "sv39" && on)
    config.max_levels = 3;
  else if (name == "sv48")
    config.max_levels = on ? 4 : 3;
  else if (name == "sv57")
    config.max_levels = on ? 5 : std::min(config.max_levels, 4u);
  else
    return Error{"-cpu: no property '" + std::string(name) + "'; there are " + ListOf(Properties())};
  return {};
}

/// Rules between extensions, so that no impossible CPU is built.
Result<void> Check(const Config& config) {
  const auto needs = [&](Ext a, Ext b) { return config.has(a) && !config.has(b); };
  if (!config.has(Ext::I) || !config.has(Ext::Zicsr)) return Error{"-cpu: i and zicsr cannot be left out"};
  if (needs(Ext::D, Ext::F) || needs(Ext::Zfh, Ext::F)) return Error{"-cpu: d and zfh need f"};
  if (needs(Ext::S, Ext::U)) return Error{"-cpu: s needs u"};
  if (config.has(Ext::Svadu) && config.has(Ext::Svade))
    return Error{"-cpu: svadu and svade exclude each other"};
  return {};
}

Result<Config> ParseModel(std::string_view text) {
  const std::string_view name = text.empty() ? kModels[0].name : Cut(text, ',');
  Config config;
  if (name == "rv32")
    config.xlen = 32;
  else if (name != "rv64" && name != "max")
    return Error{"-cpu: no model '" + std::string(name) + "'; there are " + ListOf(kModels)};
  for (const ExtensionInfo& info : kExtensions) config.set(info.ext, info.default_on);
  while (!text.empty()) {
    std::string_view value = Cut(text, ',');
    const std::string_view property = Cut(value, '=');
    TRY(SetProperty(config, property, value));
  }
  // What only makes sense with what was taken away goes with it, as in "-cpu rv64,f=false,d=false".
  if (!config.has(Ext::F)) config.set(Ext::Zfh, false);
  if (!config.has(Ext::Mmu) || !config.has(Ext::S)) config.set(Ext::Mmu, false);
  TRY(Check(config));
  return config;
}

Result<std::unique_ptr<Cpu>> CreateHart(const CpuConfig& machine) {
  const Config config = TRY(ParseModel(machine.model));
  return std::unique_ptr<Cpu>(std::make_unique<Hart>(machine, config));
}

bool IsSingleLetter(std::string_view name) { return name.size() == 1; }

/// The old `riscv,isa` string: single letters in their order, then the rest after underscores.
std::string IsaString(const Config& config) {
  std::string isa = config.xlen == 32 ? "rv32" : "rv64";
  for (const ExtensionInfo& info : kExtensions)
    if (IsSingleLetter(info.name) && info.ext < Ext::Zicbom && config.has(info.ext)) isa += info.name;
  for (const ExtensionInfo& info : kExtensions)
    if (!IsSingleLetter(info.name) && info.ext < Ext::S && config.has(info.ext))
      isa += "_" + std::string(info.name);
  return isa;
}

std::string_view MmuType(const Config& config) {
  if (!config.has(Ext::Mmu)) return "riscv,none";
  if (config.xlen == 32) return "riscv,sv32";
  return config.max_levels == 5 ? "riscv,sv57" : config.max_levels == 4 ? "riscv,sv48" : "riscv,sv39";
}

}  // namespace

// Devicetree binding riscv/cpus.yaml and extensions.yaml: the old string and the new lists, for old and new
// kernels.
void Hart::Describe(FdtBuilder& fdt, u32 intc_phandle) const {
  fdt.String("compatible", "riscv");
  fdt.String("riscv,isa", IsaString(config_));
  fdt.String("riscv,isa-base", config_.xlen == 32 ? "rv32i" : "rv64i");
  std::vector<std::string_view> extensions;
  for (const ExtensionInfo& info : kExtensions)
    if (info.ext < Ext::S && config_.has(info.ext)) extensions.push_back(info.name);
  fdt.open_node().SetStrings("riscv,isa-extensions", extensions);
  fdt.String("mmu-type", MmuType(config_));
  if (config_.has(Ext::Zicbom)) fdt.U32("riscv,cbom-block-size", 64);
  if (config_.has(Ext::Zicboz)) fdt.U32("riscv,cboz-block-size", 64);
  fdt.BeginNode("interrupt-controller");
  fdt.U32("#interrupt-cells", 1);
  fdt.U32("#address-cells", 0);
  fdt.Empty("interrupt-controller");
  fdt.String("compatible", "riscv,cpu-intc");
  fdt.U32("phandle", intc_phandle);
  fdt.EndNode();
}

}  // namespace riscv

const CpuFamily& RiscvFamily() {
  static const CpuFamily kFamily{.name = "riscv",
                                 .models = riscv::kModels,
                                 .properties = &riscv::Properties,
                                 .create = &riscv::CreateHart,
                                 .boot = &kRiscvBoot};
  return kFamily;
}

}  // namespace emboard
