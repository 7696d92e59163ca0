#pragma once
// `emboard …`: a machine in this terminal.

#include "native-backend/cli/options.h"

namespace emboard {

/// Returns the process's exit status.
int RunMachine(const Options& options);

}  // namespace emboard
