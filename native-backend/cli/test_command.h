#pragma once
// `emboard test …`: a machine and a script for its console.

#include "native-backend/cli/options.h"

namespace emboard {

/// 0: every step passed. 1: one failed. 2: the command line or a file is at fault.
int RunTest(const Options& options);

}  // namespace emboard
