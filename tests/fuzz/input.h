#pragma once
// The fuzzer's bytes as a stream of choices; past the end everything is zero.

#include <algorithm>
#include <cstring>
#include <span>

#include "core/base/types.h"

namespace emboard {

class FuzzInput {
 public:
  FuzzInput(const u8* data, size_t size_bytes) : rest_(data, size_bytes) {}

  bool empty() const { return rest_.empty(); }
  std::span<const u8> rest() const { return rest_; }

  template <class T>
  T Take() {
    T value{};
    const size_t count = std::min(sizeof(T), rest_.size());
    std::memcpy(&value, rest_.data(), count);
    rest_ = rest_.subspan(count);
    return value;
  }
  /// 0..count-1
  size_t Pick(size_t count) { return Take<u32>() % count; }

 private:
  std::span<const u8> rest_;
};

}  // namespace emboard
