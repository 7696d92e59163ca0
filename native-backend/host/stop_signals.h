#pragma once
// SIGINT, SIGTERM, SIGHUP and SIGTSTP as events for the run loop, so that disks are flushed and the terminal
// is restored before the process ends or stops.

#include "native-backend/host/wait.h"

namespace emboard {

/// At most one at a time. Signals that were ignored when it was made (nohup) stay ignored.
class StopSignals {
 public:
  /// `wakeup` outlives it.
  explicit StopSignals(const Wakeup& wakeup);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The signal that asks us to end, or 0. A second one ends the process at once.
  int stop_signal() const;
  /// True once after SIGTSTP.
  bool TakeSuspend();
};

/// Ends the process as `signal` would have, so that its parent sees why.
[[noreturn]] void DieOfSignal(int signal);

}  // namespace emboard
