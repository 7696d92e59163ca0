#pragma once
// Multiplication (IEEE 754-2019 §5.4.1).

#include "core/fp/nan.h"
#include "core/fp/round.h"
#include "core/fp/soft.h"

namespace emboard::fp::soft {

// Exact products. A significand of at most 31 bits stands in the upper half of its word, so that the product
// still fits one.
template <class Wide>
Wide SignificandProduct(uint64_t a, uint64_t b);

template <>
inline uint64_t SignificandProduct<uint64_t>(uint64_t a, uint64_t b) {
  return (a >> 31) * (b >> 31);
}

template <>
inline uint128 SignificandProduct<uint128>(uint64_t a, uint64_t b) {
  return static_cast<uint128>(a << 1) * static_cast<uint128>(b << 1);
}

template <class F>
inline Number<typename F::Wide> ExactProduct(Bits<F> a, Bits<F> b) {
  using Wide = typename F::Wide;
  static_assert(F::kPrecision <= kWidth<Wide> / 2 - 2);
  const auto x = Decode<F>(a);
  const auto y = Decode<F>(b);
  const Wide product = SignificandProduct<Wide>(x.significand, y.significand);
  const int carry = static_cast<int>(product >> (kTop<Wide> + 1));
  return {x.negative != y.negative, x.exponent + y.exponent + carry, product >> carry};
}

// Some operand is zero or infinite, none a NaN.
template <class F>
Bits<F> MulSpecial(Bits<F> a, Bits<F> b, Env& env) {
  const bool negative = IsNegative<F>(a) != IsNegative<F>(b);
  const bool zero = IsZero<F>(a) || IsZero<F>(b);
  const bool infinite = IsInfinite<F>(a) || IsInfinite<F>(b);
  if (zero && infinite) return InvalidResult<F>(env);
  return zero ? Zero<F>(negative) : Infinity<F>(negative);
}

template <class F>
Bits<F> Mul(Bits<F> a, Bits<F> b, Env& env) {
  if (IsOrdinary<F>(a) && IsOrdinary<F>(b)) [[likely]] {
    return RoundAndPack<F>(Narrowed<typename F::Work>(ExactProduct<F>(a, b)), env);
  }
  if (IsNan<F>(a) || IsNan<F>(b)) return PropagateNan<F>(a, b, env);
  return MulSpecial<F>(a, b, env);
}

}  // namespace emboard::fp::soft
