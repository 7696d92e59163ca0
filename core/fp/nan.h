#pragma once
// NaNs by the guest's rules (IEEE 754-2019 §6.2).

#include <cstddef>

#include "core/fp/env.h"
#include "core/fp/format.h"

namespace emboard::fp {

template <class F>
constexpr bool IsSignaling(Bits<F> a, const NanRules& rules) {
  return IsNan<F>(a) && ((a & F::kQuietMask) != 0) == rules.signaling_bit_set;
}

template <class F>
constexpr Bits<F> DefaultNan(const NanRules& rules) {
  const bool low_ones = rules.default_low_ones || rules.signaling_bit_set;
  const unsigned long long fraction =
      (low_ones ? F::kQuietMask - 1ull : 0) | (rules.signaling_bit_set ? 0 : F::kQuietMask);
  return static_cast<Bits<F>>(Infinity<F>(rules.default_negative) | static_cast<Bits<F>>(fraction));
}

// With the MIPS polarity, clearing the bit could leave an infinity: a signaling NaN becomes the default one.
template <class F>
constexpr Bits<F> Quieted(Bits<F> nan, const NanRules& rules) {
  if (!rules.signaling_bit_set) return static_cast<Bits<F>>(nan | F::kQuietMask);
  return IsSignaling<F>(nan, rules) ? DefaultNan<F>(rules) : nan;
}

template <class F>
constexpr Bits<F> FirstNan(const Bits<F>* operand, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (IsNan<F>(operand[i])) return operand[i];
  }
  return 0;
}

template <class F>
constexpr Bits<F> FirstSignalingNan(const Bits<F>* operand, size_t count, const NanRules& rules) {
  for (size_t i = 0; i < count; i++) {
    if (IsSignaling<F>(operand[i], rules)) return operand[i];
  }
  return FirstNan<F>(operand, count);
}

// x87: the larger significand, which puts quiet before signaling, then the positive one (Intel SDM vol. 1,
// table 4-7).
template <class F>
constexpr Bits<F> LargestNan(const Bits<F>* operand, size_t count) {
  Bits<F> best = 0;
  for (size_t i = 0; i < count; i++) {
    const Bits<F> a = operand[i];
    const bool larger = Abs<F>(a) > Abs<F>(best) || (Abs<F>(a) == Abs<F>(best) && a < best);
    if (IsNan<F>(a) && larger) best = a;
  }
  return best;
}

// The result of an operation with a NaN among its operands, given in the guest's order.
template <class F>
constexpr Bits<F> PropagateNan(const Bits<F>* operand, size_t count, Env& env) {
  const NanRules& rules = *env.rules;
  for (size_t i = 0; i < count; i++) {
    if (IsSignaling<F>(operand[i], rules)) env.Raise(kInvalid);
  }
  switch (rules.result) {
    case NanResult::FirstOperand:
      return Quieted<F>(FirstNan<F>(operand, count), rules);
    case NanResult::FirstSignaling:
      return Quieted<F>(FirstSignalingNan<F>(operand, count, rules), rules);
    case NanResult::LargestFraction:
      return Quieted<F>(LargestNan<F>(operand, count), rules);
    case NanResult::Default:
      break;
  }
  return DefaultNan<F>(rules);
}

template <class F>
constexpr Bits<F> PropagateNan(Bits<F> a, Bits<F> b, Env& env) {
  const Bits<F> operand[] = {a, b};
  return PropagateNan<F>(operand, 2, env);
}

template <class F>
constexpr Bits<F> PropagateNan(Bits<F> a, Env& env) {
  return PropagateNan<F>(&a, 1, env);
}

template <class F>
constexpr Bits<F> InvalidResult(Env& env) {
  env.Raise(kInvalid);
  return DefaultNan<F>(*env.rules);
}

}  // namespace emboard::fp
