#include "native-backend/host/log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "native-backend/host/files.h"

namespace emboard {
namespace {

constexpr size_t kBufferBytes = 64 * 1024;

}  // namespace

Result<std::unique_ptr<FileLog>> FileLog::Open(const std::string& path) {
  if (path.empty()) return std::unique_ptr<FileLog>(new FileLog(STDERR_FILENO));
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Error{"cannot write the log '" + path + "': " + std::strerror(errno)};
  return std::unique_ptr<FileLog>(new FileLog(fd));
}

FileLog::~FileLog() {
  WriteOut();
  if (fd_ != STDERR_FILENO) close(fd_);
}

void FileLog::Write(std::string_view text) {
  pending_ += text;
  if (fd_ == STDERR_FILENO || pending_.size() >= kBufferBytes) WriteOut();
}

void FileLog::WriteOut() {
  // A full disk must not stop the guest; what could not be written is dropped.
  (void)WriteAll(fd_, {reinterpret_cast<const u8*>(pending_.data()), pending_.size()});
  pending_.clear();
}

}  // namespace emboard
