#pragma once
// What an operation depends on besides its operands: rounding, sticky flags and the guest's rules, all data.

#include <array>
#include <cstdint>

namespace emboard::fp {

// IEEE 754-2019 §4.3, in the order of RISC-V frm (Unprivileged ISA 20240411 §20.2). ToOdd is no guest's mode:
// it makes a later second rounding innocuous, and lies outside the three-bit field.
enum class Rounding : uint8_t {
  NearestEven = 0,
  TowardZero = 1,
  Down = 2,
  Up = 3,
  NearestMaxMagnitude = 4,
  ToOdd = 8,
};

// Exceptions (§7), in the bit order of RISC-V fflags.
enum Flag : uint8_t {
  kInexact = 1,
  kUnderflow = 2,
  kOverflow = 4,
  kDivideByZero = 8,
  kInvalid = 16,
};

// Which NaN an operation delivers when an operand is one (§6.2.3 leaves it open).
enum class NanResult : uint8_t {
  Default,          // Always the default NaN (RISC-V; Arm with FPCR.DN; Wasm's canonical NaN).
  FirstOperand,     // The first operand that is a NaN, quieted (x86 SSE, Power).
  FirstSignaling,   // The first signaling NaN, else the first quiet one (Arm).
  LargestFraction,  // The one with the larger significand, a positive one on a tie (x87).
};

enum class Tininess : uint8_t { AfterRounding, BeforeRounding };

// A guest's choices where the standard leaves one. Guests define theirs as constants in their own folder.
struct NanRules {
  NanResult result = NanResult::Default;
  bool default_negative = false;      // Sign of the default NaN (x86: set).
  bool default_low_ones = false;      // The default NaN's bits below the quiet bit are ones.
  bool signaling_bit_set = false;     // The quiet bit means "signaling" (MIPS before NaN2008, PA-RISC).
  bool minmax_returns_number = true;  // MinimumNumber(x, sNaN) is x (2019 §9.6); else a NaN (2008 minNum).
  bool inf_zero_nan_invalid = true;   // MulAdd(inf, 0, qNaN) raises Invalid (§7.2(c) leaves it open).
  bool inf_zero_nan_default = false;  // ... and delivers the default NaN (Arm) rather than choosing as above.
  Tininess tininess = Tininess::AfterRounding;
  std::array<uint8_t, 3> fma_order = {0, 1,
                                      2};  // Order in which MulAdd's a, b, c count as first, second, third.
};

// The default NaN for every NaN, tininess after rounding: what RISC-V (§20.3, §20.4) asks for.
inline constexpr NanRules kDefaultNanRules{};

struct Env {
  Rounding rounding = Rounding::NearestEven;
  uint8_t flags = 0;  // Accumulates; nothing here ever clears a flag.
  const NanRules* rules = &kDefaultNanRules;

  void Raise(unsigned raised) { flags = static_cast<uint8_t>(flags | raised); }
};

// What a conversion to integer delivers with Invalid, when the rounded value does not fit (§5.8 leaves it
// open).
enum class IntNan : uint8_t { Max, Zero, Indefinite };
enum class IntRange : uint8_t { Saturate, Wrap, Indefinite };

// Indefinite is INT_MIN, or all ones for unsigned (x86). Wrap keeps the low bits, and makes infinity zero.
struct IntRule {
  IntNan nan = IntNan::Max;
  IntRange range = IntRange::Saturate;
};

inline constexpr IntRule kSaturateNanMax{IntNan::Max, IntRange::Saturate};       // RISC-V §20.7, table 30
inline constexpr IntRule kSaturateNanZero{IntNan::Zero, IntRange::Saturate};     // Arm FCVT*, Wasm trunc_sat
inline constexpr IntRule kIndefinite{IntNan::Indefinite, IntRange::Indefinite};  // x86 CVT*2SI
inline constexpr IntRule kWrap{IntNan::Zero, IntRange::Wrap};                    // FCVTMOD.W.D, FJCVTZS

// MulAdd's operand signs: which of product and addend is negated before the addition. NaN operands keep their
// sign.
enum class MulAddSign : uint8_t { None = 0, NegateProduct = 1, NegateAddend = 2, NegateBoth = 3 };

// Classify's answer, one bit, in the order of RISC-V FCLASS (§20.9, table 32).
enum Class : uint16_t {
  kNegativeInfinity = 1 << 0,
  kNegativeNormal = 1 << 1,
  kNegativeSubnormal = 1 << 2,
  kNegativeZero = 1 << 3,
  kPositiveZero = 1 << 4,
  kPositiveSubnormal = 1 << 5,
  kPositiveNormal = 1 << 6,
  kPositiveInfinity = 1 << 7,
  kSignalingNan = 1 << 8,
  kQuietNan = 1 << 9,
};

}  // namespace emboard::fp
