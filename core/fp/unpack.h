#pragma once
// The form that software operations compute in: sign, unbiased exponent, and a significand whose leading one
// is always at the same place, so that subnormals need no further thought.

#include <bit>

#include "core/fp/format.h"

namespace emboard::fp::soft {

template <class W>
inline constexpr int kWidth = static_cast<int>(sizeof(W)) * 8;

// Place of the leading one: the bit above it takes the carry of an addition or a rounding.
template <class W>
inline constexpr int kTop = kWidth<W> - 2;

// The value (-1)^negative * significand / 2^kTop * 2^exponent.
template <class W>
struct Number {
  bool negative;
  int exponent;
  W significand;
};

inline int CountLeadingZeros(uint64_t a) { return std::countl_zero(a); }

inline int CountLeadingZeros(uint128 a) {
  const auto high = static_cast<uint64_t>(a >> 64);
  return high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(static_cast<uint64_t>(a));
}

// Shifts right by distance >= 0; what falls out survives as a one in the lowest bit. Two guard bits and this
// one round every mode correctly.
template <class W>
inline W ShiftRightSticky(W a, int distance) {
  if (distance >= kWidth<W>) return a != 0;
  const W kept = a >> distance;
  return kept | static_cast<W>((kept << distance) != a);
}

// Moves the leading one of a non-zero significand to kTop.
template <class W>
inline Number<W> Normalized(bool negative, int exponent, W significand) {
  const int up = CountLeadingZeros(significand) - 1;
  if (up < 0) return {negative, exponent + 1, ShiftRightSticky(significand, 1)};
  return {negative, exponent - up, significand << up};
}

inline Number<uint128> Widened(const Number<uint64_t>& a) {
  return {a.negative, a.exponent, static_cast<uint128>(a.significand) << 64};
}

// To the given width, sticky; nothing to do where both are the same.
template <class W>
inline Number<W> Narrowed(const Number<W>& a) {
  return a;
}

template <class W>
requires(!std::is_same_v<W, uint128>) inline Number<W> Narrowed(const Number<uint128>& a) {
  const auto high = static_cast<uint64_t>(a.significand >> 64);
  return {a.negative, a.exponent, high | static_cast<uint64_t>(static_cast<uint64_t>(a.significand) != 0)};
}

// Finite and not zero: what Decode takes, in one comparison.
template <class F>
inline bool IsOrdinary(Bits<F> a) {
  return static_cast<Bits<F>>(Abs<F>(a) - 1) < static_cast<Bits<F>>(F::kExponentMask - 1);
}

template <class F>
inline Number<typename F::Work> Decode(Bits<F> a) {
  using W = typename F::Work;
  constexpr int kUp = kTop<W> - F::kFractionBits;
  const int biased = static_cast<int>(Abs<F>(a) >> F::kFractionBits);
  const W fraction = static_cast<W>(a & F::kFractionMask);
  if (biased == 0) [[unlikely]]
    return Normalized<W>(IsNegative<F>(a), 1 - F::kBias, fraction << kUp);
  return {IsNegative<F>(a), biased - F::kBias, (fraction << kUp) | (W{1} << kTop<W>)};
}

}  // namespace emboard::fp::soft
