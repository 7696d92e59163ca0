// Software floating point against exact integer arithmetic: all six rounding modes, both definitions of
// tininess, binary16 exhaustively where it has one operand. The model shares no code with core/fp but the
// traits.

#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/fp_test_util.h"

namespace emboard::fp::test {
namespace {

__extension__ typedef __int128 int128;

// (-1)^negative * magnitude * 2^exponent, plus less than one unit of the last place if `rest`.
struct Exact {
  bool negative;
  uint128 magnitude;
  int exponent;
  bool rest = false;
};

template <class F>
Exact Value(Bits<F> a) {
  const int field = (a & F::kExponentMask) >> F::kFractionBits;
  const uint128 fraction = a & F::kFractionMask;
  const int exponent = (field == 0 ? 1 : field) - F::kBias - F::kFractionBits;
  return {IsNegative<F>(a), field == 0 ? fraction : fraction + (uint128{1} << F::kFractionBits), exponent};
}

int BitLength(uint128 a) {
  int length = 0;
  for (; a != 0; a >>= 1) length++;
  return length;
}

// The integer nearest to a / 2^exponent in the sense of `rounding`, as a magnitude.
uint128 RoundToMultiple(const Exact& a, int exponent, Rounding rounding, bool& inexact) {
  const int drop = exponent - a.exponent;
  if (drop <= 0) {
    inexact = a.rest;  // Callers with a rest always drop bits.
    return a.magnitude << -drop;
  }
  const uint128 whole = drop > 127 ? 0 : a.magnitude >> drop;
  const uint128 part = drop > 127 ? a.magnitude : a.magnitude - (whole << drop);
  const bool reachable = drop <= 127;
  const uint128 half = reachable ? uint128{1} << (drop - 1) : ~uint128{0};
  inexact = part != 0 || a.rest;
  const bool above = part > half || (part == half && a.rest);
  const bool tie = part == half && !a.rest;
  switch (rounding) {
    case Rounding::NearestEven:
      return whole + (above || (tie && whole % 2 == 1));
    case Rounding::NearestMaxMagnitude:
      return whole + (above || tie);
    case Rounding::Down:
      return whole + (a.negative && inexact);
    case Rounding::Up:
      return whole + (!a.negative && inexact);
    case Rounding::ToOdd:
      return whole + (inexact && whole % 2 == 0);
    case Rounding::TowardZero:
      break;
  }
  return whole;
}

// A non-zero value rounded into the format, by the words of IEEE 754-2019 §4.3 and §7.
template <class F>
Bits<F> Rounded(const Exact& a, Env& env) {
  constexpr int kLeast = 1 - F::kBias - F::kFractionBits;
  const int place = a.exponent + BitLength(a.magnitude) - F::kPrecision;
  bool inexact = false, unbounded_inexact = false;
  const uint128 unbounded = RoundToMultiple(a, place, env.rounding, unbounded_inexact);
  const uint128 bounded = place < kLeast ? RoundToMultiple(a, kLeast, env.rounding, inexact) : unbounded;
  if (place >= kLeast) inexact = unbounded_inexact;
  const bool tiny = env.rules->tininess == Tininess::BeforeRounding
                        ? place < kLeast
                        : place + BitLength(unbounded) - 1 < 1 - F::kBias;
  const int exponent = place < kLeast ? kLeast : place;
  if (bounded != 0 && exponent + BitLength(bounded) - 1 > F::kBias) {
    env.flags |= kOverflow | kInexact;
    const bool away =
        env.rounding == Rounding::NearestEven || env.rounding == Rounding::NearestMaxMagnitude ||
        (env.rounding == Rounding::Up && !a.negative) || (env.rounding == Rounding::Down && a.negative);
    return away ? Infinity<F>(a.negative) : MaxFinite<F>(a.negative);
  }
  if (inexact) env.flags |= tiny ? kUnderflow | kInexact : kInexact;
  const uint128 steps = static_cast<uint128>(exponent - kLeast) << F::kFractionBits;
  return static_cast<Bits<F>>(Zero<F>(a.negative) | static_cast<Bits<F>>(steps + bounded));
}

template <class F>
Bits<F> RoundedOrZero(const Exact& a, Env& env, bool zero_negative) {
  return a.magnitude == 0 ? Zero<F>(zero_negative) : Rounded<F>(a, env);
}

// False when the sum does not fit the model.
bool Sum(Exact a, Exact b, Exact& sum) {
  if (a.magnitude == 0 || b.magnitude == 0) {
    sum = a.magnitude == 0 ? b : a;
    return true;
  }
  Exact& high = a.exponent >= b.exponent ? a : b;
  const Exact& low = a.exponent >= b.exponent ? b : a;
  const int up = high.exponent - low.exponent;
  if (up + BitLength(high.magnitude) > 125 || BitLength(low.magnitude) > 125) return false;
  const auto x = static_cast<int128>(high.magnitude << up), y = static_cast<int128>(low.magnitude);
  const int128 total = (high.negative ? -x : x) + (low.negative ? -y : y);
  sum = {total < 0, static_cast<uint128>(total < 0 ? -total : total), low.exponent};
  return true;
}

bool SumZeroSign(bool a, bool b, const Env& env) { return a == b ? a : env.rounding == Rounding::Down; }

Exact Product(const Exact& a, const Exact& b) {
  return {a.negative != b.negative, a.magnitude * b.magnitude, a.exponent + b.exponent};
}

Exact Quotient(const Exact& a, const Exact& b) {
  const int up = 124 - BitLength(a.magnitude);
  const uint128 numerator = a.magnitude << up;
  return {a.negative != b.negative, numerator / b.magnitude, a.exponent - up - b.exponent,
          numerator % b.magnitude != 0};
}

Exact Root(const Exact& a) {
  int up = 124 - BitLength(a.magnitude);
  if (((a.exponent - up) & 1) != 0) up--;
  uint128 rest = a.magnitude << up, root = 0;
  for (uint128 bit = uint128{1} << 124; bit != 0; bit >>= 2) {  // Digit by digit.
    const bool fits = rest >= root + bit;
    if (fits) rest -= root + bit;
    root = (root >> 1) + (fits ? bit : 0);
  }
  return {false, root, (a.exponent - up) / 2, rest != 0};
}

template <class F>
class FpModel : public ::testing::Test {};
using Formats = ::testing::Types<Binary16, Binary32, Binary64>;
TYPED_TEST_SUITE(FpModel, Formats);

inline constexpr NanRules kTininessRules[] = {NanRules{}, NanRules{.tininess = Tininess::BeforeRounding}};

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

TYPED_TEST(FpModel, ToIntegers) {
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

TYPED_TEST(FpModel, FromIntegers) {
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
