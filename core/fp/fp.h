#pragma once
// Software IEEE 754-2019 for guests: the operations as code generators and helpers call them.
//
//   fp::Env env{fp::Rounding::Up};                    // flags accumulate in env.flags
//   uint64_t sum = fp::Add<fp::Binary64>(a, b, env);  // operands and results are bit patterns
//
// Formats: Binary16, Binary32, Binary64 (format.h). Env, NanRules, IntRule, Rounding and flags: env.h.
// Sign operations and predicates (Negate, Abs, CopySign, IsNan ...): format.h.
// Each call takes the host's own instruction when that provably gives the same bits and flags (host_*.h),
// otherwise the software path, which fp::soft:: offers by itself.

#include "core/fp/compare.h"
#include "core/fp/env.h"
#include "core/fp/format.h"
#include "core/fp/host_convert.h"
#include "core/fp/host_fast.h"
#include "core/fp/host_fma.h"
#include "core/fp/minmax.h"
#include "core/fp/soft.h"

namespace emboard::fp {

// From compare.h, inline (IEEE 754-2019 §5.11): bool Eq, Lt, Le, LtQuiet, LeQuiet <F>(a, b, env). Eq raises
// Invalid for signaling NaNs only, Lt and Le for every NaN, the Quiet ones for signaling NaNs only. Also
// uint16_t Classify<F>(a, rules): one bit of Class.
//
// From minmax.h, inline (§9.6): MinimumNumber, MaximumNumber <F>(a, b, env): -0 < +0, one NaN gives the other
// operand. Minimum, Maximum <F>(a, b, env): a NaN gives a NaN.

template <class F>
inline Bits<F> Add(Bits<F> a, Bits<F> b, Env& env) {
  Bits<F> result;
  if (host::Add<F>(a, b, env, result)) return result;
  return soft::Add<F>(a, b, env);
}

template <class F>
inline Bits<F> Sub(Bits<F> a, Bits<F> b, Env& env) {
  Bits<F> result;
  if (host::Sub<F>(a, b, env, result)) return result;
  return soft::Sub<F>(a, b, env);
}

template <class F>
inline Bits<F> Mul(Bits<F> a, Bits<F> b, Env& env) {
  Bits<F> result;
  if (host::Mul<F>(a, b, env, result)) return result;
  return soft::Mul<F>(a, b, env);
}

template <class F>
inline Bits<F> Div(Bits<F> a, Bits<F> b, Env& env) {
  Bits<F> result;
  if (host::Div<F>(a, b, env, result)) return result;
  return soft::Div<F>(a, b, env);
}

template <class F>
inline Bits<F> Sqrt(Bits<F> a, Env& env) {
  Bits<F> result;
  if (host::Sqrt<F>(a, env, result)) return result;
  return soft::Sqrt<F>(a, env);
}

// a * b + c, rounded once. RISC-V FMADD None, FMSUB NegateAddend, FNMSUB NegateProduct, FNMADD NegateBoth.
template <class F>
inline Bits<F> MulAdd(Bits<F> a, Bits<F> b, Bits<F> c, Env& env, MulAddSign sign = MulAddSign::None) {
  Bits<F> result;
  if (host::MulAdd<F>(a, b, c, env, sign, result)) return result;
  return soft::MulAdd<F>(a, b, c, env, sign);
}

using soft::RoundToIntegral;       // Bits<F> RoundToIntegral<F>(Bits<F> a, Env& env): never Inexact (FROUND)
using soft::RoundToIntegralExact;  // Bits<F> RoundToIntegralExact<F>(Bits<F> a, Env& env): Inexact (FROUNDNX)

template <class To, class From>
inline Bits<To> Convert(Bits<From> a, Env& env) {
  Bits<To> result;
  if (host::Convert<To, From>(a, env, result)) return result;
  return soft::Convert<To, From>(a, env);
}

// Rounds by env.rounding first, so -0.5 toward zero is a mere Inexact even for unsigned.
template <class Int, class F>
inline Int ToInt(Bits<F> a, Env& env, IntRule rule = kSaturateNanMax) {
  Int result;
  if (host::ToInt<Int, F>(a, env, result)) return result;
  return soft::ToInt<Int, F>(a, env, rule);
}

template <class F, class Int>
inline Bits<F> FromInt(Int value, Env& env) {
  Bits<F> result;
  if (host::FromInt<F, Int>(value, env, result)) return result;
  return soft::FromInt<F, Int>(value, env);
}

}  // namespace emboard::fp
