#include "core/block/memory_block.h"

#include <algorithm>

namespace emboard {
namespace {

constexpr size_t kSectorBytes = 512;

}  // namespace

MemoryBlock::MemoryBlock(std::vector<u8> contents, bool read_only, Completion when)
    : contents_(std::move(contents)), read_only_(read_only), when_(when) {
  contents_.resize((contents_.size() + kSectorBytes - 1) / kSectorBytes * kSectorBytes);
}

bool MemoryBlock::Fits(u64 offset_bytes, size_t size_bytes) const {
  return offset_bytes <= contents_.size() && size_bytes <= contents_.size() - offset_bytes;
}

void MemoryBlock::Perform(Operation operation, BlockPort::Completion done) {
  if (when_ == Completion::kAtOnce) return done(operation());
  waiting_.push_back({std::move(operation), std::move(done)});
}

void MemoryBlock::Read(u64 offset_bytes, std::span<u8> buffer, BlockPort::Completion done) {
  Perform(
      [this, offset_bytes, buffer] {
        if (!Fits(offset_bytes, buffer.size())) return BlockStatus::kOutOfRange;
        std::copy_n(contents_.begin() + static_cast<std::ptrdiff_t>(offset_bytes), buffer.size(),
                    buffer.begin());
        return BlockStatus::kOk;
      },
      std::move(done));
}

void MemoryBlock::Write(u64 offset_bytes, std::span<const u8> buffer, BlockPort::Completion done) {
  Perform(
      [this, offset_bytes, buffer] {
        if (read_only_) return BlockStatus::kReadOnly;
        if (!Fits(offset_bytes, buffer.size())) return BlockStatus::kOutOfRange;
        std::copy(buffer.begin(), buffer.end(),
                  contents_.begin() + static_cast<std::ptrdiff_t>(offset_bytes));
        return BlockStatus::kOk;
      },
      std::move(done));
}

void MemoryBlock::Flush(BlockPort::Completion done) {
  Perform([] { return BlockStatus::kOk; }, std::move(done));
}

void MemoryBlock::Poll() {
  // A completion may begin the next operation, which then waits for the next Poll.
  std::deque<Waiting> due;
  due.swap(waiting_);
  for (Waiting& item : due) item.done(item.operation());
}

}  // namespace emboard
