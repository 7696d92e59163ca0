#pragma once
// What `help` as a value, and -help itself, print.

#include <string>

#include "core/base/result.h"
#include "native-backend/cli/options.h"

namespace emboard {

Result<std::string> ListBoards(const Options& options);
Result<std::string> ListCpus(const Options& options);
Result<std::string> ListDevices(const Options& options);
Result<std::string> ListLogItems(const Options& options);
Result<std::string> ShowHelp(const Options& options);
Result<std::string> ShowVersion(const Options& options);
Result<std::string> ShowDocs(const Options& options);

}  // namespace emboard
