#pragma once
// What the options of machines do with their values; option_table.cpp names them.

#include <utility>

#include "native-backend/cli/option_table.h"

namespace emboard {

template <class T, class U>
Result<void> Assign(T& field, U&& value) {
  field = std::forward<U>(value);
  return {};
}

inline Result<void> Accept(Options& /*options*/, const OptionValue& /*value*/) { return {}; }
Result<void> AcceptNone(Options& options, const OptionValue& value);
Result<void> SetMachine(Options& options, const OptionValue& value);
Result<void> SetCpuCount(Options& options, const OptionValue& value);
Result<void> SetMemory(Options& options, const OptionValue& value);
Result<void> SetAccelerator(Options& options, const OptionValue& value);
Result<void> AddDrive(Options& options, const OptionValue& value);
Result<void> AddDevice(Options& options, const OptionValue& value);
Result<void> AddSerial(Options& options, const OptionValue& value);
Result<void> SetIcount(Options& options, const OptionValue& value);
Result<void> SetSnapshotAt(Options& options, const OptionValue& value);
Result<void> SetLogItems(Options& options, const OptionValue& value);

}  // namespace emboard
