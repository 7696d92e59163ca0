#pragma once
// Binary interchange formats (IEEE 754-2019 §3.4) as traits, and the operations on bare bit patterns.

#include <cstdint>

namespace emboard::fp {

__extension__ typedef unsigned __int128 uint128;

// Work holds a significand with guard bits and room for a carry; Wide holds an exact product with the same
// room. A further format is one more line below; one with an explicit integer bit also specialises Decode and
// Pack.
template <int kExponentWidth, int kFractionWidth, class BitsType, class WorkType, class WideType>
struct Format {
  using Bits = BitsType;
  using Work = WorkType;
  using Wide = WideType;
  static constexpr int kExponentBits = kExponentWidth;
  static constexpr int kFractionBits = kFractionWidth;
  static constexpr int kPrecision = kFractionBits + 1;
  static constexpr int kBias = (1 << (kExponentBits - 1)) - 1;
  static constexpr int kMaxExponent = (1 << kExponentBits) - 1;  // Biased; infinities and NaNs.
  static constexpr Bits kFractionMask = static_cast<Bits>((Bits{1} << kFractionBits) - 1);
  static constexpr Bits kExponentMask = static_cast<Bits>(Bits{kMaxExponent} << kFractionBits);
  static constexpr Bits kSignMask = static_cast<Bits>(Bits{1} << (kExponentBits + kFractionBits));
  static constexpr Bits kQuietMask = static_cast<Bits>(Bits{1} << (kFractionBits - 1));
};

struct Binary16 : Format<5, 10, uint16_t, uint64_t, uint64_t> {};
struct Binary32 : Format<8, 23, uint32_t, uint64_t, uint64_t> {};
struct Binary64 : Format<11, 52, uint64_t, uint64_t, uint128> {};

template <class F>
using Bits = typename F::Bits;

// Sign operations touch no flag and keep NaNs as they are (§5.5.1).
template <class F>
constexpr Bits<F> Negate(Bits<F> a) {
  return static_cast<Bits<F>>(a ^ F::kSignMask);
}

template <class F>
constexpr Bits<F> Abs(Bits<F> a) {
  return static_cast<Bits<F>>(a & static_cast<Bits<F>>(~F::kSignMask));
}

template <class F>
constexpr Bits<F> CopySign(Bits<F> magnitude, Bits<F> sign) {
  return static_cast<Bits<F>>(Abs<F>(magnitude) | (sign & F::kSignMask));
}

// Predicates (§5.7.2); none signals.
template <class F>
constexpr bool IsNegative(Bits<F> a) {
  return (a & F::kSignMask) != 0;
}

template <class F>
constexpr bool IsZero(Bits<F> a) {
  return Abs<F>(a) == 0;
}

template <class F>
constexpr bool IsInfinite(Bits<F> a) {
  return Abs<F>(a) == F::kExponentMask;
}

template <class F>
constexpr bool IsFinite(Bits<F> a) {
  return Abs<F>(a) < F::kExponentMask;
}

template <class F>
constexpr bool IsNan(Bits<F> a) {
  return Abs<F>(a) > F::kExponentMask;
}

template <class F>
constexpr bool IsSubnormal(Bits<F> a) {
  return (a & F::kExponentMask) == 0 && !IsZero<F>(a);
}

// Values built from parts.
template <class F>
constexpr Bits<F> Zero(bool negative) {
  return negative ? F::kSignMask : Bits<F>{0};
}

template <class F>
constexpr Bits<F> Infinity(bool negative) {
  return static_cast<Bits<F>>(Zero<F>(negative) | F::kExponentMask);
}

template <class F>
constexpr Bits<F> MaxFinite(bool negative) {
  return static_cast<Bits<F>>(Infinity<F>(negative) - 1);
}

}  // namespace emboard::fp
