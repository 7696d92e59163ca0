#pragma once
// A disk in memory: for the browser, where a file is an array of bytes, and for tests.

#include <deque>
#include <vector>

#include "core/ports/block.h"

namespace emboard {

class MemoryBlock : public BlockPort {
 public:
  enum class Completion : u8 {
    kAtOnce,  ///< within Read, Write or Flush
    kInPoll,  ///< within a later Poll(), in order; the data moves then, too
  };

  /// `contents` is filled up with zeros to a whole sector.
  explicit MemoryBlock(std::vector<u8> contents, bool read_only = false,
                       Completion when = Completion::kAtOnce);

  u64 size_bytes() const override { return contents_.size(); }
  bool read_only() const override { return read_only_; }
  void Read(u64 offset_bytes, std::span<u8> buffer, BlockPort::Completion done) override;
  void Write(u64 offset_bytes, std::span<const u8> buffer, BlockPort::Completion done) override;
  void Flush(BlockPort::Completion done) override;
  void Poll() override;
  unsigned in_flight() const override { return static_cast<unsigned>(waiting_.size()); }

  const std::vector<u8>& contents() const { return contents_; }

 private:
  using Operation = std::function<BlockStatus()>;
  struct Waiting {
    Operation operation;
    BlockPort::Completion done;
  };

  bool Fits(u64 offset_bytes, size_t size_bytes) const;
  void Perform(Operation operation, BlockPort::Completion done);

  std::vector<u8> contents_;
  bool read_only_;
  Completion when_;
  std::deque<Waiting> waiting_;
};

}  // namespace emboard
