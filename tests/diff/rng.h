#pragma once
// Repeatable random numbers: the same on every host, so a seed names a program for ever.

#include <initializer_list>
#include <span>

#include "core/base/bits.h"

namespace emboard::diff {

class Rng {
 public:
  explicit Rng(u64 seed) : state_(seed) {}

  /// splitmix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
  u64 Next() {
    u64 z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  u64 Below(u64 bound) { return Next() % bound; }
  /// In low..high, both included.
  i64 Between(i64 low, i64 high) { return low + static_cast<i64>(Below(static_cast<u64>(high - low) + 1)); }
  bool Percent(unsigned chance) { return Below(100) < chance; }
  template <class T>
  T Pick(std::initializer_list<T> choices) {
    return choices.begin()[Below(choices.size())];
  }
  template <class T>
  const T& PickFrom(std::span<const T> choices) {
    return choices[Below(choices.size())];
  }
  /// A value that finds bugs more often than a uniform one does.
  u64 Interesting() {
    switch (Below(6)) {
      case 0:
        return Next();
      case 1:
        return Next() >> Below(64);
      case 2:
        return SignExtend(Next(), static_cast<unsigned>(1 + Below(64)));
      case 3:
        return (u64{1} << Below(64)) - Below(2);
      case 4:
        return Pick<u64>(
            {0, 1, ~u64{0}, 0x80000000, 0x7fffffff, 0xffffffff80000000, u64{1} << 63, ~u64{0} >> 1});
      default:
        return Next() & Next() & Next();
    }
  }

 private:
  u64 state_;
};

}  // namespace emboard::diff
