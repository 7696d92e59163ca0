#pragma once
// Conversions on the host (see host_fast.h). An exact conversion raises nothing and is the same in every
// rounding mode; converting back and comparing tells whether it was.

#include <limits>

#include "core/fp/host_fast.h"

namespace emboard::fp::host {

template <class To, class From>
inline bool Convert(Bits<From> a, const Env& env, Bits<To>& result) {
  if constexpr (kHasHost<To> && kHasHost<From>) {
    const auto value = static_cast<Host<To>>(ToHost<From>(a));
    result = FromHost<To>(value);
    if (static_cast<Host<From>>(value) == ToHost<From>(a))
      return !IsInfinite<To>(result);  // No NaN gets here.
    return MayUseHost(env) && WellNormal<To>(result);
  }
  return false;
}

// Truncates on the host: right for exact values, and for any when that is the rounding asked for.
template <class Int, class F>
inline bool ToInt(Bits<F> a, Env& env, Int& result) {
  if constexpr (kHasHost<F>) {
    constexpr Host<F> kLimit = 9223372036854775808.0f;  // 2^63
    const Host<F> value = ToHost<F>(a);
    if (!(value > -kLimit && value < kLimit)) return false;
    const auto whole = static_cast<int64_t>(value);
    result = static_cast<Int>(whole);
    if (static_cast<int64_t>(result) != whole || (std::is_unsigned_v<Int> && whole < 0)) return false;
    if (static_cast<Host<F>>(whole) == value) return true;
    if (env.rounding != Rounding::TowardZero) return false;
    env.Raise(kInexact);
    return true;
  }
  return false;
}

template <class F, class Int>
inline bool FromInt(Int value, const Env& env, Bits<F>& result) {
  if constexpr (kHasHost<F>) {
    constexpr Int kExact =
        F::kPrecision < std::numeric_limits<Int>::digits
            ? static_cast<Int>(uint64_t{1} << (F::kPrecision % std::numeric_limits<Int>::digits))
            : std::numeric_limits<Int>::max();
    const bool exact = value <= kExact && (std::is_unsigned_v<Int> || value >= static_cast<Int>(0 - kExact));
    if (!exact && !MayUseHost(env)) return false;
    result = FromHost<F>(static_cast<Host<F>>(value));
    return true;
  }
  return false;
}

}  // namespace emboard::fp::host
