#include "native-backend/host/pty_serial.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace emboard {
namespace {

constexpr size_t kInputLimitBytes = 4 * 1024;
constexpr size_t kOutputLimitBytes = 64 * 1024;  // kept for a reader who comes late; the oldest goes first

}  // namespace

Result<std::unique_ptr<PtySerial>> PtySerial::Create() {
  const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (master < 0) return Error{std::string("cannot create a pty: ") + std::strerror(errno)};
  const char* path = grantpt(master) == 0 && unlockpt(master) == 0 ? ptsname(master) : nullptr;
  const int slave = path != nullptr ? open(path, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
  if (slave < 0) {
    const int error = errno;
    close(master);
    return Error{std::string("cannot open a pty: ") + std::strerror(error)};
  }
  termios mode{};
  tcgetattr(slave, &mode);
  cfmakeraw(&mode);
  tcsetattr(slave, TCSANOW, &mode);
  return std::unique_ptr<PtySerial>(new PtySerial(master, slave, path));
}

PtySerial::~PtySerial() {
  close(slave_);
  close(master_);
}

void PtySerial::Write(std::span<const u8> bytes) {
  output_.insert(output_.end(), bytes.begin(), bytes.end());
  if (output_.size() > kOutputLimitBytes) {
    output_.erase(output_.begin(), output_.end() - static_cast<std::ptrdiff_t>(kOutputLimitBytes));
  }
}

size_t PtySerial::Read(std::span<u8> buffer) {
  const size_t count = std::min(buffer.size(), input_.size());
  std::copy_n(input_.begin(), count, buffer.begin());
  input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

int PtySerial::input_fd() const { return input_.size() < kInputLimitBytes ? master_ : -1; }

void PtySerial::PullInput() {
  std::array<u8, 1024> chunk;
  if (input_fd() < 0) return;
  const ssize_t got = read(master_, chunk.data(), chunk.size());
  if (got > 0) input_.insert(input_.end(), chunk.begin(), chunk.begin() + got);
}

Result<void> PtySerial::FlushOutput() {
  const ssize_t wrote = output_.empty() ? 0 : write(master_, output_.data(), output_.size());
  if (wrote > 0) output_.erase(output_.begin(), output_.begin() + wrote);
  return {};
}

}  // namespace emboard
