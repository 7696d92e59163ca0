#pragma once
// A raw disk image in a file or block device. A worker thread does the reading and writing; completions run
// on the machine's thread when it calls Poll().

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "core/base/result.h"
#include "core/ports/block.h"
#include "native-backend/host/wait.h"

namespace emboard {

class FileBlock final : public BlockPort {
 public:
  struct Config {
    std::string path;
    bool read_only = false;
    /// Every operation completes within its call: what -icount needs to repeat exactly.
    bool synchronous = false;
  };

  /// Opens and locks the image. `wakeup` is notified when completions wait for Poll() and outlives the port.
  static Result<std::shared_ptr<FileBlock>> Open(const Config& config, const Wakeup& wakeup);
  /// Finishes what has been queued; its completions do not run.
  ~FileBlock() override;

  u64 size_bytes() const override { return size_bytes_; }
  bool read_only() const override { return read_only_; }
  void Read(u64 offset_bytes, std::span<u8> buffer, Completion done) override;
  void Write(u64 offset_bytes, std::span<const u8> buffer, Completion done) override;
  void Flush(Completion done) override;
  void Poll() override;
  unsigned in_flight() const override { return in_flight_; }
  /// Waits until no buffer is in use any more. Completions still run in Poll().
  void Drain();

 private:
  enum class Kind : u8 { kRead, kWrite, kFlush };
  struct Operation {
    Kind kind = Kind::kFlush;
    u64 offset_bytes = 0;
    u8* data = nullptr;
    size_t size_bytes = 0;
    Completion done;
    BlockStatus status = BlockStatus::kOk;
  };

  FileBlock(int fd, u64 size_bytes, const Config& config, const Wakeup& wakeup);
  void Submit(Operation operation);
  BlockStatus Perform(const Operation& operation) const;
  void Work();

  const int fd_;
  const u64 size_bytes_;
  const bool read_only_;
  const bool synchronous_;
  const Wakeup& wakeup_;
  unsigned in_flight_ = 0;  // the machine's thread only

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Operation> queue_;
  std::deque<Operation> finished_;
  bool busy_ = false;
  bool closing_ = false;
  std::thread worker_;
};

}  // namespace emboard
