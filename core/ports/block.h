#pragma once
// A disk as a device sees it. Every operation is asynchronous: a disk in a browser always is.

#include <functional>
#include <span>

#include "core/base/types.h"

namespace emboard {

enum class BlockStatus : u8 { kOk, kIoError, kReadOnly, kOutOfRange };

class BlockPort {
 public:
  using Completion = std::function<void(BlockStatus)>;

  virtual ~BlockPort() = default;
  /// Constant for the port's life, a multiple of 512.
  virtual u64 size_bytes() const = 0;
  virtual bool read_only() const = 0;
  /// `buffer` stays alive until `done` runs. `done` runs on the machine's thread, from within this call or
  /// from within Poll(); never later than the port's destruction.
  virtual void Read(u64 offset_bytes, std::span<u8> buffer, Completion done) = 0;
  virtual void Write(u64 offset_bytes, std::span<const u8> buffer, Completion done) = 0;
  /// Completes when everything written before is durable.
  virtual void Flush(Completion done) = 0;
  /// Runs the completions of operations that have finished; the machine calls it between slices.
  virtual void Poll() {}
  /// Operations begun and not yet completed; a snapshot waits for zero.
  virtual unsigned in_flight() const { return 0; }
};

}  // namespace emboard
