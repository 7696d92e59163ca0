#pragma once
// The software path of every operation: declared here for all users, defined in add.h ... integer.h and
// compiled once by arithmetic.cpp and conversions.cpp. Results never depend on the host's floating point.

#include "core/fp/env.h"
#include "core/fp/format.h"

namespace emboard::fp::soft {

// Arithmetic (IEEE 754-2019 §5.4.1).
template <class F>
Bits<F> Add(Bits<F> a, Bits<F> b, Env& env);
template <class F>
Bits<F> Sub(Bits<F> a, Bits<F> b, Env& env);
template <class F>
Bits<F> Mul(Bits<F> a, Bits<F> b, Env& env);
template <class F>
Bits<F> Div(Bits<F> a, Bits<F> b, Env& env);
template <class F>
Bits<F> Sqrt(Bits<F> a, Env& env);
template <class F>
Bits<F> MulAdd(Bits<F> a, Bits<F> b, Bits<F> c, Env& env, MulAddSign sign);

// Round to an integral value of the same format, without and with Inexact (§5.9).
template <class F>
Bits<F> RoundToIntegral(Bits<F> a, Env& env);
template <class F>
Bits<F> RoundToIntegralExact(Bits<F> a, Env& env);

// Conversions (§5.4.1, §5.4.2). Int is int32_t, uint32_t, int64_t or uint64_t.
template <class To, class From>
Bits<To> Convert(Bits<From> a, Env& env);
template <class Int, class F>
Int ToInt(Bits<F> a, Env& env, IntRule rule);
template <class F, class Int>
Bits<F> FromInt(Int value, Env& env);

}  // namespace emboard::fp::soft
