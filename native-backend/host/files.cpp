#include "native-backend/host/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <utility>

namespace emboard {
namespace {

/// Closes on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Result<void> CheckReadable(const std::string& label, int fd, u64 max_bytes) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return Error{label + ": " + std::strerror(errno)};
  if (S_ISDIR(info.st_mode)) return Error{label + " is a directory"};
  if (!S_ISREG(info.st_mode) && !S_ISFIFO(info.st_mode)) return Error{label + " is not a regular file"};
  if (S_ISREG(info.st_mode) && static_cast<u64>(info.st_size) > max_bytes) {
    return Error{label + " is too large: " + std::to_string(info.st_size) + " bytes, at most " +
                 std::to_string(max_bytes) + " are possible"};
  }
  return {};
}

}  // namespace

Result<std::vector<u8>> ReadFile(const std::string& what, const std::string& path, u64 max_bytes) {
  const std::string label = what + " '" + path + "'";
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return Error{"cannot open " + label + ": " + std::strerror(errno)};
  TRY(CheckReadable(label, file.get(), max_bytes));
  std::vector<u8> bytes;
  std::array<u8, 256 * 1024> chunk;
  for (;;) {
    const ssize_t got = read(file.get(), chunk.data(), chunk.size());
    if (got == 0) return bytes;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{"cannot read " + label + ": " + std::strerror(errno)};
    bytes.insert(bytes.end(), chunk.begin(), chunk.begin() + got);
    if (bytes.size() > max_bytes)
      return Error{label + " is larger than " + std::to_string(max_bytes) + " bytes"};
  }
}

Result<void> WriteFile(const std::string& what, const std::string& path, std::span<const u8> bytes) {
  // A device such as /dev/full cannot be replaced by renaming.
  struct stat info {};
  const bool in_place = stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
  const std::string target = in_place ? path : path + ".part";
  Descriptor file(open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  const auto failure = [&](int error) {
    if (!in_place && file.get() >= 0) unlink(target.c_str());
    return Error{"cannot write " + what + " '" + path + "': " + std::strerror(error)};
  };
  if (file.get() < 0) return failure(errno);
  if (!WriteAll(file.get(), bytes)) return failure(errno);
  if (close(file.Release()) != 0) return failure(errno);
  if (!in_place && rename(target.c_str(), path.c_str()) != 0) return failure(errno);
  return {};
}

Result<void> WriteAll(int fd, std::span<const u8> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd, bytes.data(), bytes.size());
    if (wrote >= 0) {
      bytes = bytes.subspan(static_cast<size_t>(wrote));
    } else if (errno == EAGAIN) {
      pollfd wanted{fd, POLLOUT, 0};
      poll(&wanted, 1, -1);
    } else if (errno != EINTR) {
      return Error{std::strerror(errno)};
    }
  }
  return {};
}

bool FileExists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

std::string ProgramFolder() {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t length = readlink("/proc/self/exe", buffer.data(), buffer.size());
  if (length <= 0) return "";
  const std::string path(buffer.data(), static_cast<size_t>(length));
  return path.substr(0, path.rfind('/'));
}

}  // namespace emboard
