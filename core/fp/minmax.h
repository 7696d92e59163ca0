#pragma once
// Minimum and maximum (IEEE 754-2019 §9.6). RISC-V FMIN/FMAX are MinimumNumber/MaximumNumber (20240411
// §20.6), Zfa's FMINM/FMAXM are Minimum/Maximum.

#include "core/fp/compare.h"

namespace emboard::fp {

// A NaN loses against a number. Rules of 2008 make an exception for signaling NaNs.
template <class F>
constexpr Bits<F> NumberOverNan(Bits<F> a, Bits<F> b, Env& env) {
  const bool signaling = IsSignaling<F>(a, *env.rules) || IsSignaling<F>(b, *env.rules);
  if (signaling) env.Raise(kInvalid);
  const bool both = IsNan<F>(a) && IsNan<F>(b);
  if (both || (signaling && !env.rules->minmax_returns_number)) return PropagateNan<F>(a, b, env);
  return IsNan<F>(a) ? b : a;
}

template <class F>
constexpr bool EitherNan(Bits<F> a, Bits<F> b) {
  return IsNan<F>(a) || IsNan<F>(b);
}

template <class F>
constexpr Bits<F> MinimumNumber(Bits<F> a, Bits<F> b, Env& env) {
  if (EitherNan<F>(a, b)) [[unlikely]]
    return NumberOverNan<F>(a, b, env);
  return PrecedesWithZeros<F>(b, a) ? b : a;
}

template <class F>
constexpr Bits<F> MaximumNumber(Bits<F> a, Bits<F> b, Env& env) {
  if (EitherNan<F>(a, b)) [[unlikely]]
    return NumberOverNan<F>(a, b, env);
  return PrecedesWithZeros<F>(a, b) ? b : a;
}

template <class F>
constexpr Bits<F> Minimum(Bits<F> a, Bits<F> b, Env& env) {
  if (EitherNan<F>(a, b)) [[unlikely]]
    return PropagateNan<F>(a, b, env);
  return PrecedesWithZeros<F>(b, a) ? b : a;
}

template <class F>
constexpr Bits<F> Maximum(Bits<F> a, Bits<F> b, Env& env) {
  if (EitherNan<F>(a, b)) [[unlikely]]
    return PropagateNan<F>(a, b, env);
  return PrecedesWithZeros<F>(a, b) ? b : a;
}

}  // namespace emboard::fp
