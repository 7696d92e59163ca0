#pragma once
// Every option, declared once. Parsing, --help, suggestions and the table in docs/cli.md derive from it.
//
// To add an option: one entry in kOptions and, when it takes key=value pairs, a GroupKey list beside it.
// `tests/cli` then finds docs/cli.md out of date; `emboard -docs` prints the new table.

#include <span>
#include <string>
#include <string_view>

#include "native-backend/cli/groups.h"
#include "native-backend/cli/options.h"

namespace emboard {

enum class OptionSection : u8 {
  kMachine,
  kBoot,
  kDevices,
  kConsole,
  kTime,
  kSnapshot,
  kDebug,
  kTest,
  kGeneral
};

struct OptionValue {
  std::string text;   ///< as typed
  OptionGroup group;  ///< taken apart, when the option declares keys
};

struct OptionSpec {
  std::string_view name;      ///< without dashes
  std::string_view alias;     ///< "" for none
  std::string_view argument;  ///< "" when it takes none
  OptionSection section = OptionSection::kGeneral;
  std::string_view help;
  Result<void> (*apply)(Options&, const OptionValue&) = nullptr;
  std::span<const GroupKey> keys = {};
  std::string_view implied_key = "";  ///< the first item's key when it has no "="
  /// What the value `help` prints.
  Result<std::string> (*listing)(const Options&) = nullptr;
};

std::span<const OptionSpec> AllOptions();
std::string_view SectionTitle(OptionSection section);

/// By name or alias, or null.
const OptionSpec* FindOption(std::string_view name);

/// An option of QEMU that Emboard does not have, and what to use instead.
struct MissingOption {
  std::string_view name;
  std::string_view instead;
};
std::span<const MissingOption> MissingOptions();

}  // namespace emboard
