#pragma once
// Division (IEEE 754-2019 §5.4.1, §7.3).

#include "core/fp/nan.h"
#include "core/fp/round.h"
#include "core/fp/soft.h"

namespace emboard::fp::soft {

struct QuotientDigit {
  uint64_t quotient;
  uint64_t remainder;
};

// (high * 2^32) / divisor, where high < divisor and divisor has its top bit set: schoolbook division with one
// digit of 32 bits (Knuth, TAOCP 4.3.1 D). A 128-by-64-bit instruction is not to be had portably.
inline QuotientDigit DivideDigit(uint64_t high, uint64_t divisor) {
  const uint64_t upper = divisor >> 32;
  const uint64_t lower = divisor & 0xffffffff;
  uint64_t digit = high / upper;
  uint64_t rest = high - digit * upper;
  while ((digit >> 32) != 0 || digit * lower > (rest << 32)) {
    digit--;
    rest += upper;
    if ((rest >> 32) != 0) break;
  }
  return {digit, (high << 32) - digit * divisor};
}

// floor(a * 2^64 / b) with a sticky lowest bit, for a < b, b's top bit set.
inline uint64_t DivideFraction(uint64_t a, uint64_t b) {
  const QuotientDigit first = DivideDigit(a, b);
  const QuotientDigit second = DivideDigit(first.remainder, b);
  return (first.quotient << 32) | second.quotient | static_cast<uint64_t>(second.remainder != 0);
}

// a / b * 2^kTop, sticky, of two significands with leading ones at kTop.
template <class F>
inline uint64_t SignificandQuotient(uint64_t a, uint64_t b) {
  if constexpr (F::kPrecision <= 30) {  // One division gives more than enough bits.
    const uint64_t divisor = b >> kGuardBits<F>;
    const uint64_t quotient = a / divisor;
    return (quotient << F::kFractionBits) | static_cast<uint64_t>(quotient * divisor != a);
  } else {
    return DivideFraction(a >> 1, b << 1);
  }
}

template <class F>
inline Bits<F> DivOrdinary(Bits<F> a, Bits<F> b, Env& env) {
  const auto x = Decode<F>(a);
  const auto y = Decode<F>(b);
  const uint64_t quotient = SignificandQuotient<F>(x.significand, y.significand);
  return RoundAndPack<F>(Normalized(x.negative != y.negative, x.exponent - y.exponent, quotient), env);
}

// Some operand is zero or infinite, none a NaN.
template <class F>
Bits<F> DivSpecial(Bits<F> a, Bits<F> b, Env& env) {
  const bool negative = IsNegative<F>(a) != IsNegative<F>(b);
  if (IsInfinite<F>(a)) return IsInfinite<F>(b) ? InvalidResult<F>(env) : Infinity<F>(negative);
  if (IsInfinite<F>(b)) return Zero<F>(negative);
  if (!IsZero<F>(b)) return Zero<F>(negative);
  if (IsZero<F>(a)) return InvalidResult<F>(env);
  env.Raise(kDivideByZero);
  return Infinity<F>(negative);
}

template <class F>
Bits<F> Div(Bits<F> a, Bits<F> b, Env& env) {
  if (IsOrdinary<F>(a) && IsOrdinary<F>(b)) [[likely]]
    return DivOrdinary<F>(a, b, env);
  if (IsNan<F>(a) || IsNan<F>(b)) return PropagateNan<F>(a, b, env);
  return DivSpecial<F>(a, b, env);
}

}  // namespace emboard::fp::soft
