#pragma once
// Square root (IEEE 754-2019 §5.4.1). The host's square root is the first guess; integer arithmetic corrects
// it, so the result does not depend on how well the host rounds.

#include <cmath>

#include "core/fp/nan.h"
#include "core/fp/round.h"
#include "core/fp/soft.h"

namespace emboard::fp::soft {

// floor(sqrt(a)) for a >= 2^62, then a sticky bit at the bottom of the result scaled by 2^31.
inline uint64_t NarrowRoot(uint64_t a) {
  auto root = static_cast<uint64_t>(std::sqrt(static_cast<double>(a)));
  if (root > 0xffffffff) root = 0xffffffff;
  while (root * root > a) root--;
  while (a - root * root > 2 * root) root++;
  return (root << 31) | static_cast<uint64_t>(root * root != a);
}

// floor(sqrt(a * 2^62)), sticky, for a >= 2^62: one Newton step from a guess that is good to 50 bits. The
// rest a * 2^62 - root^2 is small, so that it fits modulo 2^128 with its sign.
inline uint64_t WideRoot(uint64_t a) {
  constexpr double kTwo31 = 2147483648.0;
  const uint128 square = static_cast<uint128>(a) << 62;
  const double guess = std::sqrt(static_cast<double>(a)) * kTwo31;
  auto root = static_cast<uint64_t>(guess);
  uint128 rest = square - static_cast<uint128>(root) * root;
  const auto scaled = static_cast<double>(static_cast<int64_t>(static_cast<uint64_t>(rest >> 32)));
  root += static_cast<uint64_t>(static_cast<int64_t>(scaled * (kTwo31 / guess)));
  rest = square - static_cast<uint128>(root) * root;
  while ((rest >> 127) != 0) {
    root--;
    rest += 2 * static_cast<uint128>(root) + 1;
  }
  while (rest > 2 * static_cast<uint128>(root)) {
    rest -= 2 * static_cast<uint128>(root) + 1;
    root++;
  }
  return root | static_cast<uint64_t>(rest != 0);
}

template <class F>
inline Bits<F> SqrtOrdinary(Bits<F> a, Env& env) {
  const auto x = Decode<F>(a);
  const int odd = x.exponent & 1;
  const uint64_t even = x.significand << odd;
  const uint64_t root = F::kPrecision <= 30 ? NarrowRoot(even) : WideRoot(even);
  return RoundAndPack<F>(Number<uint64_t>{false, (x.exponent - odd) / 2, root}, env);
}

// §6.3: the square root of -0 is -0.
template <class F>
Bits<F> Sqrt(Bits<F> a, Env& env) {
  if (IsNan<F>(a)) return PropagateNan<F>(a, env);
  if (IsZero<F>(a)) return a;
  if (IsNegative<F>(a)) return InvalidResult<F>(env);
  if (IsInfinite<F>(a)) return a;
  return SqrtOrdinary<F>(a, env);
}

}  // namespace emboard::fp::soft
