// The host's fast paths against the software path: same bits, same flags, whatever was set before.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/fp_test_util.h"

namespace emboard::fp::test {
namespace {

template <class F>
class FpFast : public ::testing::Test {};
using HostFormats = ::testing::Types<Binary32, Binary64>;
TYPED_TEST_SUITE(FpFast, HostFormats);

template <class FastOp, class SoftOp>
void ExpectSame(const char* name, Env start, uint64_t a, uint64_t b, uint64_t c, FastOp fast_op,
                SoftOp soft_op) {
  Env fast = start, slow = start;
  const auto expected = soft_op(slow);
  const auto got = fast_op(fast);
  ASSERT_TRUE(expected == got && fast.flags == slow.flags)
      << name << " mode " << int(start.rounding) << std::hex << " flags " << +start.flags << " a=" << a
      << " b=" << b << " c=" << c << " expected " << expected << " flags " << +slow.flags << " got " << got
      << " flags " << +fast.flags;
}

// Mostly the mode and flag that let the fast path run.
Env RandomEnv(Operands<Binary64>& random) {
  Env env;
  if (random.Word() % 8 == 0) env.rounding = kAllModes[random.Word() % std::size(kAllModes)];
  env.flags = static_cast<uint8_t>(random.Word() % 32);
  return env;
}

template <class F>
void CheckArithmetic(const Case<F>& k, const Env& env, MulAddSign sign) {
  const auto [a, b, c] = k;
  ExpectSame(
      "add", env, a, b, c, [&](Env& e) { return fp::Add<F>(k.a, k.b, e); },
      [&](Env& e) { return soft::Add<F>(k.a, k.b, e); });
  ExpectSame(
      "sub", env, a, b, c, [&](Env& e) { return fp::Sub<F>(k.a, k.b, e); },
      [&](Env& e) { return soft::Sub<F>(k.a, k.b, e); });
  ExpectSame(
      "mul", env, a, b, c, [&](Env& e) { return fp::Mul<F>(k.a, k.b, e); },
      [&](Env& e) { return soft::Mul<F>(k.a, k.b, e); });
  ExpectSame(
      "div", env, a, b, c, [&](Env& e) { return fp::Div<F>(k.a, k.b, e); },
      [&](Env& e) { return soft::Div<F>(k.a, k.b, e); });
  ExpectSame(
      "sqrt", env, a, b, c, [&](Env& e) { return fp::Sqrt<F>(k.a, e); },
      [&](Env& e) { return soft::Sqrt<F>(k.a, e); });
  ExpectSame(
      "fma", env, a, b, c, [&](Env& e) { return fp::MulAdd<F>(k.a, k.b, k.c, e, sign); },
      [&](Env& e) { return soft::MulAdd<F>(k.a, k.b, k.c, e, sign); });
}

TYPED_TEST(FpFast, Arithmetic) {
  using F = TypeParam;
  Operands<Binary64> random(30);
  for (const Case<F>& k : MakeCases<F>(2 * kCases, 31)) {
    CheckArithmetic<F>(k, RandomEnv(random), static_cast<MulAddSign>(random.Word() % 4));
    if (this->HasFatalFailure()) return;
  }
}

// The way without a fused instruction, which a host that has one never takes.
TYPED_TEST(FpFast, MulAddByErrorTerms) {
  using F = TypeParam;
  size_t taken = 0;
  for (const Case<F>& k : MakeCases<F>(4 * kCases, 32)) {
    Env env;
    HostType<F> sum = 0;
    if (!host::MulAddByErrorTerms(host::ToHost<F>(k.a), host::ToHost<F>(k.b), host::ToHost<F>(k.c), sum))
      continue;
    const Bits<F> got = host::FromHost<F>(sum);
    if (!host::WellNormal<F>(got)) continue;
    taken++;
    ASSERT_EQ(soft::MulAdd<F>(k.a, k.b, k.c, env, MulAddSign::None), got)
        << std::hex << k.a << " " << k.b << " " << k.c;
    ASSERT_EQ(env.flags & ~kInexact, 0) << std::hex << k.a << " " << k.b << " " << k.c;
  }
  EXPECT_GT(taken, kCases / 2);
}

template <class F, class Int>
void CheckInteger(Bits<F> a, uint64_t word, const Env& env) {
  const auto value = static_cast<Int>(word);
  ExpectSame(
      "to int", env, a, 0, 0, [&](Env& e) { return fp::ToInt<Int, F>(a, e); },
      [&](Env& e) { return soft::ToInt<Int, F>(a, e, kSaturateNanMax); });
  ExpectSame(
      "from int", env, word, 0, 0, [&](Env& e) { return fp::FromInt<F, Int>(value, e); },
      [&](Env& e) { return soft::FromInt<F, Int>(value, e); });
}

TYPED_TEST(FpFast, Integers) {
  using F = TypeParam;
  Operands<F> operands(33);
  Operands<Binary64> random(34);
  for (size_t i = 0; i < 2 * kCases; i++) {
    Env env = RandomEnv(random), ignored;
    if (i % 4 == 0) env.rounding = Rounding::TowardZero;
    uint64_t word = random.Word() >> random.Word() % 64;
    if (i % 3 == 0) word = (uint64_t{1} << word % 64) + random.Word() % 5 - 2;
    if (i % 5 == 0) word = 0 - word;
    const auto near = soft::FromInt<F, int64_t>(static_cast<int64_t>(word), ignored) + random.Word() % 5 - 2;
    const Bits<F> a = i % 2 == 0 ? operands.Next() : static_cast<Bits<F>>(near);
    CheckInteger<F, int32_t>(a, word, env);
    CheckInteger<F, uint32_t>(a, word, env);
    CheckInteger<F, int64_t>(a, word, env);
    CheckInteger<F, uint64_t>(a, word, env);
    if (this->HasFatalFailure()) return;
  }
}

TEST(FpFastConvert, BetweenFormats) {
  Operands<Binary64> random(35);
  Operands<Binary32> narrow(36);
  for (size_t i = 0; i < 2 * kCases; i++) {
    Env ignored;
    const uint32_t a = narrow.Next();
    const uint64_t near = soft::Convert<Binary64, Binary32>(a, ignored) + random.Word() % 3 - 1;
    const uint64_t b = i % 2 == 0 ? random.Next() : near + (random.Word() % 2 << 28);
    const Env env = RandomEnv(random);
    ExpectSame(
        "widen", env, a, 0, 0, [&](Env& e) { return Convert<Binary64, Binary32>(a, e); },
        [&](Env& e) { return soft::Convert<Binary64, Binary32>(a, e); });
    ExpectSame(
        "narrow", env, b, 0, 0, [&](Env& e) { return Convert<Binary32, Binary64>(b, e); },
        [&](Env& e) { return soft::Convert<Binary32, Binary64>(b, e); });
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace emboard::fp::test
