#pragma once
// Comparisons (IEEE 754-2019 §5.11) and Classify, inline: they are a few integer instructions.

#include "core/fp/env.h"
#include "core/fp/format.h"
#include "core/fp/nan.h"

namespace emboard::fp {

enum class NanCompare { Quiet, Signaling };

// True if a or b is a NaN, with Invalid as the predicate demands: no relation but "unordered" then holds.
template <class F>
constexpr bool Unordered(Bits<F> a, Bits<F> b, Env& env, NanCompare kind = NanCompare::Quiet) {
  if (!IsNan<F>(a) && !IsNan<F>(b)) return false;
  const bool signaling = IsSignaling<F>(a, *env.rules) || IsSignaling<F>(b, *env.rules);
  if (kind == NanCompare::Signaling || signaling) env.Raise(kInvalid);
  return true;
}

// Numbers only; -0 equals +0.
template <class F>
constexpr bool OrderedEqual(Bits<F> a, Bits<F> b) {
  return a == b || (IsZero<F>(a) && IsZero<F>(b));
}

// Total over numbers with -0 < +0: bit patterns order like sign-magnitude integers.
template <class F>
constexpr bool PrecedesWithZeros(Bits<F> a, Bits<F> b) {
  if (IsNegative<F>(a) != IsNegative<F>(b)) return IsNegative<F>(a);
  return IsNegative<F>(a) ? a > b : a < b;
}

template <class F>
constexpr bool OrderedLess(Bits<F> a, Bits<F> b) {
  return PrecedesWithZeros<F>(a, b) && !(IsZero<F>(a) && IsZero<F>(b));
}

template <class F>
constexpr bool Eq(Bits<F> a, Bits<F> b, Env& env) {
  return !Unordered<F>(a, b, env) && OrderedEqual<F>(a, b);
}

template <class F>
constexpr bool Lt(Bits<F> a, Bits<F> b, Env& env) {
  return !Unordered<F>(a, b, env, NanCompare::Signaling) && OrderedLess<F>(a, b);
}

template <class F>
constexpr bool Le(Bits<F> a, Bits<F> b, Env& env) {
  return !Unordered<F>(a, b, env, NanCompare::Signaling) && !OrderedLess<F>(b, a);
}

template <class F>
constexpr bool LtQuiet(Bits<F> a, Bits<F> b, Env& env) {
  return !Unordered<F>(a, b, env) && OrderedLess<F>(a, b);
}

template <class F>
constexpr bool LeQuiet(Bits<F> a, Bits<F> b, Env& env) {
  return !Unordered<F>(a, b, env) && !OrderedLess<F>(b, a);
}

// §5.7.2 class, as one bit of Class; never signals.
template <class F>
constexpr uint16_t Classify(Bits<F> a, const NanRules& rules = kDefaultNanRules) {
  if (IsNan<F>(a)) return IsSignaling<F>(a, rules) ? kSignalingNan : kQuietNan;
  const bool negative = IsNegative<F>(a);
  if (IsInfinite<F>(a)) return negative ? kNegativeInfinity : kPositiveInfinity;
  if (IsZero<F>(a)) return negative ? kNegativeZero : kPositiveZero;
  if (IsSubnormal<F>(a)) return negative ? kNegativeSubnormal : kPositiveSubnormal;
  return negative ? kNegativeNormal : kPositiveNormal;
}

}  // namespace emboard::fp
