#include "native-backend/cli/script_run.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/base/units.h"

namespace emboard {
namespace {

constexpr u64 kSliceInstructions = 1'000'000;
constexpr size_t kLinesShown = 20;

std::string StepName(const TestStep& step) {
  switch (step.kind) {
    case StepKind::kExpect:
      return "expect '" + step.shown + "'";
    case StepKind::kSend:
      return "send '" + step.shown + "'";
    case StepKind::kNot:
      return "not '" + step.shown + "'";
    case StepKind::kExit:
      return "expect-exit " + step.shown;
    case StepKind::kSnapshot:
      return "snapshot '" + step.shown + "'";
  }
  return "";
}

std::string Seconds(double seconds) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%g s", seconds);
  return text.data();
}

u64 ToNs(double seconds) { return static_cast<u64>(seconds * static_cast<double>(kNsPerSecond)); }

}  // namespace

Result<TestReport> ScriptRun::Run() {
  TestReport report{options_.name.empty() ? "console test" : options_.name, {}, ""};
  bool failed = false;
  for (const TestStep& step : options_.test.steps) {
    StepReport& line = report.steps.emplace_back();
    line.name = StepName(step);
    if (failed) continue;
    const u64 begin_ns = clock_.MonotonicNs();
    line.message = TRY(Perform(step));
    line.seconds = static_cast<double>(clock_.MonotonicNs() - begin_ns) / kNsPerSecond;
    failed = !line.message.empty();
    line.outcome = failed ? StepOutcome::kFailed : StepOutcome::kPassed;
  }
  for (const std::string& line : watch_.LastLines(kLinesShown)) report.console += line + "\n";
  return report;
}

Result<std::string> ScriptRun::Perform(const TestStep& step) {
  switch (step.kind) {
    case StepKind::kExpect:
    case StepKind::kExit:
      return WaitFor(step);
    case StepKind::kSend:
      console_.Type(step.text);
      break;
    case StepKind::kNot:
      forbidden_.emplace_back(step.text, std::regex(step.text));
      break;
    case StepKind::kSnapshot:
      TRY(session_.SaveSnapshot(step.text));
      break;
  }
  return std::string();
}

Result<std::string> ScriptRun::WaitFor(const TestStep& step) {
  const std::regex pattern(step.kind == StepKind::kExpect ? step.text : "");
  const u64 step_end_ns = clock_.MonotonicNs() + ToNs(step.timeout_s * options_.test.slowness);
  const u64 deadline_ns =
      std::min(step_end_ns, start_ns_ + ToNs(options_.test.total_timeout_s * options_.test.slowness));
  while (violation_.empty()) {
    if (IsDone(step, pattern)) return std::string();
    if (stopped_) return Stopped(step);
    if (session_.signals().stop_signal() != 0) return std::string("interrupted");
    if (clock_.MonotonicNs() >= deadline_ns) return WhyOverdue(step);
    TRY(Advance(deadline_ns));
  }
  return violation_;
}

bool ScriptRun::IsDone(const TestStep& step, const std::regex& pattern) {
  if (step.kind == StepKind::kExpect) return watch_.Find(pattern);
  return stopped_ && stopped_->exit_status == step.status;
}

std::string ScriptRun::Stopped(const TestStep& step) const {
  const std::string how = "the machine stopped (" + stopped_->reason + ") with exit status " +
                          std::to_string(stopped_->exit_status);
  return step.kind == StepKind::kExit ? how + ", not " + step.text : how + " before the pattern came";
}

std::string ScriptRun::WhyOverdue(const TestStep& step) {
  if (clock_.MonotonicNs() - start_ns_ >= ToNs(options_.test.total_timeout_s * options_.test.slowness)) {
    return "the whole test has taken longer than " +
           Seconds(options_.test.total_timeout_s * options_.test.slowness) + " (-time-limit)";
  }
  const char* what = step.kind == StepKind::kExpect ? "no match within " : "the machine still ran after ";
  return what + Seconds(step.timeout_s * options_.test.slowness) + " (-timeout)";
}

Result<void> ScriptRun::Advance(u64 deadline_ns) {
  const RunResult result = TRY(session_.Step(kSliceInstructions));
  if (result.state == RunState::kStopped) stopped_ = result;
  if (TakeOutput()) return {};  // perhaps what the step waits for
  const u64 now_ns = clock_.MonotonicNs();
  session_.WaitWhileIdle(result, deadline_ns > now_ns ? deadline_ns - now_ns : 0);
  return {};
}

bool ScriptRun::TakeOutput() {
  const std::vector<u8> printed = console_.TakePrinted();
  if (printed.empty()) return false;
  everything_.insert(everything_.end(), printed.begin(), printed.end());
  watch_.Feed(printed);
  for (const std::string& line : watch_.TakeUnchecked()) {
    for (const auto& [text, pattern] : forbidden_) {
      if (std::regex_search(line, pattern))
        violation_ = "the console shows what must not come: '" + text + "' in: " + line;
    }
  }
  return true;
}

}  // namespace emboard
