#include "wasm-backend/host/byte_queue.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace emboard {

void ByteQueue::Grow(size_t needed) {
  std::vector<u8> bigger(std::bit_ceil(std::max<size_t>(needed, 4096)));
  const size_t held = size_;
  Pop({bigger.data(), held});
  ring_ = std::move(bigger);
  first_ = 0;
  size_ = held;
}

void ByteQueue::Push(std::span<const u8> bytes) {
  if (bytes.empty()) return;
  if (size_ + bytes.size() > ring_.size()) Grow(size_ + bytes.size());
  const size_t start = Index(size_);
  const size_t before_wrap = std::min(bytes.size(), ring_.size() - start);
  std::memcpy(&ring_[start], bytes.data(), before_wrap);
  std::memcpy(ring_.data(), bytes.data() + before_wrap, bytes.size() - before_wrap);
  size_ += bytes.size();
}

size_t ByteQueue::Pop(std::span<u8> out) {
  const size_t count = std::min(out.size(), size_);
  if (count == 0) return 0;
  const size_t before_wrap = std::min(count, ring_.size() - first_);
  std::memcpy(out.data(), &ring_[first_], before_wrap);
  std::memcpy(out.data() + before_wrap, ring_.data(), count - before_wrap);
  first_ = Index(count);
  size_ -= count;
  return count;
}

}  // namespace emboard
