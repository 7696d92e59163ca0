#include "native-backend/host/console_serial.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "native-backend/host/files.h"
#include "native-backend/host/wait.h"

namespace emboard {
namespace {

constexpr size_t kInputLimitBytes = 64 * 1024;  // what a paste may be ahead of the guest

}  // namespace

Result<std::unique_ptr<ConsoleSerial>> ConsoleSerial::OpenFile(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Error{"cannot write -serial file '" + path + "': " + std::strerror(errno)};
  return std::make_unique<ConsoleSerial>(Config{.output = fd, .owns_output = true, .name = "'" + path + "'"});
}

ConsoleSerial::~ConsoleSerial() {
  (void)FlushOutput();
  if (config_.owns_output) close(config_.output);
}

void ConsoleSerial::Write(std::span<const u8> bytes) {
  output_.insert(output_.end(), bytes.begin(), bytes.end());
}

size_t ConsoleSerial::Read(std::span<u8> buffer) {
  const size_t count = std::min(buffer.size(), input_.size());
  std::copy_n(input_.begin(), count, buffer.begin());
  input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(count));
  return count;
}

int ConsoleSerial::input_fd() const {
  // A terminal is read even when the guest does not take its bytes, so that Ctrl-A x always works.
  const bool full = input_.size() >= kInputLimitBytes && !config_.escapes;
  return input_ended_ || full ? -1 : config_.input;
}

Result<void> ConsoleSerial::FlushOutput() {
  const Result<void> wrote = WriteAll(config_.output, output_);
  output_.clear();
  if (!wrote) return Error{"cannot write the console to " + config_.name + ": " + wrote.error().message};
  return {};
}

void ConsoleSerial::PullInput() {
  std::array<u8, 4096> chunk;
  if (!IsReadable(input_fd())) return;
  const ssize_t got = read(config_.input, chunk.data(), chunk.size());
  if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) input_ended_ = true;
  if (got <= 0) return;
  const std::span<const u8> typed(chunk.data(), static_cast<size_t>(got));
  std::vector<u8> for_guest;
  if (config_.escapes) {
    const std::vector<EscapeCommand> typed_commands = decoder_.Decode(typed, for_guest);
    commands_.insert(commands_.end(), typed_commands.begin(), typed_commands.end());
    for_guest.resize(
        std::min(for_guest.size(), kInputLimitBytes - std::min(kInputLimitBytes, input_.size())));
  } else {
    for_guest.assign(typed.begin(), typed.end());
  }
  input_.insert(input_.end(), for_guest.begin(), for_guest.end());
}

}  // namespace emboard
