#pragma once
// Bytes in order of arrival, in a ring that grows.

#include <span>
#include <vector>

#include "core/base/types.h"

namespace emboard {

class ByteQueue {
 public:
  size_t size() const { return size_; }
  void Push(std::span<const u8> bytes);
  /// Moves at most out.size() bytes to `out`; returns how many.
  size_t Pop(std::span<u8> out);

 private:
  void Grow(size_t needed);
  size_t Index(size_t offset) const { return (first_ + offset) & (ring_.size() - 1); }

  std::vector<u8> ring_;  // its size is zero or a power of two
  size_t first_ = 0;
  size_t size_ = 0;
};

}  // namespace emboard
