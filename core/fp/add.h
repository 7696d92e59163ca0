#pragma once
// Addition and subtraction (IEEE 754-2019 §5.4.1, signs of zero §6.3).

#include <utility>

#include "core/fp/nan.h"
#include "core/fp/round.h"
#include "core/fp/soft.h"

namespace emboard::fp::soft {

// x + y of opposite signs, |x| in a binade not below |y|'s. Beyond one place of alignment the difference
// loses at most one leading bit, so the sticky bit stays below the rounding point; up to one place nothing
// falls out.
template <class W>
inline Number<W> SubtractMagnitudes(const Number<W>& x, W y) {
  const bool swapped = y > x.significand;
  const W difference = swapped ? y - x.significand : x.significand - y;
  if (difference == 0) return {false, 0, 0};
  return Normalized<W>(x.negative != swapped, x.exponent, difference);
}

// Exact up to a sticky lowest bit; a zero significand is an exact cancellation.
template <class W>
inline Number<W> AddNumbers(const Number<W>& a, const Number<W>& b) {
  const bool ordered = a.exponent >= b.exponent;
  const Number<W>& x = ordered ? a : b;
  const Number<W>& y = ordered ? b : a;
  const W aligned = ShiftRightSticky(y.significand, x.exponent - y.exponent);
  if (x.negative != y.negative) return SubtractMagnitudes(x, aligned);
  const W sum = x.significand + aligned;
  const int carry = static_cast<int>(sum >> (kTop<W> + 1));
  return {x.negative, x.exponent + carry, (sum >> carry) | (sum & 1)};
}

// §6.3: an exact zero sum is +0, but -0 when rounding down.
inline bool ZeroSumIsNegative(const Env& env) { return env.rounding == Rounding::Down; }

// Some operand is zero, infinite or a NaN.
template <class F>
Bits<F> AddSpecial(Bits<F> a, Bits<F> b, Env& env) {
  const bool opposite = IsNegative<F>(a) != IsNegative<F>(b);
  if (IsInfinite<F>(a)) return IsInfinite<F>(b) && opposite ? InvalidResult<F>(env) : a;
  if (IsInfinite<F>(b)) return b;
  if (!IsZero<F>(a)) return a;
  if (!IsZero<F>(b)) return b;
  return opposite ? Zero<F>(ZeroSumIsNegative(env)) : a;
}

template <class F>
inline Bits<F> AddOrdinary(Bits<F> a, Bits<F> b, Env& env) {
  const auto sum = AddNumbers(Decode<F>(a), Decode<F>(b));
  if (sum.significand == 0) return Zero<F>(ZeroSumIsNegative(env));
  return RoundAndPack<F>(sum, env);
}

template <class F>
Bits<F> Add(Bits<F> a, Bits<F> b, Env& env) {
  if (IsOrdinary<F>(a) && IsOrdinary<F>(b)) [[likely]]
    return AddOrdinary<F>(a, b, env);
  if (IsNan<F>(a) || IsNan<F>(b)) return PropagateNan<F>(a, b, env);
  return AddSpecial<F>(a, b, env);
}

// A NaN subtrahend keeps its sign.
template <class F>
Bits<F> Sub(Bits<F> a, Bits<F> b, Env& env) {
  if (IsOrdinary<F>(a) && IsOrdinary<F>(b)) [[likely]]
    return AddOrdinary<F>(a, Negate<F>(b), env);
  if (IsNan<F>(a) || IsNan<F>(b)) return PropagateNan<F>(a, b, env);
  return AddSpecial<F>(a, Negate<F>(b), env);
}

}  // namespace emboard::fp::soft
