#pragma once
// JUnit XML, as CI systems read it.

#include <string>
#include <string_view>
#include <vector>

#include "core/base/types.h"

namespace emboard {

enum class StepOutcome : u8 { kSkipped, kPassed, kFailed };

struct StepReport {
  std::string name;  ///< "expect 'login:'"
  StepOutcome outcome = StepOutcome::kSkipped;
  double seconds = 0;
  std::string message;  ///< why it failed, one line
};

struct TestReport {
  std::string name;
  std::vector<StepReport> steps;
  std::string console;  ///< its last lines
};

/// Text for XML 1.0: markup escaped; characters it cannot hold and bytes that are not UTF-8 become \xNN.
std::string XmlText(std::string_view text);

/// One test suite with one test case for each step.
std::string JUnitXml(const TestReport& report);

}  // namespace emboard
