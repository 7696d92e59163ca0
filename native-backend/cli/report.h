#pragma once
// What is said at the end of a run.

#include <string>

#include "core/base/result.h"
#include "core/base/types.h"
#include "core/machine/machine.h"

namespace emboard {

inline constexpr int kUsageStatus = 2;  ///< something is wrong with the command line or a file

/// One `emboard: …` line on standard error; returns kUsageStatus.
int Complain(const Error& error);

/// The text of --stats.
std::string StatisticsText(const Machine& machine, u64 elapsed_ns);

}  // namespace emboard
