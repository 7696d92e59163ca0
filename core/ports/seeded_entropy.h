#pragma once
// The same "random" bytes in every run, for -icount. Every host uses this one, so that all
// print the same console.

#include "core/ports/entropy.h"

namespace emboard {

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014); each
/// output's bytes go out little-endian.
class SeededEntropy final : public EntropyPort {
 public:
  explicit SeededEntropy(u64 seed = 0) : state_(seed) {}

  void Fill(std::span<u8> buffer) override {
    for (u8& byte : buffer) {
      if (left_ == 0) {
        word_ = Next();
        left_ = 8;
      }
      byte = static_cast<u8>(word_);
      word_ >>= 8;
      left_--;
    }
  }

 private:
  u64 Next() {
    u64 z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  u64 state_;
  u64 word_ = 0;
  unsigned left_ = 0;
};

}  // namespace emboard
