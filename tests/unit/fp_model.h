#pragma once
// IEEE 754 in exact integer arithmetic, by the words of the standard: what tests hold core/fp against. It
// shares no code with core/fp but the traits.

#include "tests/unit/fp_test_util.h"

namespace emboard::fp::test {

__extension__ typedef __int128 int128;

// (-1)^negative * magnitude * 2^exponent, plus less than one unit of the last place if `rest`.
struct Exact {
  bool negative;
  uint128 magnitude;
  int exponent;
  bool rest = false;
};

template <class F>
Exact Value(Bits<F> a) {
  const int field = (a & F::kExponentMask) >> F::kFractionBits;
  const uint128 fraction = a & F::kFractionMask;
  const int exponent = (field == 0 ? 1 : field) - F::kBias - F::kFractionBits;
  return {IsNegative<F>(a), field == 0 ? fraction : fraction + (uint128{1} << F::kFractionBits), exponent};
}

inline int BitLength(uint128 a) {
  int length = 0;
  for (; a != 0; a >>= 1) length++;
  return length;
}

// The integer nearest to a / 2^exponent in the sense of `rounding`, as a magnitude.
inline uint128 RoundToMultiple(const Exact& a, int exponent, Rounding rounding, bool& inexact) {
  const int drop = exponent - a.exponent;
  if (drop <= 0) {
    inexact = a.rest;  // Callers with a rest always drop bits.
    return a.magnitude << -drop;
  }
  const uint128 whole = drop > 127 ? 0 : a.magnitude >> drop;
  const uint128 part = drop > 127 ? a.magnitude : a.magnitude - (whole << drop);
  const bool reachable = drop <= 127;
  const uint128 half = reachable ? uint128{1} << (drop - 1) : ~uint128{0};
  inexact = part != 0 || a.rest;
  const bool above = part > half || (part == half && a.rest);
  const bool tie = part == half && !a.rest;
  switch (rounding) {
    case Rounding::NearestEven:
      return whole + (above || (tie && whole % 2 == 1));
    case Rounding::NearestMaxMagnitude:
      return whole + (above || tie);
    case Rounding::Down:
      return whole + (a.negative && inexact);
    case Rounding::Up:
      return whole + (!a.negative && inexact);
    case Rounding::ToOdd:
      return whole + (inexact && whole % 2 == 0);
    case Rounding::TowardZero:
      break;
  }
  return whole;
}

// A non-zero value rounded into the format, by the words of IEEE 754-2019 §4.3 and §7.
template <class F>
Bits<F> Rounded(const Exact& a, Env& env) {
  constexpr int kLeast = 1 - F::kBias - F::kFractionBits;
  const int place = a.exponent + BitLength(a.magnitude) - F::kPrecision;
  bool inexact = false, unbounded_inexact = false;
  const uint128 unbounded = RoundToMultiple(a, place, env.rounding, unbounded_inexact);
  const uint128 bounded = place < kLeast ? RoundToMultiple(a, kLeast, env.rounding, inexact) : unbounded;
  if (place >= kLeast) inexact = unbounded_inexact;
  const bool tiny = env.rules->tininess == Tininess::BeforeRounding
                        ? place < kLeast
                        : place + BitLength(unbounded) - 1 < 1 - F::kBias;
  const int exponent = place < kLeast ? kLeast : place;
  if (bounded != 0 && exponent + BitLength(bounded) - 1 > F::kBias) {
    env.flags |= kOverflow | kInexact;
    const bool away =
        env.rounding == Rounding::NearestEven || env.rounding == Rounding::NearestMaxMagnitude ||
        (env.rounding == Rounding::Up && !a.negative) || (env.rounding == Rounding::Down && a.negative);
    return away ? Infinity<F>(a.negative) : MaxFinite<F>(a.negative);
  }
  if (inexact) env.flags |= tiny ? kUnderflow | kInexact : kInexact;
  const uint128 steps = static_cast<uint128>(exponent - kLeast) << F::kFractionBits;
  return static_cast<Bits<F>>(Zero<F>(a.negative) | static_cast<Bits<F>>(steps + bounded));
}

template <class F>
Bits<F> RoundedOrZero(const Exact& a, Env& env, bool zero_negative) {
  return a.magnitude == 0 ? Zero<F>(zero_negative) : Rounded<F>(a, env);
}

// False when the sum does not fit the model.
inline bool Sum(Exact a, Exact b, Exact& sum) {
  if (a.magnitude == 0 || b.magnitude == 0) {
    sum = a.magnitude == 0 ? b : a;
    return true;
  }
  Exact& high = a.exponent >= b.exponent ? a : b;
  const Exact& low = a.exponent >= b.exponent ? b : a;
  const int up = high.exponent - low.exponent;
  if (up + BitLength(high.magnitude) > 125 || BitLength(low.magnitude) > 125) return false;
  const auto x = static_cast<int128>(high.magnitude << up), y = static_cast<int128>(low.magnitude);
  const int128 total = (high.negative ? -x : x) + (low.negative ? -y : y);
  sum = {total < 0, static_cast<uint128>(total < 0 ? -total : total), low.exponent};
  return true;
}

inline bool SumZeroSign(bool a, bool b, const Env& env) {
  return a == b ? a : env.rounding == Rounding::Down;
}

inline Exact Product(const Exact& a, const Exact& b) {
  return {a.negative != b.negative, a.magnitude * b.magnitude, a.exponent + b.exponent};
}

inline Exact Quotient(const Exact& a, const Exact& b) {
  const int up = 124 - BitLength(a.magnitude);
  const uint128 numerator = a.magnitude << up;
  return {a.negative != b.negative, numerator / b.magnitude, a.exponent - up - b.exponent,
          numerator % b.magnitude != 0};
}

inline Exact Root(const Exact& a) {
  int up = 124 - BitLength(a.magnitude);
  if (((a.exponent - up) & 1) != 0) up--;
  uint128 rest = a.magnitude << up, root = 0;
  for (uint128 bit = uint128{1} << 124; bit != 0; bit >>= 2) {  // Digit by digit.
    const bool fits = rest >= root + bit;
    if (fits) rest -= root + bit;
    root = (root >> 1) + (fits ? bit : 0);
  }
  return {false, root, (a.exponent - up) / 2, rest != 0};
}

inline constexpr NanRules kTininessRules[] = {NanRules{}, NanRules{.tininess = Tininess::BeforeRounding}};

}  // namespace emboard::fp::test
