// Software floating point against this machine's own: results and flags, four rounding modes.
// The host is read through volatile, so that no operation is folded or moved across a change of its mode.

#include <gtest/gtest.h>

#include <bit>
#include <cfenv>
#include <cmath>
#include <cstring>
#include <vector>

#include "tests/unit/fp_test_util.h"

#ifdef __clang__
#pragma STDC FENV_ACCESS \
    ON  // Otherwise it may compare quietly. GCC does as written, and warns of the pragma.
#endif

namespace emboard::fp::test {
namespace {

struct Mode {
  Rounding rounding;
  int host;
};
constexpr Mode kHostModes[] = {{Rounding::NearestEven, FE_TONEAREST},
                               {Rounding::TowardZero, FE_TOWARDZERO},
                               {Rounding::Down, FE_DOWNWARD},
                               {Rounding::Up, FE_UPWARD}};

uint8_t HostFlags() {
  const int raised = std::fetestexcept(FE_ALL_EXCEPT);
  return static_cast<uint8_t>(
      (raised & FE_INEXACT ? kInexact : 0) | (raised & FE_UNDERFLOW ? kUnderflow : 0) |
      (raised & FE_OVERFLOW ? kOverflow : 0) | (raised & FE_DIVBYZERO ? kDivideByZero : 0) |
      (raised & FE_INVALID ? kInvalid : 0));
}

// Runs host_op on each case with the host in each mode, then soft_op, and compares.
template <class F, class T, class HostOp, class SoftOp>
void Compare(const char* name, const std::vector<Case<F>>& cases, HostOp host_op, SoftOp soft_op) {
  std::vector<Outcome<T>> expected(cases.size());
  for (const Mode& mode : kHostModes) {
    std::fesetround(mode.host);
    for (size_t i = 0; i < cases.size(); i++) {
      volatile HostType<F> a = host::ToHost<F>(cases[i].a), b = host::ToHost<F>(cases[i].b);
      volatile HostType<F> c = host::ToHost<F>(cases[i].c);
      std::feclearexcept(FE_ALL_EXCEPT);
      volatile auto value = host_op(a, b, c);
      expected[i].flags = HostFlags();
      const auto copy = value;
      std::memcpy(&expected[i].value, &copy, sizeof(T));
    }
    std::fesetround(FE_TONEAREST);
    for (size_t i = 0; i < cases.size(); i++) {
      Env env{mode.rounding};
      const T value = soft_op(cases[i].a, cases[i].b, cases[i].c, env);
      const Outcome<T> got{value, env.flags};
      ASSERT_EQ(expected[i], got) << name << " mode " << int(mode.rounding) << std::hex << " a=" << cases[i].a
                                  << " b=" << cases[i].b << " c=" << cases[i].c;
    }
  }
}

template <class H>
using FormatOf = std::conditional_t<sizeof(H) == 4, Binary32, Binary64>;

template <class H>
H WithDefaultNan(H value) {
  return value == value ? value : host::ToHost<FormatOf<H>>(DefaultNan<FormatOf<H>>(kDefaultNanRules));
}

template <class F, class HostOp, class SoftOp>
void CompareFloat(const char* name, const std::vector<Case<F>>& cases, HostOp host_op, SoftOp soft_op) {
  const auto canonical = [&](auto a, auto b, auto c) {
    volatile auto raw = host_op(a, b, c);
    return WithDefaultNan(static_cast<decltype(host_op(a, b, c))>(raw));
  };
  using Result = decltype(host_op(HostType<F>{}, HostType<F>{}, HostType<F>{}));
  Compare<F, Bits<FormatOf<Result>>>(name, cases, canonical, soft_op);
}

template <class F>
class FpHost : public ::testing::Test {};
using HostFormats = ::testing::Types<Binary32, Binary64>;
TYPED_TEST_SUITE(FpHost, HostFormats);

TYPED_TEST(FpHost, Arithmetic) {
  using F = TypeParam;
  const auto cases = MakeCases<F>(kCases, 1);
  CompareFloat<F>(
      "add", cases, [](auto a, auto b, auto) { return a + b; },
      [](auto a, auto b, auto, Env& env) { return soft::Add<F>(a, b, env); });
  CompareFloat<F>(
      "sub", cases, [](auto a, auto b, auto) { return a - b; },
      [](auto a, auto b, auto, Env& env) { return soft::Sub<F>(a, b, env); });
  CompareFloat<F>(
      "mul", cases, [](auto a, auto b, auto) { return a * b; },
      [](auto a, auto b, auto, Env& env) { return soft::Mul<F>(a, b, env); });
  CompareFloat<F>(
      "div", cases, [](auto a, auto b, auto) { return a / b; },
      [](auto a, auto b, auto, Env& env) { return soft::Div<F>(a, b, env); });
  CompareFloat<F>(
      "sqrt", cases, [](auto a, auto, auto) { return std::sqrt(a); },
      [](auto a, auto, auto, Env& env) { return soft::Sqrt<F>(a, env); });
}

// Where host and RISC-V differ by choice (infinity times zero plus a quiet NaN), the host's rule is asked
// for.
TYPED_TEST(FpHost, MulAdd) {
  using F = TypeParam;
  static constexpr NanRules kHostRules{.inf_zero_nan_invalid = false};
  const auto cases = MakeCases<F>(kCases, 2);
  CompareFloat<F>(
      "fmadd", cases, [](auto a, auto b, auto c) { return std::fma(a, b, c); },
      [](auto a, auto b, auto c, Env& env) {
        env.rules = &kHostRules;
        return soft::MulAdd<F>(a, b, c, env, MulAddSign::None);
      });
  CompareFloat<F>(
      "fnmadd", cases, [](auto a, auto b, auto c) { return std::fma(-a, b, -c); },
      [](auto a, auto b, auto c, Env& env) {
        env.rules = &kHostRules;
        return soft::MulAdd<F>(a, b, c, env, MulAddSign::NegateBoth);
      });
}

auto LibraryRint(float) { return &::rintf; }
auto LibraryRint(double) { return static_cast<double (*)(double)>(&::rint); }
auto LibraryNearbyint(float) { return &::nearbyintf; }
auto LibraryNearbyint(double) { return static_cast<double (*)(double)>(&::nearbyint); }

// Through pointers into the library: compilers expand rint for old processors in a way that only nearest-even
// survives.
TYPED_TEST(FpHost, RoundToIntegral) {
  using F = TypeParam;
  using H = HostType<F>;
  H (*volatile rint)(H) = LibraryRint(H{});
  H (*volatile nearbyint)(H) = LibraryNearbyint(H{});
  const auto cases = MakeCases<F>(kCases, 3);
  CompareFloat<F>(
      "rint", cases, [&](auto a, auto, auto) { return rint(a); },
      [](auto a, auto, auto, Env& env) { return RoundToIntegralExact<F>(a, env); });
  CompareFloat<F>(
      "nearbyint", cases, [&](auto a, auto, auto) { return nearbyint(a); },
      [](auto a, auto, auto, Env& env) { return RoundToIntegral<F>(a, env); });
}

TYPED_TEST(FpHost, Comparisons) {
  using F = TypeParam;
  const auto cases = MakeCases<F>(kCases, 4);
  using U = uint8_t;
  Compare<F, U>(
      "eq", cases, [](auto a, auto b, auto) { return U(a == b); },
      [](auto a, auto b, auto, Env& env) { return U(Eq<F>(a, b, env)); });
  Compare<F, U>(
      "lt", cases, [](auto a, auto b, auto) { return U(a < b); },
      [](auto a, auto b, auto, Env& env) { return U(Lt<F>(a, b, env)); });
  Compare<F, U>(
      "le", cases, [](auto a, auto b, auto) { return U(a <= b); },
      [](auto a, auto b, auto, Env& env) { return U(Le<F>(a, b, env)); });
  Compare<F, U>(
      "lt quiet", cases, [](auto a, auto b, auto) { return U(std::isless(a, b)); },
      [](auto a, auto b, auto, Env& env) { return U(LtQuiet<F>(a, b, env)); });
  Compare<F, U>(
      "le quiet", cases, [](auto a, auto b, auto) { return U(std::islessequal(a, b)); },
      [](auto a, auto b, auto, Env& env) { return U(LeQuiet<F>(a, b, env)); });
}

TYPED_TEST(FpHost, FromInteger) {
  using F = TypeParam;
  using H = HostType<F>;
  const auto cases = MakeCases<Binary64>(kCases, 5);
  const auto integer = [](auto a) { return std::bit_cast<int64_t>(a) >> (std::bit_cast<uint64_t>(a) & 63); };
  CompareFloat<Binary64>(
      "from i64", cases, [&](auto a, auto, auto) { return H(integer(a)); },
      [&](auto a, auto, auto, Env& env) { return soft::FromInt<F, int64_t>(integer(a), env); });
  CompareFloat<Binary64>(
      "from i32", cases, [&](auto a, auto, auto) { return H(int32_t(integer(a))); },
      [&](auto a, auto, auto, Env& env) { return soft::FromInt<F, int32_t>(int32_t(integer(a)), env); });
  CompareFloat<Binary64>(
      "from u32", cases, [&](auto a, auto, auto) { return H(uint32_t(integer(a))); },
      [&](auto a, auto, auto, Env& env) { return soft::FromInt<F, uint32_t>(uint32_t(integer(a)), env); });
}

TEST(FpHostConvert, BetweenFormats) {
  CompareFloat<Binary64>(
      "to binary32", MakeCases<Binary64>(2 * kCases, 6),
      [](auto a, auto, auto) { return static_cast<float>(a); },
      [](auto a, auto, auto, Env& env) { return soft::Convert<Binary32, Binary64>(a, env); });
  CompareFloat<Binary32>(
      "to binary64", MakeCases<Binary32>(kCases, 7),
      [](auto a, auto, auto) { return static_cast<double>(a); },
      [](auto a, auto, auto, Env& env) { return soft::Convert<Binary64, Binary32>(a, env); });
}

}  // namespace
}  // namespace emboard::fp::test
