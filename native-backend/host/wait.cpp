#include "native-backend/host/wait.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <vector>

#include "core/base/units.h"

namespace emboard {

Wakeup::Wakeup() : fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
Wakeup::~Wakeup() { close(fd_); }

void Wakeup::Notify() const {
  const int saved_errno = errno;  // may run in a signal handler
  const u64 one = 1;
  if (write(fd_, &one, sizeof one) < 0) {
    // The counter is full: the waiter is awake as it is.
  }
  errno = saved_errno;
}

void Wakeup::Clear() const {
  u64 count = 0;
  if (read(fd_, &count, sizeof count) < 0) {
    // Nothing was pending.
  }
}

void WaitForEvents(const Wakeup& wakeup, std::span<const int> fds, u64 timeout_ns) {
  std::vector<pollfd> wanted{{wakeup.fd(), POLLIN, 0}};
  for (const int fd : fds) {
    if (fd >= 0) wanted.push_back({fd, POLLIN, 0});
  }
  constexpr u64 kLongestNs = 3600 * kNsPerSecond;  // keeps tv_sec in range; the caller's loop comes back
  const u64 ns = timeout_ns < kLongestNs ? timeout_ns : kLongestNs;
  const timespec timeout{static_cast<time_t>(ns / kNsPerSecond), static_cast<long>(ns % kNsPerSecond)};
  ppoll(wanted.data(), wanted.size(), &timeout, nullptr);
  wakeup.Clear();
}

bool IsReadable(int fd) {
  pollfd wanted{fd, POLLIN, 0};
  return fd >= 0 && poll(&wanted, 1, 0) > 0 && (wanted.revents & (POLLIN | POLLHUP | POLLERR)) != 0;
}

}  // namespace emboard
