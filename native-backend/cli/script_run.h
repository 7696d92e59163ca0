#pragma once
// Steps of a console test against a running machine.

#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "native-backend/cli/console_watch.h"
#include "native-backend/cli/junit.h"
#include "native-backend/cli/options.h"
#include "native-backend/cli/script_serial.h"
#include "native-backend/cli/session.h"

namespace emboard {

/// One run of a script. A step's failure is its message; "" is success.
class ScriptRun {
 public:
  ScriptRun(const Options& options, Session& session, ScriptSerial& console)
      : options_(options), session_(session), console_(console) {}

  /// Fails only when the host does.
  Result<TestReport> Run();
  const std::vector<u8>& everything() const { return everything_; }
  u64 elapsed_ns() { return clock_.MonotonicNs() - start_ns_; }

 private:
  Result<std::string> Perform(const TestStep& step);
  Result<std::string> WaitFor(const TestStep& step);
  bool IsDone(const TestStep& step, const std::regex& pattern);
  std::string Stopped(const TestStep& step) const;
  /// Runs the machine for a while, at most until `deadline_ns`.
  Result<void> Advance(u64 deadline_ns);
  /// False when there was none.
  bool TakeOutput();
  std::string WhyOverdue(const TestStep& step);

  const Options& options_;
  Session& session_;
  ScriptSerial& console_;
  SystemClock clock_;
  const u64 start_ns_ = clock_.MonotonicNs();
  ConsoleWatch watch_;
  std::vector<std::pair<std::string, std::regex>> forbidden_;
  std::vector<u8> everything_;
  std::optional<RunResult> stopped_;  // once the guest has powered off
  std::string violation_;             // a `not` pattern has shown up
};

}  // namespace emboard
