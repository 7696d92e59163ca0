#pragma once
// Operands for floating-point tests: random, but crowded where implementations go wrong.

#include <cstdint>
#include <iterator>
#include <ostream>
#include <random>
#include <vector>

#include "core/fp/fp.h"

namespace emboard::fp::test {

inline constexpr Rounding kAllModes[] = {
    Rounding::NearestEven, Rounding::TowardZero,          Rounding::Down,
    Rounding::Up,          Rounding::NearestMaxMagnitude, Rounding::ToOdd};

template <class F>
class Operands {
 public:
  explicit Operands(uint64_t seed) : random_(seed) {}

  uint64_t Word() { return random_(); }

  Bits<F> Next() {
    switch (Word() % 8) {
      case 0:
        return Special();
      case 1:
        return Boundary();
      case 2:
        return With(Exponent(), Runs());
      case 3:
        return With(static_cast<int>(Word() % 3), Runs());
      case 4:
        return With(F::kBias - 2 + static_cast<int>(Word() % 5), Runs());
      case 5:
        return With(Exponent(), static_cast<Bits<F>>(Word()));
      default:
        return static_cast<Bits<F>>(Word());
    }
  }

  // Cancels with `a`, or nearly so; or lies within a significand's width of it.
  Bits<F> Near(Bits<F> a) {
    const auto step = static_cast<Bits<F>>(Word() % 5 - 2);
    const auto place = static_cast<int>(Word() % (F::kPrecision + 4));
    switch (Word() % 4) {
      case 0:
        return static_cast<Bits<F>>(Negate<F>(a) + step);
      case 1:
        return static_cast<Bits<F>>(a + step);
      case 2:
        return static_cast<Bits<F>>(a - (static_cast<Bits<F>>(place) << F::kFractionBits));
      default:
        return static_cast<Bits<F>>(Next() ^ (a & F::kExponentMask));
    }
  }

  Bits<F> Other(Bits<F> a) { return Word() % 3 == 0 ? Near(a) : Next(); }

 private:
  Bits<F> Special() {
    const Bits<F> one = static_cast<Bits<F>>(Bits<F>{F::kBias} << F::kFractionBits);
    const Bits<F> min_normal = Bits<F>{1} << F::kFractionBits;
    const Bits<F> table[] = {0,
                             1,
                             2,
                             F::kFractionMask,
                             min_normal,
                             static_cast<Bits<F>>(min_normal + 1),
                             one,
                             static_cast<Bits<F>>(one + 1),
                             static_cast<Bits<F>>(one - 1),
                             MaxFinite<F>(false),
                             F::kExponentMask,
                             static_cast<Bits<F>>(F::kExponentMask | F::kQuietMask),
                             static_cast<Bits<F>>(F::kExponentMask | 1),
                             static_cast<Bits<F>>(~F::kSignMask),
                             static_cast<Bits<F>>(F::kExponentMask | F::kQuietMask | (F::kQuietMask >> 3))};
    return Signed(table[Word() % std::size(table)]);
  }

  Bits<F> Boundary() { return static_cast<Bits<F>>(Special() + static_cast<Bits<F>>(Word() % 17 - 8)); }

  int Exponent() { return static_cast<int>(Word() % (F::kMaxExponent + 1)); }

  // A few runs of ones and zeros: ties and long carries.
  Bits<F> Runs() {
    uint64_t pattern = 0;
    for (uint64_t i = Word() % 4; i > 0; i--) pattern ^= ~uint64_t{0} >> (64 - 1 - Word() % F::kPrecision);
    return static_cast<Bits<F>>(pattern);
  }

  Bits<F> With(int exponent, Bits<F> fraction) {
    const auto top = static_cast<Bits<F>>(static_cast<Bits<F>>(exponent) << F::kFractionBits);
    return Signed(static_cast<Bits<F>>(top | (fraction & F::kFractionMask)));
  }

  Bits<F> Signed(Bits<F> a) { return Word() % 2 == 0 ? a : Negate<F>(a); }

  std::mt19937_64 random_;
};

inline constexpr size_t kCases = 200'000;

template <class F>
using HostType = host::Host<F>;

template <class T>
struct Outcome {
  T value;
  uint8_t flags;
  bool operator==(const Outcome&) const = default;
};

template <class T>
std::ostream& operator<<(std::ostream& out, const Outcome<T>& a) {
  return out << std::hex << +a.value << " flags " << +a.flags << std::dec;
}

template <class F>
struct Case {
  Bits<F> a, b, c;
};

template <class F>
std::vector<Case<F>> MakeCases(size_t count, uint64_t seed) {
  Operands<F> operands(seed);
  std::vector<Case<F>> cases(count);
  for (Case<F>& k : cases) {
    k.a = operands.Next();
    k.b = operands.Other(k.a);
    k.c = operands.Other(k.a);
    volatile HostType<F> product = host::ToHost<F>(k.a) * host::ToHost<F>(k.b);
    if (operands.Word() % 2 == 0) k.c = operands.Near(host::FromHost<F>(product));
  }
  return cases;
}

}  // namespace emboard::fp::test
