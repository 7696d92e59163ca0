#include "native-backend/cli/firmware.h"

#include <array>
#include <cstdlib>

#include "native-backend/cli/load_file.h"
#include "native-backend/host/files.h"

namespace emboard {
namespace {

/// The default firmware of CPU models whose name begins so: our own image, then the name that Debian gives
/// it.
struct DefaultFirmware {
  std::string_view cpu;
  std::array<std::string_view, 2> files;
};
constexpr DefaultFirmware kDefaults[] = {
    {"rv32", {"fw_dynamic-riscv32.bin", "opensbi-riscv32-generic-fw_dynamic.bin"}},
    {"", {"fw_dynamic-riscv64.bin", "fw_dynamic.bin"}},
};

std::vector<std::string> DataFolders() {
  std::vector<std::string> folders;
  if (const char* own = std::getenv("EMBOARD_DATA"); own != nullptr) folders.emplace_back(own);
  const std::string program = ProgramFolder();
  folders.push_back(program + "/../../images/opensbi");  // in the source tree: build/native/emboard
  folders.push_back(program + "/../share/emboard");      // installed
  folders.emplace_back("/usr/lib/riscv64-linux-gnu/opensbi/generic");  // Debian's package opensbi
  return folders;
}

std::vector<std::string> DefaultNames(const std::string& cpu) {
  for (const DefaultFirmware& entry : kDefaults) {
    if (cpu.starts_with(entry.cpu)) return {entry.files.begin(), entry.files.end()};
  }
  return {};
}

}  // namespace

Result<std::optional<NamedBytes>> LoadFirmware(const Options& options) {
  if (options.bios == "none") return std::optional<NamedBytes>{};
  const bool by_default = options.bios == "default";
  if (!by_default && (FileExists(options.bios) || options.bios.find('/') != std::string::npos)) {
    return std::optional(TRY(LoadFile("firmware", options.bios)));
  }
  const std::vector<std::string> names = by_default ? DefaultNames(options.cpu) : std::vector{options.bios};
  std::string searched;
  for (const std::string& folder : DataFolders()) {
    for (const std::string& name : names) {
      const std::string path = folder + "/" + name;
      if (FileExists(path)) return std::optional(TRY(LoadFile("firmware", path)));
    }
    searched += (searched.empty() ? "" : ", ") + folder;
  }
  return Error{"no firmware '" + names.front() + "' here or in " + searched +
               (by_default ? "; install the package opensbi, or use -bios FILE or -bios none" : "")};
}

}  // namespace emboard
