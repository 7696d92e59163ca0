// What the standard leaves to the guest: NaNs, minimum and maximum, integers out of range; and tables from
// the RISC-V manual (Unprivileged ISA 20240411). On x86-64 the propagating rules meet the real instructions.

#include <gtest/gtest.h>

#include "tests/unit/fp_test_util.h"

namespace emboard::fp::test {
namespace {

using F = Binary32;
constexpr uint32_t kInf = 0x7f800000, kNegInf = 0xff800000, kOne = 0x3f800000, kTwo = 0x40000000;
constexpr uint32_t kSnan = 0x7f800001, kQnan = 0x7fc00001, kDefault = 0x7fc00000, kNegZero = 0x80000000;

TEST(FpRules, DefaultNanReplacesEveryNan) {
  Env env;
  EXPECT_EQ(Add<F>(0xffc12345, kOne, env), kDefault);
  EXPECT_EQ(Mul<F>(kOne, kQnan, env), kDefault);
  EXPECT_EQ(Sqrt<F>(kQnan, env), kDefault);
  EXPECT_EQ((Convert<Binary32, Binary64>(0xfff8123456789abc, env)), kDefault);
  EXPECT_EQ(env.flags, 0);
  EXPECT_EQ(Sub<F>(kSnan, kOne, env), kDefault);
  EXPECT_EQ(env.flags, kInvalid);
}

TEST(FpRules, InvalidOperations) {
  const auto expect = [](auto op) {
    Env env;
    EXPECT_EQ(op(env), kDefault);
    EXPECT_EQ(env.flags, kInvalid);
  };
  expect([](Env& e) { return Sub<F>(kInf, kInf, e); });
  expect([](Env& e) { return Add<F>(kInf, kNegInf, e); });
  expect([](Env& e) { return Mul<F>(0, kNegInf, e); });
  expect([](Env& e) { return Div<F>(0, kNegZero, e); });
  expect([](Env& e) { return Div<F>(kInf, kNegInf, e); });
  expect([](Env& e) { return Sqrt<F>(0xbf800000, e); });
  expect([](Env& e) { return MulAdd<F>(kInf, kOne, kInf, e, MulAddSign::NegateAddend); });
  expect([](Env& e) { return MulAdd<F>(kInf, 0, kQnan, e); });  // §20.6
}

TEST(FpRules, DivideByZero) {
  Env env;
  EXPECT_EQ(Div<F>(kOne, kNegZero, env), kNegInf);
  EXPECT_EQ(env.flags, kDivideByZero);
}

TEST(FpRules, FlagsAccumulate) {
  Env env{Rounding::NearestEven, kOverflow};
  Div<F>(kOne, 0x40400000, env);
  EXPECT_EQ(env.flags, kOverflow | kInexact);
  Div<F>(kOne, 0x40400000, env);
  EXPECT_EQ(env.flags, kOverflow | kInexact);
}

TEST(FpRules, MinMaxNumber) {
  Env env;
  EXPECT_EQ(MinimumNumber<F>(0, kNegZero, env), kNegZero);
  EXPECT_EQ(MinimumNumber<F>(kNegZero, 0, env), kNegZero);
  EXPECT_EQ(MaximumNumber<F>(0, kNegZero, env), 0u);
  EXPECT_EQ(MaximumNumber<F>(kNegZero, 0, env), 0u);
  EXPECT_EQ(MinimumNumber<F>(kOne, kTwo, env), kOne);
  EXPECT_EQ(MinimumNumber<F>(Negate<F>(kOne), Negate<F>(kTwo), env), Negate<F>(kTwo));
  EXPECT_EQ(MaximumNumber<F>(Negate<F>(kOne), kNegInf, env), Negate<F>(kOne));
  EXPECT_EQ(MaximumNumber<F>(kQnan, kOne, env), kOne);
  EXPECT_EQ(MinimumNumber<F>(kOne, kQnan, env), kOne);
  EXPECT_EQ(MinimumNumber<F>(kQnan, 0xffc00001, env), kDefault);
  EXPECT_EQ(env.flags, 0);
  EXPECT_EQ(MaximumNumber<F>(kSnan, kOne, env), kOne);
  EXPECT_EQ(env.flags, kInvalid);
}

TEST(FpRules, MinMaxWithNan) {
  Env env;
  EXPECT_EQ(Minimum<F>(kQnan, kOne, env), kDefault);
  EXPECT_EQ(Maximum<F>(kOne, kQnan, env), kDefault);
  EXPECT_EQ(Maximum<F>(kOne, kTwo, env), kTwo);
  EXPECT_EQ(Minimum<F>(0, kNegZero, env), kNegZero);
  EXPECT_EQ(env.flags, 0);
  static constexpr NanRules kRules2008{.result = NanResult::FirstSignaling, .minmax_returns_number = false};
  Env older{.rules = &kRules2008};
  EXPECT_EQ(MinimumNumber<F>(kOne, kSnan, older), kQnan);
  EXPECT_EQ(older.flags, kInvalid);
}

TEST(FpRules, Classify) {
  const uint32_t values[] = {kNegInf, 0xbf800000, 0x80000001, kNegZero, 0, 1, 0x00800000, kInf, kSnan, kQnan};
  for (int i = 0; i < 10; i++) EXPECT_EQ(Classify<F>(values[i]), 1 << i);
  EXPECT_EQ(Classify<Binary16>(0x03ff), kPositiveSubnormal);
  EXPECT_EQ(Classify<Binary64>(0xffefffffffffffff), kNegativeNormal);
}

TEST(FpRules, IntegersOutOfRange) {
  const auto expect = [](auto expected, uint32_t a, IntRule rule, uint8_t flags) {
    Env env{Rounding::TowardZero};
    EXPECT_EQ((ToInt<decltype(expected), F>(a, env, rule)), expected) << std::hex << a;
    EXPECT_EQ(env.flags, flags) << std::hex << a;
  };
  const uint32_t two32 = 0x4f800000, minus_half = 0xbf000000, big = 0x4fc00000;  // big: 2^32 + 2^31
  expect(INT32_MAX, kQnan, kSaturateNanMax, kInvalid);
  expect(UINT64_MAX, 0xffc00000, kSaturateNanMax, kInvalid);
  expect(INT64_MIN, kNegInf, kSaturateNanMax, kInvalid);
  expect(0u, 0xbf800000, kSaturateNanMax, kInvalid);
  expect(0u, minus_half, kSaturateNanMax, kInexact);
  expect(0, kSnan, kSaturateNanZero, kInvalid);
  expect(INT32_MAX, two32, kSaturateNanZero, kInvalid);
  expect(INT32_MIN, two32, kIndefinite, kInvalid);
  expect(INT32_MIN, kQnan, kIndefinite, kInvalid);
  expect(UINT32_MAX, 0xbf800000, kIndefinite, kInvalid);
  expect(0, two32, kWrap, kInvalid);
  expect(INT32_MIN, big, kWrap, kInvalid);
  expect(0, kInf, kWrap, kInvalid);
  expect(0, 0x7f000000, kWrap, kInvalid);
}

TEST(FpRules, LegacyQuietBit) {
  static constexpr NanRules kRules{.result = NanResult::FirstSignaling, .signaling_bit_set = true};
  Env env{.rules = &kRules};
  EXPECT_EQ(Add<F>(0x7f812345, kOne, env), 0x7f812345u);
  EXPECT_EQ(env.flags, 0);
  EXPECT_EQ(Add<F>(0x7fc00000, kOne, env), 0x7fbfffffu);
  EXPECT_EQ(env.flags, kInvalid);
  EXPECT_EQ((Convert<Binary32, Binary64>(0x7ff0000000000001, env)), 0x7fbfffffu);
}

// Intel SDM vol. 1 table 4-7, x87 column.
TEST(FpRules, LargestFraction) {
  static constexpr NanRules kRules{.result = NanResult::LargestFraction, .default_negative = true};
  Env env{.rules = &kRules};
  EXPECT_EQ(Add<F>(0x7fc00001, 0xffc00002, env), 0xffc00002u);
  EXPECT_EQ(Add<F>(0xffc00001, 0x7fc00001, env), 0x7fc00001u);
  EXPECT_EQ(env.flags, 0);
  EXPECT_EQ(Add<F>(0x7fc00001, 0x7fa00000, env), 0x7fc00001u);
  EXPECT_EQ(Add<F>(0x7fbfffff, 0x7fc00001, env), 0x7fc00001u);
  EXPECT_EQ(Add<F>(0x7f800001, 0x7f800003, env), 0x7fc00003u);
  EXPECT_EQ(env.flags, kInvalid);
}

// Arm ARM, FPProcessNaNs3 and FPMulAdd: addend first, a signaling NaN before quiet ones.
TEST(FpRules, AddendFirst) {
  static constexpr NanRules kRules{
      .result = NanResult::FirstSignaling, .inf_zero_nan_default = true, .fma_order = {2, 0, 1}};
  Env env{.rules = &kRules};
  EXPECT_EQ(MulAdd<F>(0x7fc00001, 0x7fc00002, 0x7fc00003, env), 0x7fc00003u);
  EXPECT_EQ(MulAdd<F>(0x7fc00001, 0x7fc00002, kOne, env), 0x7fc00001u);
  EXPECT_EQ(env.flags, 0);
  EXPECT_EQ(MulAdd<F>(0x7fc00001, 0x7f800002, 0x7fc00003, env), 0x7fc00002u);
  env.flags = 0;
  EXPECT_EQ(MulAdd<F>(kInf, 0, 0x7fc00003, env), kDefault);
  EXPECT_EQ(env.flags, kInvalid);
  EXPECT_EQ(MulAdd<F>(kInf, 0, 0x7f800003, env), 0x7fc00003u);
}

#ifdef __x86_64__
constexpr NanRules kSseRules{
    .result = NanResult::FirstOperand, .default_negative = true, .inf_zero_nan_invalid = false};

uint8_t SseFlags(uint32_t mxcsr) {
  return static_cast<uint8_t>((mxcsr & 1 ? kInvalid : 0) | (mxcsr & 4 ? kDivideByZero : 0) |
                              (mxcsr & 8 ? kOverflow : 0) | (mxcsr & 16 ? kUnderflow : 0) |
                              (mxcsr & 32 ? kInexact : 0));
}

// One instruction in assembly, because a compiler may exchange the operands of + and *.
#define SSE_OPERATION(Name, Type, instruction)                                                          \
  Type Name(Type x, Type y, uint32_t& mxcsr) {                                                          \
    mxcsr = 0x1f80;                                                                                     \
    asm volatile("ldmxcsr %1\n\t" instruction " %2, %0\n\tstmxcsr %1" : "+x"(x), "+m"(mxcsr) : "x"(y)); \
    return x;                                                                                           \
  }
SSE_OPERATION(SseAdd, float, "addss")
SSE_OPERATION(SseAdd, double, "addsd")
SSE_OPERATION(SseSub, float, "subss")
SSE_OPERATION(SseSub, double, "subsd")
SSE_OPERATION(SseMul, float, "mulss")
SSE_OPERATION(SseMul, double, "mulsd")
SSE_OPERATION(SseDiv, float, "divss")
SSE_OPERATION(SseDiv, double, "divsd")

template <class G, class HostOp, class SoftOp>
void ExpectLikeSse(const char* name, Bits<G> a, Bits<G> b, HostOp host_op, SoftOp soft_op) {
  uint32_t mxcsr = 0;
  const auto expected = host::FromHost<G>(host_op(host::ToHost<G>(a), host::ToHost<G>(b), mxcsr));
  Env env{.rules = &kSseRules};
  ASSERT_EQ(soft_op(a, b, env), expected) << name << std::hex << " " << a << " " << b;
  ASSERT_EQ(env.flags, SseFlags(mxcsr)) << name << std::hex << " " << a << " " << b;
}

template <class G, class Check>
void ForNans(uint64_t seed, Check check) {
  Operands<G> operands(seed);
  for (int i = 0; i < 200'000; i++) {
    const auto a = operands.Next(), b = operands.Next(), c = operands.Next();
    check(a, b, c);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

template <class G>
void CheckLikeSse(uint64_t seed) {
  ForNans<G>(seed, [](auto a, auto b, auto) {
    const auto add = [](auto x, auto y, uint32_t& flags) { return SseAdd(x, y, flags); };
    const auto sub = [](auto x, auto y, uint32_t& flags) { return SseSub(x, y, flags); };
    const auto mul = [](auto x, auto y, uint32_t& flags) { return SseMul(x, y, flags); };
    const auto div = [](auto x, auto y, uint32_t& flags) { return SseDiv(x, y, flags); };
    ExpectLikeSse<G>("add", a, b, add, soft::Add<G>);
    ExpectLikeSse<G>("sub", a, b, sub, soft::Sub<G>);
    ExpectLikeSse<G>("mul", a, b, mul, soft::Mul<G>);
    ExpectLikeSse<G>("div", a, b, div, soft::Div<G>);
  });
}

TEST(FpRules, LikeSse) {
  CheckLikeSse<Binary32>(20);
  CheckLikeSse<Binary64>(21);
}

// VFMADDxyz: the digits order the operands, for the sum and for the choice of a NaN alike.
float Fma213(float a, float b, float c, uint32_t& mxcsr) {
  asm volatile("ldmxcsr %1\n\tvfmadd213ss %3, %2, %0\n\tstmxcsr %1" : "+x"(b), "+m"(mxcsr) : "x"(a), "x"(c));
  return b;
}

float Fma231(float a, float b, float c, uint32_t& mxcsr) {
  asm volatile("ldmxcsr %1\n\tvfmadd231ss %3, %2, %0\n\tstmxcsr %1" : "+x"(c), "+m"(mxcsr) : "x"(a), "x"(b));
  return c;
}

TEST(FpRules, LikeFma3) {
  if (!__builtin_cpu_supports("fma")) GTEST_SKIP() << "no FMA here";
  ForNans<Binary32>(22, [](uint32_t a, uint32_t b, uint32_t c) {
    for (const auto fma : {Fma213, Fma231}) {
      uint32_t mxcsr = 0x1f80;
      const float sum = fma(std::bit_cast<float>(a), std::bit_cast<float>(b), std::bit_cast<float>(c), mxcsr);
      Env env{.rules = &kSseRules};
      ASSERT_EQ(soft::MulAdd<F>(a, b, c, env, MulAddSign::None), std::bit_cast<uint32_t>(sum))
          << std::hex << a << " " << b << " " << c;
      ASSERT_EQ(env.flags, SseFlags(mxcsr)) << std::hex << a << " " << b << " " << c;
    }
  });
}

TEST(FpRules, ConvertedNansLikeSse) {
  ForNans<Binary64>(23, [](uint64_t a, uint64_t, uint64_t) {
    float narrow = 0;
    asm("cvtsd2ss %1, %0" : "+x"(narrow) : "x"(std::bit_cast<double>(a)));
    Env env{.rules = &kSseRules};
    ASSERT_EQ((Convert<Binary32, Binary64>(a, env)), std::bit_cast<uint32_t>(narrow)) << std::hex << a;
  });
  ForNans<Binary32>(24, [](uint32_t a, uint32_t, uint32_t) {
    double wide = 0;
    asm("cvtss2sd %1, %0" : "+x"(wide) : "x"(std::bit_cast<float>(a)));
    Env env{.rules = &kSseRules};
    ASSERT_EQ((Convert<Binary64, Binary32>(a, env)), std::bit_cast<uint64_t>(wide)) << std::hex << a;
  });
}
#endif

}  // namespace
}  // namespace emboard::fp::test
