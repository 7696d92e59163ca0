#pragma once
// To and from integers (IEEE 754-2019 §5.4.1, §5.8).

#include <limits>
#include <type_traits>

#include "core/fp/nan.h"
#include "core/fp/round.h"
#include "core/fp/soft.h"

namespace emboard::fp::soft {

// INT_MIN, or all ones.
template <class Int>
inline constexpr Int kIndefiniteInt = std::is_signed_v<Int> ? std::numeric_limits<Int>::min()
                                                            : std::numeric_limits<Int>::max();

template <class Int>
Int NanToInt(Env& env, IntRule rule) {
  env.Raise(kInvalid);
  if (rule.nan == IntNan::Max) return std::numeric_limits<Int>::max();
  return rule.nan == IntNan::Zero ? Int{0} : kIndefiniteInt<Int>;
}

// §5.8: Invalid, and not Inexact with it. The low bits are those of the rounded value.
template <class Int>
Int OutOfIntRange(bool negative, uint64_t low_bits, Env& env, IntRule rule) {
  env.Raise(kInvalid);
  if (rule.range == IntRange::Wrap) return static_cast<Int>(negative ? 0 - low_bits : low_bits);
  if (rule.range == IntRange::Indefinite) return kIndefiniteInt<Int>;
  return negative ? std::numeric_limits<Int>::min() : std::numeric_limits<Int>::max();
}

// The integer part as a 64-bit magnitude after rounding, for an exponent below 64.
inline uint64_t RoundedMagnitude(const Number<uint64_t>& a, Env& env) {
  constexpr int kPoint = kTop<uint64_t>;
  if (a.exponent >= kPoint) return a.significand << (a.exponent - kPoint);
  const bool below_half = a.exponent < -1;  // Any such value rounds like the smallest one.
  const int low = a.exponent < 0 ? kPoint + 1 : kPoint - a.exponent;
  const uint64_t value = below_half ? 1 : a.significand;
  const uint64_t rounded = RoundAt(value, low, a.negative, env.rounding);
  if (rounded != value) env.Raise(kInexact);
  return rounded >> low;
}

template <class Int>
constexpr bool FitsInt(bool negative, uint64_t magnitude) {
  constexpr auto kMax = static_cast<uint64_t>(std::numeric_limits<Int>::max());
  if (!negative) return magnitude <= kMax;
  return magnitude <= (std::is_signed_v<Int> ? kMax + 1 : 0);
}

template <class Int>
Int NumberToInt(const Number<uint64_t>& a, Env& env, IntRule rule) {
  if (a.exponent >= 64) {
    const int up = a.exponent - kTop<uint64_t>;
    return OutOfIntRange<Int>(a.negative, up < 64 ? a.significand << up : 0, env, rule);
  }
  const uint8_t before = env.flags;
  const uint64_t magnitude = RoundedMagnitude(a, env);
  if (FitsInt<Int>(a.negative, magnitude)) [[likely]] {
    return static_cast<Int>(a.negative ? 0 - magnitude : magnitude);
  }
  env.flags = before;
  return OutOfIntRange<Int>(a.negative, magnitude, env, rule);
}

template <class Int, class F>
Int ToInt(Bits<F> a, Env& env, IntRule rule) {
  if (IsOrdinary<F>(a)) [[likely]]
    return NumberToInt<Int>(Decode<F>(a), env, rule);
  if (IsZero<F>(a)) return 0;
  if (IsNan<F>(a)) return NanToInt<Int>(env, rule);
  return OutOfIntRange<Int>(IsNegative<F>(a), 0, env, rule);
}

template <class F, class Int>
Bits<F> FromInt(Int value, Env& env) {
  if (value == 0) return 0;
  const bool negative = value < Int{0};
  const auto wide = static_cast<uint64_t>(value);
  const uint64_t magnitude = negative ? 0 - wide : wide;
  return RoundAndPack<F>(Normalized(negative, kTop<uint64_t>, magnitude), env);
}

}  // namespace emboard::fp::soft
