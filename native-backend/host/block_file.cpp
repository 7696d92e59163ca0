#include "native-backend/host/block_file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace emboard {
namespace {

constexpr u64 kSectorBytes = 512;

Result<u64> ImageSize(int fd, const std::string& label) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return Error{"cannot examine " + label + ": " + std::strerror(errno)};
  u64 size_bytes = static_cast<u64>(info.st_size);
  if (S_ISDIR(info.st_mode)) return Error{label + " is a directory"};
  if (S_ISBLK(info.st_mode)) {
    if (ioctl(fd, BLKGETSIZE64, &size_bytes) != 0)
      return Error{"cannot measure " + label + ": " + std::strerror(errno)};
  } else if (!S_ISREG(info.st_mode)) {
    return Error{label + " is neither a regular file nor a block device"};
  }
  if (size_bytes == 0) return Error{label + " is empty"};
  if (size_bytes % kSectorBytes != 0) {
    return Error{label + " has " + std::to_string(size_bytes) +
                 " bytes, which is not a multiple of 512; 'truncate -s %512' pads it"};
  }
  return size_bytes;
}

Result<void> Lock(int fd, bool read_only, const std::string& label) {
  if (flock(fd, (read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return Error{"cannot lock " + label + ": " + std::strerror(errno)};
  return Error{label +
               " is in use by another drive or another emboard; only readonly=on images can be shared"};
}

Result<u64> Prepare(int fd, const FileBlock::Config& config, const std::string& label) {
  const u64 size_bytes = TRY(ImageSize(fd, label));
  TRY(Lock(fd, config.read_only, label));
  return size_bytes;
}

}  // namespace

Result<std::shared_ptr<FileBlock>> FileBlock::Open(const Config& config, const Wakeup& wakeup) {
  const std::string label = "drive image '" + config.path + "'";
  const int fd = open(config.path.c_str(), (config.read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC);
  if (fd < 0) {
    const bool hint = (errno == EACCES || errno == EROFS) && !config.read_only;
    return Error{"cannot open " + label + ": " + std::strerror(errno) + (hint ? "; add readonly=on?" : "")};
  }
  Result<u64> size_bytes = Prepare(fd, config, label);
  if (!size_bytes) {
    close(fd);
    return std::move(size_bytes).error();
  }
  return std::shared_ptr<FileBlock>(new FileBlock(fd, size_bytes.value(), config, wakeup));
}

FileBlock::FileBlock(int fd, u64 size_bytes, const Config& config, const Wakeup& wakeup)
    : fd_(fd),
      size_bytes_(size_bytes),
      read_only_(config.read_only),
      synchronous_(config.synchronous),
      wakeup_(wakeup) {
  if (!synchronous_) worker_ = std::thread([this] { Work(); });
}

FileBlock::~FileBlock() {
  if (worker_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    changed_.notify_all();
    worker_.join();
  }
  close(fd_);  // gives the lock back
}

void FileBlock::Read(u64 offset_bytes, std::span<u8> buffer, Completion done) {
  Submit({Kind::kRead, offset_bytes, buffer.data(), buffer.size(), std::move(done)});
}

void FileBlock::Write(u64 offset_bytes, std::span<const u8> buffer, Completion done) {
  if (read_only_) return done(BlockStatus::kReadOnly);
  Submit({Kind::kWrite, offset_bytes, const_cast<u8*>(buffer.data()), buffer.size(), std::move(done)});
}

void FileBlock::Flush(Completion done) { Submit({Kind::kFlush, 0, nullptr, 0, std::move(done)}); }

void FileBlock::Submit(Operation operation) {
  if (operation.offset_bytes > size_bytes_ || operation.size_bytes > size_bytes_ - operation.offset_bytes) {
    return operation.done(BlockStatus::kOutOfRange);
  }
  if (synchronous_) return operation.done(Perform(operation));
  in_flight_++;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(operation));
  }
  changed_.notify_all();
}

BlockStatus FileBlock::Perform(const Operation& operation) const {
  if (operation.kind == Kind::kFlush) {
    return read_only_ || fdatasync(fd_) == 0 ? BlockStatus::kOk : BlockStatus::kIoError;
  }
  size_t moved = 0;
  while (moved < operation.size_bytes) {
    u8* at = operation.data + moved;
    const size_t left = operation.size_bytes - moved;
    const auto offset = static_cast<off_t>(operation.offset_bytes + moved);
    const ssize_t n =
        operation.kind == Kind::kRead ? pread(fd_, at, left, offset) : pwrite(fd_, at, left, offset);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return BlockStatus::kIoError;  // 0: the file was truncated under us
    moved += static_cast<size_t>(n);
  }
  return BlockStatus::kOk;
}

void FileBlock::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Operation operation = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    operation.status = Perform(operation);
    lock.lock();
    busy_ = false;
    finished_.push_back(std::move(operation));
    wakeup_.Notify();
    changed_.notify_all();
  }
}

void FileBlock::Poll() {
  std::deque<Operation> ready;
  {
    const std::lock_guard lock(mutex_);
    ready.swap(finished_);
  }
  for (Operation& operation : ready) {
    in_flight_--;
    operation.done(operation.status);
  }
}

void FileBlock::Drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return queue_.empty() && !busy_; });
}

}  // namespace emboard
