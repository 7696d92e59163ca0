#pragma once
// Rounding (IEEE 754-2019 §4.3), with overflow (§7.4), underflow (§7.5) and inexact (§7.6).

#include "core/fp/env.h"
#include "core/fp/unpack.h"

namespace emboard::fp::soft {

// Rounds away the lowest `low` bits (at least one) of a magnitude; a carry may grow it by one bit.
template <class W>
inline W RoundAt(W value, int low, bool negative, Rounding rounding) {
  const W unit = W{1} << low;
  const W mask = unit - 1;
  switch (rounding) {
    case Rounding::NearestEven:
      return (value + (mask >> 1) + ((value >> low) & 1)) & ~mask;
    case Rounding::NearestMaxMagnitude:
      return (value + (unit >> 1)) & ~mask;
    case Rounding::Down:
      return (value + (negative ? mask : W{0})) & ~mask;
    case Rounding::Up:
      return (value + (negative ? W{0} : mask)) & ~mask;
    case Rounding::ToOdd:
      return (value & ~mask) | ((value & mask) != 0 ? unit : W{0});
    case Rounding::TowardZero:
      break;
  }
  return value & ~mask;
}

// §7.4: the infinity or the largest finite number, as the direction says.
template <class F>
inline Bits<F> Overflowed(bool negative, Env& env) {
  env.Raise(kOverflow | kInexact);
  switch (env.rounding) {
    case Rounding::TowardZero:
    case Rounding::ToOdd:
      return MaxFinite<F>(negative);
    case Rounding::Down:
      return negative ? Infinity<F>(true) : MaxFinite<F>(false);
    case Rounding::Up:
      return negative ? MaxFinite<F>(true) : Infinity<F>(false);
    case Rounding::NearestEven:
    case Rounding::NearestMaxMagnitude:
      break;
  }
  return Infinity<F>(negative);
}

// How far a Work significand lies above the format's.
template <class F>
inline constexpr int kGuardBits = kTop<typename F::Work> - F::kFractionBits;

// A significand with its integer bit adds one to the exponent field below it, and so does a carry from
// rounding.
template <class F>
inline Bits<F> Pack(bool negative, int biased, typename F::Work rounded) {
  const auto fraction = static_cast<Bits<F>>(rounded >> kGuardBits<F>);
  const auto exponent = static_cast<Bits<F>>(static_cast<Bits<F>>(biased - 1) << F::kFractionBits);
  return static_cast<Bits<F>>(Zero<F>(negative) | static_cast<Bits<F>>(exponent + fraction));
}

// §7.5: tiny after rounding means that the result would be below the normal range even if the exponent range
// were unbounded (what RISC-V asks for, 20240411 §20.4).
template <class F>
inline bool IsTiny(const Number<typename F::Work>& a, int biased, const Env& env) {
  if (biased < 0 || env.rules->tininess == Tininess::BeforeRounding) return true;
  const auto rounded = RoundAt(a.significand, kGuardBits<F>, a.negative, env.rounding);
  return (rounded >> (kTop<typename F::Work> + 1)) == 0;
}

template <class F>
Bits<F> RoundSubnormal(const Number<typename F::Work>& a, int biased, Env& env) {
  const auto shifted = ShiftRightSticky(a.significand, 1 - biased);
  const auto rounded = RoundAt(shifted, kGuardBits<F>, a.negative, env.rounding);
  if (rounded != shifted) env.Raise(IsTiny<F>(a, biased, env) ? kUnderflow | kInexact : kInexact);
  return Pack<F>(a.negative, 1, rounded);
}

// The one way from a computed value (a non-zero significand with its leading one at kTop) to a result.
template <class F>
inline Bits<F> RoundAndPack(const Number<typename F::Work>& a, Env& env) {
  const int biased = a.exponent + F::kBias;
  if (biased <= 0) [[unlikely]]
    return RoundSubnormal<F>(a, biased, env);
  if (biased >= F::kMaxExponent) [[unlikely]]
    return Overflowed<F>(a.negative, env);
  const auto rounded = RoundAt(a.significand, kGuardBits<F>, a.negative, env.rounding);
  const Bits<F> result = Pack<F>(a.negative, biased, rounded);
  if (IsInfinite<F>(result)) [[unlikely]]
    return Overflowed<F>(a.negative, env);
  if (rounded != a.significand) env.Raise(kInexact);
  return result;
}

}  // namespace emboard::fp::soft
