#pragma once
// Between formats (IEEE 754-2019 §5.4.2), and to an integral value within one (§5.9).

#include "core/fp/nan.h"
#include "core/fp/round.h"
#include "core/fp/soft.h"

namespace emboard::fp::soft {

// §6.2.3: the payload keeps its most significant bits. A quieted NaN's quiet bit survives that; with the MIPS
// polarity the fraction could come out as zero, and the default NaN takes its place.
template <class To, class From>
Bits<To> ConvertNan(Bits<From> a, Env& env) {
  const NanRules& rules = *env.rules;
  const Bits<From> quiet = PropagateNan<From>(a, env);
  if (rules.result == NanResult::Default) return DefaultNan<To>(rules);
  constexpr int kUp = To::kFractionBits - From::kFractionBits;
  const uint64_t fraction = quiet & From::kFractionMask;
  const uint64_t moved = kUp >= 0 ? fraction << (kUp & 63) : fraction >> (-kUp & 63);
  if (moved == 0) return DefaultNan<To>(rules);
  return static_cast<Bits<To>>(Infinity<To>(IsNegative<From>(quiet)) | static_cast<Bits<To>>(moved));
}

template <class To, class From>
Bits<To> Convert(Bits<From> a, Env& env) {
  if (IsOrdinary<From>(a)) [[likely]]
    return RoundAndPack<To>(Decode<From>(a), env);
  if (IsNan<From>(a)) return ConvertNan<To, From>(a, env);
  return IsZero<From>(a) ? Zero<To>(IsNegative<From>(a)) : Infinity<To>(IsNegative<From>(a));
}

// |a| < 1 and not zero: 0 or 1, found by rounding a stand-in with two fraction bits.
template <class F>
Bits<F> FractionToIntegral(Bits<F> a, Rounding rounding) {
  constexpr int kHalfExponent = F::kBias - 1;
  constexpr Bits<F> kOne = static_cast<Bits<F>>(Bits<F>{F::kBias} << F::kFractionBits);
  constexpr Bits<F> kHalf = static_cast<Bits<F>>(Bits<F>{kHalfExponent} << F::kFractionBits);
  const Bits<F> magnitude = Abs<F>(a);
  const uint64_t quarters = magnitude < kHalf ? 1 : magnitude == kHalf ? 2 : 3;
  const bool one = RoundAt(quarters, 2, IsNegative<F>(a), rounding) != 0;
  return CopySign<F>(one ? kOne : Bits<F>{0}, a);
}

// The bits below the binary point are the lowest of the pattern, and a carry out of the fraction rightly goes
// into the exponent. At exponent 0 the "odd" bit is the exponent's lowest, which is one as the hidden bit is.
template <class F>
Bits<F> RoundToIntegral(Bits<F> a, Env& env) {
  if (!IsOrdinary<F>(a)) return IsNan<F>(a) ? PropagateNan<F>(a, env) : a;
  const Bits<F> magnitude = Abs<F>(a);
  const int exponent = static_cast<int>(magnitude >> F::kFractionBits) - F::kBias;
  if (exponent >= F::kFractionBits) return a;
  if (exponent < 0) return FractionToIntegral<F>(a, env.rounding);
  const int low = F::kFractionBits - exponent;
  const auto rounded = RoundAt<uint64_t>(magnitude, low, IsNegative<F>(a), env.rounding);
  return CopySign<F>(static_cast<Bits<F>>(rounded), a);
}

template <class F>
Bits<F> RoundToIntegralExact(Bits<F> a, Env& env) {
  const Bits<F> result = RoundToIntegral<F>(a, env);
  if (result != a && !IsNan<F>(a)) env.Raise(kInexact);
  return result;
}

}  // namespace emboard::fp::soft
