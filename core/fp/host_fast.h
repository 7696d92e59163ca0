#pragma once
// The host's own operation, where it provably gives the guest's bits and flags.
//
// Rounding to nearest-even is the only mode a host offers everywhere (Wasm has no other and no flags), so it
// is required. Flags are sticky: once Inexact is set, an operation that can raise nothing else changes no
// flag, and a result well inside the normal range can raise nothing else. Everything else takes the software
// path. NaNs never come from here: their bits are the guest's affair.

#include <cfloat>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "core/fp/env.h"
#include "core/fp/format.h"

namespace emboard::fp::host {

// A host that evaluates in a wider format rounds twice (32-bit x86 without SSE2).
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD == 0
inline constexpr bool kExactHost = true;
#else
inline constexpr bool kExactHost = false;
#endif

template <class F>
struct HostFormat {
  using Type = void;
};
template <>
struct HostFormat<Binary32> {
  using Type = float;
};
template <>
struct HostFormat<Binary64> {
  using Type = double;
};

template <class F>
using Host = typename HostFormat<F>::Type;

template <class F>
inline constexpr bool kHasHost = kExactHost && !std::is_void_v<Host<F>>;

inline bool MayUseHost(const Env& env) {
  return env.rounding == Rounding::NearestEven && (env.flags & kInexact) != 0;
}

// std::bit_cast, which emcc 3.1.6's library lacks.
template <class F>
inline Host<F> ToHost(Bits<F> a) {
  return __builtin_bit_cast(Host<F>, a);
}

template <class F>
inline Bits<F> FromHost(Host<F> a) {
  return __builtin_bit_cast(Bits<F>, a);
}

// Above the smallest normal number, so that the result was not tiny, neither before nor after rounding; and
// finite, so that neither overflow nor infinite or NaN operands or division by zero occurred.
template <class F>
inline bool WellNormal(Bits<F> a) {
  constexpr Bits<F> kSmallest = Bits<F>{1} << F::kFractionBits;
  return static_cast<Bits<F>>(Abs<F>(a) - kSmallest - 1) <
         static_cast<Bits<F>>(F::kExponentMask - kSmallest - 1);
}

// A sum in or below the first normal binade is exact, hence finite is enough.
template <class F>
inline bool Add(Bits<F> a, Bits<F> b, const Env& env, Bits<F>& result) {
  if constexpr (kHasHost<F>) {
    if (!MayUseHost(env)) return false;
    result = FromHost<F>(ToHost<F>(a) + ToHost<F>(b));
    return IsFinite<F>(result);
  }
  return false;
}

template <class F>
inline bool Sub(Bits<F> a, Bits<F> b, const Env& env, Bits<F>& result) {
  if constexpr (kHasHost<F>) {
    if (!MayUseHost(env)) return false;
    result = FromHost<F>(ToHost<F>(a) - ToHost<F>(b));
    return IsFinite<F>(result);
  }
  return false;
}

template <class F>
inline bool Mul(Bits<F> a, Bits<F> b, const Env& env, Bits<F>& result) {
  if constexpr (kHasHost<F>) {
    if (!MayUseHost(env)) return false;
    result = FromHost<F>(ToHost<F>(a) * ToHost<F>(b));
    return WellNormal<F>(result) || (IsZero<F>(result) && (IsZero<F>(a) || IsZero<F>(b)));
  }
  return false;
}

template <class F>
inline bool Div(Bits<F> a, Bits<F> b, const Env& env, Bits<F>& result) {
  if constexpr (kHasHost<F>) {
    if (!MayUseHost(env)) return false;
    result = FromHost<F>(ToHost<F>(a) / ToHost<F>(b));
    return WellNormal<F>(result) || (IsZero<F>(result) && IsZero<F>(a));
  }
  return false;
}

// A square root is never near the ends of the range.
template <class F>
inline bool Sqrt(Bits<F> a, const Env& env, Bits<F>& result) {
  if constexpr (kHasHost<F>) {
    if (!MayUseHost(env) || (IsNegative<F>(a) && !IsZero<F>(a))) return false;
    result = FromHost<F>(std::sqrt(ToHost<F>(a)));
    return IsFinite<F>(result);
  }
  return false;
}

}  // namespace emboard::fp::host
