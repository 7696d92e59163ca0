#pragma once
// What the options of `emboard test` do.

#include "native-backend/cli/option_table.h"

namespace emboard {

Result<void> AddExpect(Options& options, const OptionValue& value);
Result<void> AddSend(Options& options, const OptionValue& value);
Result<void> AddNot(Options& options, const OptionValue& value);
Result<void> AddExpectExit(Options& options, const OptionValue& value);
Result<void> AddSnapshotStep(Options& options, const OptionValue& value);
Result<void> SetStepTimeout(Options& options, const OptionValue& value);
Result<void> SetTotalTimeout(Options& options, const OptionValue& value);
Result<void> SetSlowness(Options& options, const OptionValue& value);
/// Reads steps and machine options from a file, one on a line.
Result<void> RunScriptFile(Options& options, const OptionValue& value);

}  // namespace emboard
