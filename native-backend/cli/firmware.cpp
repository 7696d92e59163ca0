#include "native-backend/cli/firmware.h"

#include <cstdlib>

#include "native-backend/cli/load_file.h"
#include "native-backend/host/files.h"

namespace emboard {
namespace {

/// The default firmware of CPU models whose name begins so.
struct DefaultFirmware {
  std::string_view cpu;
  std::string_view file;
};
constexpr DefaultFirmware kDefaults[] = {
    {"rv32", "fw_dynamic-rv32.bin"},
    {"", "fw_dynamic.bin"},
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

std::string_view DefaultName(const std::string& cpu) {
  for (const DefaultFirmware& entry : kDefaults) {
    if (cpu.starts_with(entry.cpu)) return entry.file;
  }
  return "";
}

}  // namespace

Result<std::optional<NamedBytes>> LoadFirmware(const Options& options) {
  if (options.bios == "none") return std::optional<NamedBytes>{};
  const bool by_default = options.bios == "default";
  const std::string name = by_default ? std::string(DefaultName(options.cpu)) : options.bios;
  if (!by_default && FileExists(name)) return std::optional(TRY(LoadFile("firmware", name)));
  std::string searched;
  for (const std::string& folder : DataFolders()) {
    const std::string path = folder + "/" + name;
    if (name.find('/') == std::string::npos && FileExists(path))
      return std::optional(TRY(LoadFile("firmware", path)));
    searched += " " + folder;
  }
  if (!by_default) return Error{"cannot open firmware '" + name + "': no such file"};
  return Error{"no firmware '" + name + "' in" + searched +
               "; install the package opensbi, or use -bios FILE or -bios none"};
}

}  // namespace emboard
