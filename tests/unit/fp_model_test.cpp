// Software arithmetic against exact integers: all six rounding modes, both definitions of tininess,
// binary16's square roots exhaustively.

#include <gtest/gtest.h>

#include "tests/unit/fp_model.h"

namespace emboard::fp::test {
namespace {

template <class F>
class FpModel : public ::testing::Test {};
using Formats = ::testing::Types<Binary16, Binary32, Binary64>;
TYPED_TEST_SUITE(FpModel, Formats);

template <class F, class Op>
void Expect(const char* name, Bits<F> expected, const Env& model, Op op, Bits<F> a, Bits<F> b, Bits<F> c) {
  Env env{model.rounding, 0, model.rules};
  const Bits<F> got = op(env);
  ASSERT_TRUE(got == expected && env.flags == model.flags)
      << name << " mode " << int(env.rounding) << std::hex << " a=" << a << " b=" << b << " c=" << c
      << " expected " << expected << " flags " << +model.flags << " got " << got << " flags " << +env.flags;
}

template <class F>
void CheckBinary(Bits<F> a, Bits<F> b, const Env& env) {
  const Exact x = Value<F>(a), y = Value<F>(b);
  Exact sum{};
  if (Sum(x, y, sum)) {
    Env model = env;
    const auto expected = RoundedOrZero<F>(sum, model, SumZeroSign(x.negative, y.negative, env));
    Expect<F>(
        "add", expected, model, [&](Env& e) { return soft::Add<F>(a, b, e); }, a, b, 0);
    Expect<F>(
        "sub", expected, model, [&](Env& e) { return soft::Sub<F>(a, Negate<F>(b), e); }, a, b, 0);
  }
  Env model = env;
  const auto product = RoundedOrZero<F>(Product(x, y), model, x.negative != y.negative);
  Expect<F>(
      "mul", product, model, [&](Env& e) { return soft::Mul<F>(a, b, e); }, a, b, 0);
  if (y.magnitude == 0) return;
  Env divided = env;
  const auto quotient =
      x.magnitude == 0 ? Zero<F>(x.negative != y.negative) : Rounded<F>(Quotient(x, y), divided);
  Expect<F>(
      "div", quotient, divided, [&](Env& e) { return soft::Div<F>(a, b, e); }, a, b, 0);
}

template <class F>
void CheckMulAdd(Bits<F> a, Bits<F> b, Bits<F> c, MulAddSign sign, const Env& env) {
  Exact product = Product(Value<F>(a), Value<F>(b)), addend = Value<F>(c), sum{};
  product.negative ^= (static_cast<int>(sign) & 1) != 0;
  addend.negative ^= (static_cast<int>(sign) & 2) != 0;
  if (!Sum(product, addend, sum)) return;
  Env model = env;
  const auto expected = RoundedOrZero<F>(sum, model, SumZeroSign(product.negative, addend.negative, env));
  Expect<F>(
      "fma", expected, model, [&](Env& e) { return soft::MulAdd<F>(a, b, c, e, sign); }, a, b, c);
}

TYPED_TEST(FpModel, Arithmetic) {
  using F = TypeParam;
  Operands<F> operands(11);
  for (int i = 0; i < 150'000; i++) {
    const Bits<F> a = operands.Next(), b = operands.Other(a);
    Env ignored;
    const Bits<F> c =
        operands.Word() % 2 == 0 ? operands.Other(a) : operands.Near(soft::Mul<F>(a, b, ignored));
    const auto sign = static_cast<MulAddSign>(operands.Word() % 4);
    if (!IsFinite<F>(a) || !IsFinite<F>(b) || !IsFinite<F>(c)) continue;
    for (const Rounding rounding : kAllModes) {
      const Env env{rounding, 0, &kTininessRules[i % 2]};
      CheckBinary<F>(a, b, env);
      CheckMulAdd<F>(a, b, c, sign, env);
      if (this->HasFatalFailure()) return;
    }
  }
}

// Products and quotients all around the smallest normal number, where tininess is decided.
TYPED_TEST(FpModel, Tininess) {
  using F = TypeParam;
  Operands<F> operands(12);
  for (int i = 0; i < 50'000; i++) {
    const auto a = static_cast<Bits<F>>(operands.Word() & ~static_cast<uint64_t>(F::kExponentMask));
    const auto b = static_cast<Bits<F>>(operands.Word() & ~static_cast<uint64_t>(F::kExponentMask));
    const int up = static_cast<int>(operands.Word() % 3);
    const auto x = static_cast<Bits<F>>(a | static_cast<Bits<F>>(Bits<F>(F::kBias - 1) << F::kFractionBits));
    const auto y = static_cast<Bits<F>>(b | static_cast<Bits<F>>(Bits<F>(up) << F::kFractionBits));
    const auto ones = static_cast<Bits<F>>(x | (F::kFractionMask & ~Bits<F>{3}));
    for (const Rounding rounding : kAllModes) {
      const Env env{rounding, 0, &kTininessRules[i % 2]};
      CheckBinary<F>(y, x, env);
      CheckBinary<F>(y, ones, env);
      if (this->HasFatalFailure()) return;
    }
  }
}

template <class F>
void CheckSqrt(Bits<F> a, Rounding rounding) {
  if (!IsFinite<F>(a) || IsZero<F>(a) || IsNegative<F>(a)) return;
  Env model{rounding};
  const auto expected = Rounded<F>(Root(Value<F>(a)), model);
  Expect<F>(
      "sqrt", expected, model, [&](Env& e) { return soft::Sqrt<F>(a, e); }, a, 0, 0);
}

TYPED_TEST(FpModel, Sqrt) {
  using F = TypeParam;
  Operands<F> operands(13);
  constexpr bool kAll = sizeof(Bits<F>) == 2;
  for (uint32_t i = 0; i < (kAll ? 0x10000u : 50'000u); i++) {
    const Bits<F> a = kAll ? static_cast<Bits<F>>(i) : operands.Next();
    for (const Rounding rounding : kAllModes) CheckSqrt<F>(a, rounding);
    if (this->HasFatalFailure()) return;
  }
}

// Exact roots and their neighbours.
TYPED_TEST(FpModel, SqrtOfSquares) {
  using F = TypeParam;
  Operands<F> operands(19);
  for (int i = 0; i < 50'000; i++) {
    Env env;
    const uint64_t root = (operands.Word() >> (64 - F::kPrecision / 2)) + (i % 3 == 0 ? 0 : 1);
    const int up = F::kPrecision > 11 ? static_cast<int>(operands.Word() % 8) * 2 : 0;
    const auto square = soft::FromInt<F, uint64_t>(root * root, env);
    const auto moved = static_cast<Bits<F>>(square + (Bits<F>(up) << F::kFractionBits));
    for (const Rounding rounding : kAllModes) {
      CheckSqrt<F>(moved, rounding);
      CheckSqrt<F>(static_cast<Bits<F>>(moved + 1), rounding);
      CheckSqrt<F>(static_cast<Bits<F>>(moved - 1), rounding);
    }
    if (this->HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace emboard::fp::test
