#pragma once
// Compiled code is counted in generations, so that the oldest can go when the budget is spent.

#include <array>
#include <cstddef>
#include <optional>

namespace emboard::wasm {

class Generations {
 public:
  Generations(size_t max_bytes, size_t max_regions)
      : max_bytes_(max_bytes / kCount), max_regions_(max_regions / kCount) {}

  /// The generation that the code belongs to, or nothing when the oldest one must be emptied first.
  std::optional<size_t> Take(size_t bytes) {
    if (generations_[current_].bytes + bytes > max_bytes_ || generations_[current_].regions >= max_regions_) {
      if (generations_[oldest()].live != 0) return std::nullopt;
      current_ = oldest();
      generations_[current_] = {};
    }
    Generation& generation = generations_[current_];
    generation.bytes += bytes;
    ++generation.regions;
    ++generation.live;
    generation.live_bytes += bytes;
    return current_;
  }
  void Release(size_t generation, size_t bytes) {
    --generations_[generation].live;
    generations_[generation].live_bytes -= bytes;
  }
  size_t oldest() const { return (current_ + 1) % kCount; }
  size_t bytes() const {
    size_t sum = 0;
    for (const Generation& generation : generations_) sum += generation.live_bytes;
    return sum;
  }

 private:
  static constexpr size_t kCount = 8;
  struct Generation {
    size_t bytes = 0, regions = 0, live = 0, live_bytes = 0;
  };
  const size_t max_bytes_, max_regions_;  // of one generation
  size_t current_ = 0;
  std::array<Generation, kCount> generations_{};
};

}  // namespace emboard::wasm
