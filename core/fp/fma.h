#pragma once
// Fused multiply-add (IEEE 754-2019 §5.4.1): one rounding, of the exact a * b + c.

#include "core/fp/add.h"
#include "core/fp/mul.h"

namespace emboard::fp::soft {

constexpr bool Negates(MulAddSign sign, MulAddSign which) {
  return (static_cast<unsigned>(sign) & static_cast<unsigned>(which)) != 0;
}

template <class F>
constexpr bool IsInfinityTimesZero(Bits<F> a, Bits<F> b) {
  return (IsInfinite<F>(a) && IsZero<F>(b)) || (IsZero<F>(a) && IsInfinite<F>(b));
}

// §7.2(c): infinity times zero with a NaN addend is the guest's choice (RISC-V 20240411 §20.6 raises
// Invalid).
template <class F>
Bits<F> MulAddNan(Bits<F> a, Bits<F> b, Bits<F> c, Env& env) {
  const NanRules& rules = *env.rules;
  const Bits<F> given[] = {a, b, c};
  const Bits<F> ordered[] = {given[rules.fma_order[0]], given[rules.fma_order[1]], given[rules.fma_order[2]]};
  const Bits<F> result = PropagateNan<F>(ordered, 3, env);
  if (!IsInfinityTimesZero<F>(a, b)) return result;
  if (rules.inf_zero_nan_invalid) env.Raise(kInvalid);
  return rules.inf_zero_nan_default && !IsSignaling<F>(c, rules) ? DefaultNan<F>(rules) : result;
}

// Some operand is zero or infinite, none a NaN; factor is a with the product's sign change.
template <class F>
Bits<F> MulAddSpecial(Bits<F> factor, Bits<F> b, Bits<F> addend, Env& env) {
  if (IsInfinityTimesZero<F>(factor, b)) return InvalidResult<F>(env);
  const bool negative = IsNegative<F>(factor) != IsNegative<F>(b);
  if (IsInfinite<F>(factor) || IsInfinite<F>(b)) return AddSpecial<F>(Infinity<F>(negative), addend, env);
  if (IsInfinite<F>(addend)) return addend;
  if (IsZero<F>(factor) || IsZero<F>(b)) return AddSpecial<F>(Zero<F>(negative), addend, env);
  return RoundAndPack<F>(Narrowed<typename F::Work>(ExactProduct<F>(factor, b)), env);
}

inline Number<uint64_t> ResizedTo(const Number<uint64_t>& a, uint64_t) { return a; }

inline Number<uint128> ResizedTo(const Number<uint64_t>& a, uint128) { return Widened(a); }

template <class F>
Bits<F> MulAddOrdinary(Bits<F> factor, Bits<F> b, Bits<F> addend, Env& env) {
  using Wide = typename F::Wide;
  const auto sum = AddNumbers(ExactProduct<F>(factor, b), ResizedTo(Decode<F>(addend), Wide{}));
  if (sum.significand == 0) return Zero<F>(ZeroSumIsNegative(env));
  return RoundAndPack<F>(Narrowed<typename F::Work>(sum), env);
}

template <class F>
Bits<F> MulAdd(Bits<F> a, Bits<F> b, Bits<F> c, Env& env, MulAddSign sign) {
  if (IsNan<F>(a) || IsNan<F>(b) || IsNan<F>(c)) [[unlikely]]
    return MulAddNan<F>(a, b, c, env);
  const Bits<F> factor = Negates(sign, MulAddSign::NegateProduct) ? Negate<F>(a) : a;
  const Bits<F> addend = Negates(sign, MulAddSign::NegateAddend) ? Negate<F>(c) : c;
  if (IsOrdinary<F>(a) && IsOrdinary<F>(b) && IsOrdinary<F>(c)) [[likely]] {
    return MulAddOrdinary<F>(factor, b, addend, env);
  }
  return MulAddSpecial<F>(factor, b, addend, env);
}

}  // namespace emboard::fp::soft
