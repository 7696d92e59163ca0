#pragma once
// Sleeping until something happens: input, a finished disk operation, a signal or a deadline.

#include <span>

#include "core/base/types.h"

namespace emboard {

/// Ends a wait from another thread or from a signal handler.
class Wakeup {
 public:
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  void Notify() const;  ///< async-signal-safe
  void Clear() const;
  int fd() const { return fd_; }

 private:
  int fd_;
};

/// Returns when one of `fds` is readable (negative ones are skipped), after a Notify, or after `timeout_ns`
/// (kNever waits without end).
void WaitForEvents(const Wakeup& wakeup, std::span<const int> fds, u64 timeout_ns);

/// True when a read of `fd` would not block.
bool IsReadable(int fd);

}  // namespace emboard
