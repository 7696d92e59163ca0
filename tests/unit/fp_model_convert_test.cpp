// Software conversions against exact integers: all six rounding modes, all of binary16.

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/fp_model.h"

namespace emboard::fp::test {
namespace {

template <class F>
class FpModelInteger : public ::testing::Test {};
using Formats = ::testing::Types<Binary16, Binary32, Binary64>;
TYPED_TEST_SUITE(FpModelInteger, Formats);

template <class To, class From>
void CheckConvert(Bits<From> a) {
  if (!IsFinite<From>(a)) return;
  for (const NanRules& rules : kTininessRules) {
    for (const Rounding rounding : kAllModes) {
      Env model{rounding, 0, &rules}, env = model;
      const auto expected = RoundedOrZero<To>(Value<From>(a), model, IsNegative<From>(a));
      const auto got = soft::Convert<To, From>(a, env);
      ASSERT_TRUE(got == expected && env.flags == model.flags)
          << "mode " << int(rounding) << std::hex << " a=" << a << " expected " << expected << " got " << got;
    }
  }
}

// Values of the narrow format, moved by a little, make the ties.
template <class To, class From>
void CheckNarrowing(uint64_t seed, int count) {
  Operands<From> operands(seed);
  Operands<To> narrow(seed);
  for (int i = 0; i < count; i++) {
    Env ignored;
    const auto near = Convert<From, To>(narrow.Next(), ignored);
    const int tie = From::kFractionBits - To::kFractionBits - 1;
    const auto moved = (operands.Word() % 2 << tie) + operands.Word() % 3 - 1;
    CheckConvert<To, From>(operands.Next());
    CheckConvert<To, From>(static_cast<Bits<From>>(near + moved));
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(FpModelConvert, Binary16IsExactWhenWidened) {
  for (uint32_t a = 0; a < 0x10000; a++) {
    CheckConvert<Binary32, Binary16>(static_cast<uint16_t>(a));
    CheckConvert<Binary64, Binary16>(static_cast<uint16_t>(a));
  }
}

TEST(FpModelConvert, Narrowing) {
  CheckNarrowing<Binary16, Binary32>(14, 100'000);
  CheckNarrowing<Binary16, Binary64>(15, 100'000);
  CheckNarrowing<Binary32, Binary64>(16, 100'000);
}

// 2^127 stands for anything beyond the integers.
template <class F>
uint128 RoundedInteger(Bits<F> a, Rounding rounding, bool& inexact) {
  const Exact x = Value<F>(a);
  if (x.exponent + F::kPrecision > 120) return uint128{1} << 127;
  return RoundToMultiple(x, 0, rounding, inexact);
}

template <class F, class Int>
void CheckToInt(Bits<F> a, Rounding rounding) {
  using Limits = std::numeric_limits<Int>;
  const bool negative = IsNegative<F>(a);
  Env env{rounding};
  const Int got = soft::ToInt<Int, F>(a, env, kSaturateNanMax);
  Int expected = negative && !IsNan<F>(a) ? Limits::min() : Limits::max();
  uint8_t flags = kInvalid;
  if (IsFinite<F>(a)) {
    bool inexact = false;
    const uint128 magnitude = RoundedInteger<F>(a, rounding, inexact);
    const uint128 limit = negative ? uint128{0} - static_cast<uint128>(static_cast<int128>(Limits::min()))
                                   : static_cast<uint128>(Limits::max());
    if (magnitude <= limit) {
      const auto low = static_cast<uint64_t>(magnitude);
      expected = static_cast<Int>(negative ? 0 - low : low);
      flags = inexact ? kInexact : 0;
    }
  }
  ASSERT_TRUE(got == expected && env.flags == flags)
      << "mode " << int(rounding) << std::hex << " a=" << a << " expected " << expected << " got " << got
      << " flags " << +env.flags << " size " << sizeof(Int);
}

template <class F>
void CheckIntegral(Bits<F> a, Rounding rounding) {
  if (!IsFinite<F>(a) || Value<F>(a).exponent >= 0) return;
  bool inexact = false;
  Env model{rounding}, exact{rounding}, quiet{rounding};
  const Exact whole{IsNegative<F>(a), RoundedInteger<F>(a, rounding, inexact), 0};
  const auto expected = RoundedOrZero<F>(whole, model, IsNegative<F>(a));
  ASSERT_EQ(RoundToIntegralExact<F>(a, exact), expected) << std::hex << a;
  ASSERT_EQ(RoundToIntegral<F>(a, quiet), expected) << std::hex << a;
  ASSERT_EQ(exact.flags, inexact ? kInexact : 0) << std::hex << a;
  ASSERT_EQ(quiet.flags, 0) << std::hex << a;
}

TYPED_TEST(FpModelInteger, ToIntegers) {
  using F = TypeParam;
  Operands<F> operands(17);
  constexpr bool kAll = sizeof(Bits<F>) == 2;
  for (uint32_t i = 0; i < (kAll ? 0x10000u : 150'000u); i++) {
    Bits<F> a = kAll ? static_cast<Bits<F>>(i) : operands.Next();
    Env ignored;
    if (!kAll && i % 2 == 0) {  // Near a bound or a tie.
      const uint64_t shift = operands.Word() % 64;
      a = static_cast<Bits<F>>(FromInt<F, uint64_t>(operands.Word() >> shift, ignored) + operands.Word() % 3 -
                               1);
    }
    for (const Rounding rounding : kAllModes) {
      CheckToInt<F, int32_t>(a, rounding);
      CheckToInt<F, uint32_t>(a, rounding);
      CheckToInt<F, int64_t>(a, rounding);
      CheckToInt<F, uint64_t>(a, rounding);
      CheckIntegral<F>(a, rounding);
      if (this->HasFatalFailure()) return;
    }
  }
}

template <class F, class Int>
void CheckFromInt(Int value, Rounding rounding) {
  const auto wide = static_cast<int128>(value);
  Env model{rounding}, env{rounding};
  const Exact exact{wide < 0, static_cast<uint128>(wide < 0 ? -wide : wide), 0};
  const auto expected = RoundedOrZero<F>(exact, model, false);
  const auto got = soft::FromInt<F, Int>(value, env);
  ASSERT_TRUE(got == expected && env.flags == model.flags)
      << "mode " << int(rounding) << " " << value << std::hex << " expected " << expected << " got " << got;
}

TYPED_TEST(FpModelInteger, FromIntegers) {
  using F = TypeParam;
  Operands<F> operands(18);
  for (int i = 0; i < 100'000; i++) {
    const uint64_t shift = operands.Word() % 64;
    uint64_t value = operands.Word() >> shift;
    if (i % 2 == 0) value = (uint64_t{1} << shift) + operands.Word() % 3 - 1;
    if (i % 5 == 0) value = 0 - value;
    for (const Rounding rounding : kAllModes) {
      CheckFromInt<F, int32_t>(static_cast<int32_t>(value), rounding);
      CheckFromInt<F, uint32_t>(static_cast<uint32_t>(value), rounding);
      CheckFromInt<F, int64_t>(static_cast<int64_t>(value), rounding);
      CheckFromInt<F, uint64_t>(value, rounding);
      if (this->HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace emboard::fp::test
