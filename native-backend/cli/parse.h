#pragma once
// From argv to Options.

#include <span>
#include <string>
#include <vector>

#include "native-backend/cli/options.h"

namespace emboard {

/// Applies options in order. Errors say what to type instead.
Result<void> ParseArguments(std::span<const std::string> arguments, Options& options);

/// The whole command line without the program's name.
Result<Options> ParseCommandLine(std::span<const std::string> arguments);

}  // namespace emboard
