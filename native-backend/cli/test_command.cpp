#include "native-backend/cli/test_command.h"

#include <algorithm>
#include <cstdio>

#include "native-backend/cli/report.h"
#include "native-backend/cli/script_run.h"
#include "native-backend/cli/text.h"
#include "native-backend/host/files.h"

namespace emboard {
namespace {

/// A test that waits for nothing would pass whatever the guest does.
Result<void> CheckSteps(const std::vector<TestStep>& steps) {
  const auto waits = [](const TestStep& step) {
    return step.kind == StepKind::kExpect || step.kind == StepKind::kExit;
  };
  const auto last_wait = std::find_if(steps.rbegin(), steps.rend(), waits);
  if (last_wait == steps.rend())
    return Error{"a test needs at least one -expect PATTERN or -expect-exit STATUS"};
  for (auto step = steps.rbegin(); step != last_wait; ++step) {
    if (step->kind == StepKind::kNot)
      return Error{"-not '" + step->text + "' needs an -expect or -expect-exit after it"};
  }
  return {};
}

const char* Verdict(StepOutcome outcome) {
  switch (outcome) {
    case StepOutcome::kPassed:
      return "ok  ";
    case StepOutcome::kFailed:
      return "FAIL";
    case StepOutcome::kSkipped:
      return "skip";
  }
  return "";
}

/// Prints the report; true when every step passed.
bool Print(const TestReport& report) {
  std::printf("%s\n", report.name.c_str());
  size_t number = 0, passed = 0;
  for (const StepReport& step : report.steps) {
    std::printf("  %s %2zu  %s", Verdict(step.outcome), ++number, step.name.c_str());
    if (step.seconds >= 0.001) std::printf("  (%.3f s)", step.seconds);
    std::printf("\n");
    if (step.outcome == StepOutcome::kPassed) passed++;
    if (step.outcome != StepOutcome::kFailed) continue;
    std::printf("       %s\n       the console's last lines:\n", step.message.c_str());
    for (const std::string& line : Split(report.console, '\n')) {
      if (!line.empty()) std::printf("       | %s\n", line.c_str());
    }
  }
  std::printf("%s: %zu of %zu steps\n", passed == report.steps.size() ? "passed" : "FAILED", passed,
              report.steps.size());
  return passed == report.steps.size();
}

std::span<const u8> BytesOf(const std::string& text) {
  return {reinterpret_cast<const u8*>(text.data()), text.size()};
}

Result<int> Run(const Options& options) {
  TRY(CheckSteps(options.test.steps));
  auto console = std::make_unique<ScriptSerial>();
  ScriptSerial& serial = *console;
  const std::unique_ptr<Session> session = TRY(Session::Create(options, std::move(console)));
  ScriptRun run(options, *session, serial);
  const TestReport report = TRY(run.Run());
  const bool passed = Print(report);
  if (!options.test.console_file.empty())
    TRY(WriteFile("console log", options.test.console_file, run.everything()));
  if (!options.test.junit_file.empty())
    TRY(WriteFile("report", options.test.junit_file, BytesOf(JUnitXml(report))));
  if (options.statistics) std::fputs(StatisticsText(session->machine(), run.elapsed_ns()).c_str(), stderr);
  return passed ? 0 : 1;
}

}  // namespace

int RunTest(const Options& options) {
  const Result<int> status = Run(options);
  return status ? status.value() : Complain(status.error());
}

}  // namespace emboard
