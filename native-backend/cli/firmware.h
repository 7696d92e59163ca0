#pragma once
// Where firmware files are found.

#include <optional>

#include "core/base/result.h"
#include "core/machine/machine.h"
#include "native-backend/cli/options.h"

namespace emboard {

/// What -bios means: a file, nothing, or the default for the CPU from the data folders.
Result<std::optional<NamedBytes>> LoadFirmware(const Options& options);

}  // namespace emboard
