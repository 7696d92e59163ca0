#pragma once
// Fused multiply-add on the host (see host_fast.h): by its instruction if there is one, otherwise from exact
// error terms (Dekker, Numer. Math. 18, 1971; Handbook of Floating-Point Arithmetic, 2nd ed., §4.3-4.4). Wasm
// has none.

#include "core/fp/host_fast.h"

namespace emboard::fp::host {

// The library's fma is the instruction where the processor has it, and slower than the software path
// elsewhere.
inline bool HasFma() {
#if defined(__FMA__) || defined(__aarch64__)
  return true;
#elif defined(__x86_64__)
  return __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

// The product is exact in double. The sum, once rounded, rounds on to float correctly unless it looks like a
// tie.
inline bool MulAddByErrorTerms(float a, float b, float c, float& result) {
  const double sum = static_cast<double>(a) * static_cast<double>(b) + static_cast<double>(c);
  constexpr int kDropped = Binary64::kFractionBits - Binary32::kFractionBits;
  constexpr uint64_t kDroppedMask = (uint64_t{1} << kDropped) - 1;
  result = static_cast<float>(sum);
  return (FromHost<Binary64>(sum) & kDroppedMask) != uint64_t{1} << (kDropped - 1);
}

struct Sum {
  double value;
  double error;
};

// value + error is the exact a + b (Knuth's TwoSum).
inline Sum TwoSum(double a, double b) {
  const double value = a + b;
  const double from_b = value - a;
  return {value, (a - (value - from_b)) + (b - from_b)};
}

// The upper half of a significand; what remains fits the lower half (Veltkamp).
inline double UpperHalf(double a) {
  const double scaled = a * 134217729.0;  // 2^27 + 1
  return scaled - (scaled - a);
}

// a * b - product, exactly.
inline double ProductError(double a, double b, double product) {
  const double a1 = UpperHalf(a), a2 = a - a1;
  const double b1 = UpperHalf(b), b2 = b - b1;
  return ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2;
}

// Between these bounds no step below overflows, and no error term is lost to underflow.
inline bool HasErrorTerms(double a) {
  const double magnitude = std::fabs(a);
  return magnitude > 0x1p-400 && magnitude < 0x1p400;
}

// a * b + c = sum + rest up to a last bit of rest; where adding a little more and a little less rounds the
// same, that is the rounded result, since rounding is monotonic.
inline bool MulAddByErrorTerms(double a, double b, double c, double& result) {
  if (!HasErrorTerms(a) || !HasErrorTerms(b) || !(std::fabs(c) < 0x1p900)) return false;
  const double product = a * b;
  const Sum sum = TwoSum(product, c);
  const double rest = sum.error + ProductError(a, b, product);
  const double slack = rest * 0x1p-52;
  result = sum.value + (rest - slack);
  return result == sum.value + (rest + slack);
}

template <class F>
inline Bits<F> NegateIf(Bits<F> a, MulAddSign sign, MulAddSign which) {
  const bool negate = (static_cast<int>(sign) & static_cast<int>(which)) != 0;
  return negate ? Negate<F>(a) : a;
}

template <class F>
inline bool MulAdd(Bits<F> a, Bits<F> b, Bits<F> c, const Env& env, MulAddSign sign, Bits<F>& result) {
  if constexpr (kHasHost<F>) {
    if (!MayUseHost(env)) return false;
    const Host<F> x = ToHost<F>(NegateIf<F>(a, sign, MulAddSign::NegateProduct)), y = ToHost<F>(b);
    const Host<F> z = ToHost<F>(NegateIf<F>(c, sign, MulAddSign::NegateAddend));
    Host<F> sum;
    if (HasFma()) {
      sum = std::fma(x, y, z);
    } else if (!MulAddByErrorTerms(x, y, z, sum)) {
      return false;
    }
    result = FromHost<F>(sum);
    return WellNormal<F>(result);
  }
  return false;
}

}  // namespace emboard::fp::host
