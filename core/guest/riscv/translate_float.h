#pragma once
// F, D and Zfh (Unprivileged 20-22), one set of handlers for the three formats.

#include "core/guest/riscv/translate_memory.h"

namespace emboard::riscv {

template <class F>
inline constexpr u64 kSignBit = 0;
template <>
inline constexpr u64 kSignBit<ir::F16> = 0x8000;
template <>
inline constexpr u64 kSignBit<ir::F32> = 0x8000'0000;
template <>
inline constexpr u64 kSignBit<ir::F64> = 0x8000'0000'0000'0000;

/// The IR operation of a format: `FP_OP(Add, F, a, b)` is AddF32, say.
#define FP_OP(name, F, ...)                        \
  [&] {                                            \
    if constexpr (std::is_same_v<F, ir::F16>)      \
      return e_.name##F16(__VA_ARGS__);            \
    else if constexpr (std::is_same_v<F, ir::F32>) \
      return e_.name##F32(__VA_ARGS__);            \
    else                                           \
      return e_.name##F64(__VA_ARGS__);            \
  }()

class TranslateFloat : public TranslateMemory {
 public:
  using TranslateMemory::TranslateMemory;

#define FP_FUSED(Handler, op)                                                      \
  template <class F>                                                               \
  bool Handler(Reg u, Reg t, Reg s, RoundingField m, Reg d) {                      \
    if (!Ready(m)) return false;                                                   \
    return SetF(d, FP_OP(op, F, GetF<F>(s), GetF<F>(t), GetF<F>(u), Rounding(m))); \
  }
  // clang-format off
  FP_FUSED(Fmadd, MulAdd) FP_FUSED(Fmsub, MulSub) FP_FUSED(Fnmsub, NegMulAdd)
  FP_FUSED(Fnmadd, NegMulSub)
  // clang-format on
#undef FP_FUSED
#define FP_BINARY(Handler, op)                                         \
  template <class F>                                                   \
  bool Handler(Reg t, Reg s, RoundingField m, Reg d) {                 \
    if (!Ready(m)) return false;                                       \
    return SetF(d, FP_OP(op, F, GetF<F>(s), GetF<F>(t), Rounding(m))); \
  }
      // clang-format off
  FP_BINARY(Fadd, Add) FP_BINARY(Fsub, Sub) FP_BINARY(Fmul, Mul) FP_BINARY(Fdiv, Div)
  // clang-format on
#undef FP_BINARY
          template <class F>
          bool Fsqrt(Reg s, RoundingField m, Reg d) {
    if (!Ready(m)) return false;
    return SetF(d, FP_OP(Sqrt, F, GetF<F>(s), Rounding(m)));
  }
#define FP_MINMAX(Handler, op)                                       \
  template <class F>                                                 \
  bool Handler(Reg t, Reg s, Reg d) {                                \
    return fs_on() && SetF(d, FP_OP(op, F, GetF<F>(s), GetF<F>(t))); \
  }
  // clang-format off
  FP_MINMAX(Fmin, Min) FP_MINMAX(Fmax, Max)
  // clang-format on
#undef FP_MINMAX
  // Flags are state too: a comparison makes it dirty.
#define FP_COMPARE(Handler, op)                                     \
  template <class F>                                                \
  bool Handler(Reg t, Reg s, Reg d) {                               \
    if (!fs_on()) return false;                                     \
    MarkDirty();                                                    \
    return SetX(d, FromBool(FP_OP(op, F, GetF<F>(s), GetF<F>(t)))); \
  }
      // clang-format off
  FP_COMPARE(Feq, CmpEq) FP_COMPARE(Flt, CmpLt) FP_COMPARE(Fle, CmpLe)
  // clang-format on
#undef FP_COMPARE
          template <class F>
          bool Fclass(Reg s, Reg d) {
    return fs_on() && SetX(d, FromBool(FP_OP(Classify, F, GetF<F>(s))));
  }

  // --- sign injection works on the bits
  template <class F>
  bool Fsgnj(Reg t, Reg s, Reg d) {
    return fs_on() && SetSign<F>(d, s, SignOf<F>(t));
  }
  template <class F>
  bool Fsgnjn(Reg t, Reg s, Reg d) {
    return fs_on() && SetSign<F>(d, s, e_.Xor64(SignOf<F>(t), C64(kSignBit<F>)));
  }
  template <class F>
  bool Fsgnjx(Reg t, Reg s, Reg d) {
    return fs_on() && SetSign<F>(d, s, e_.Xor64(SignOf<F>(t), SignOf<F>(s)));
  }

  // --- conversions
#define FP_TO_INT(Handler, op, wrap)                             \
  template <class F>                                             \
  bool Handler(Reg s, RoundingField m, Reg d) {                  \
    if (!Ready(m)) return false;                                 \
    MarkDirty();                                                 \
    return SetX(d, wrap(FP_OP(op, F, GetF<F>(s), Rounding(m)))); \
  }
  // clang-format off
  FP_TO_INT(FcvtW, ToI32, FromSigned32) FP_TO_INT(FcvtWu, ToU32, FromSigned32)
  FP_TO_INT(FcvtL, ToI64, Of) FP_TO_INT(FcvtLu, ToU64, Of)
  // clang-format on
#undef FP_TO_INT
#define FP_FROM_INT(Handler, op, operand)               \
  template <class F>                                    \
  bool Handler(Reg s, RoundingField m, Reg d) {         \
    if (!Ready(m)) return false;                        \
    return SetF(d, FP_OP(op, F, operand, Rounding(m))); \
  }
      // clang-format off
  FP_FROM_INT(FcvtFromW, FromI32, GetW(s)) FP_FROM_INT(FcvtFromWu, FromU32, GetW(s))
  FP_FROM_INT(FcvtFromL, FromI64, As64(Get(s))) FP_FROM_INT(FcvtFromLu, FromU64, As64(Get(s)))
  // clang-format on
#undef FP_FROM_INT
#define FP_CONVERT(Handler, op, From)                                  \
  bool Handler(Reg s, RoundingField m, Reg d) {                        \
    return Ready(m) && SetF(d, e_.op(GetF<ir::From>(s), Rounding(m))); \
  }
      // clang-format off
  FP_CONVERT(FcvtSD, ConvertF64xF32, F64) FP_CONVERT(FcvtDS, ConvertF32xF64, F32)
  FP_CONVERT(FcvtSH, ConvertF16xF32, F16) FP_CONVERT(FcvtHS, ConvertF32xF16, F32)
  FP_CONVERT(FcvtDH, ConvertF16xF64, F16) FP_CONVERT(FcvtHD, ConvertF64xF16, F64)
  // clang-format on
#undef FP_CONVERT

      // --- moves
      bool FmvXW(Reg s, Reg d) {
    return fs_on() && SetX(d, FromSigned32(e_.Truncate64x32(Raw(s))));
  }
  bool FmvXH(Reg s, Reg d) {
    return fs_on() && SetX(d, FromSigned32(e_.SignExtend16x32(e_.Truncate64x32(Raw(s)))));
  }
  bool FmvXD(Reg s, Reg d) { return fs_on() && SetX(d, Of(Raw(s))); }
  bool FmvHX(Reg s, Reg d) { return fs_on() && SetF(d, e_.FromBitsF16(Wide(Get(s)))); }
  bool FmvWX(Reg s, Reg d) { return fs_on() && SetF(d, e_.FromBitsF32(Wide(Get(s)))); }
  bool FmvDX(Reg s, Reg d) { return fs_on() && SetF(d, e_.FromBitsF64(Wide(Get(s)))); }

  // --- loads and stores
  bool Flh(Field i, Reg s, Reg d) {
    const Address a = At(s, ImmI(i));
    return fs_on() && SetF(d, e_.FromBitsF16(e_.LoadU16x64(a.base, a.disp)));
  }
  bool Flw(Field i, Reg s, Reg d) { return fs_on() && LoadW(d, At(s, ImmI(i))); }
  bool Fld(Field i, Reg s, Reg d) { return fs_on() && LoadD(d, At(s, ImmI(i))); }
  bool Fsh(Field h, Reg t, Reg s, Field l) {
    const Address a = At(s, ImmS(h, l));
    if (fs_on()) e_.Store16(a.base, e_.Truncate64x32(Raw(t)), a.disp);
    return fs_on();
  }
  bool Fsw(Field h, Reg t, Reg s, Field l) { return fs_on() && StoreW(t, At(s, ImmS(h, l))); }
  bool Fsd(Field h, Reg t, Reg s, Field l) { return fs_on() && StoreD(t, At(s, ImmS(h, l))); }

 protected:
  bool fs_on() const { return mode_.fs_on(); }

  bool LoadW(Reg d, Address a) { return SetF(d, e_.FromBitsF32(e_.LoadU32x64(a.base, a.disp))); }
  bool LoadD(Reg d, Address a) { return SetF(d, e_.FromBitsF64(e_.Load64(a.base, a.disp))); }
  bool StoreW(Reg t, Address a) {
    e_.Store32(a.base, e_.Truncate64x32(Raw(t)), a.disp);
    return true;
  }
  bool StoreD(Reg t, Address a) {
    e_.Store64(a.base, Raw(t), a.disp);
    return true;
  }

 private:
  /// Floating point is on and the rounding mode exists (20.2).
  bool Ready(RoundingField m) const { return fs_on() && (m.bits <= 4 || (m.bits == 7 && mode_.frm_valid())); }
  static ir::Rm Rounding(RoundingField m) { return {static_cast<ir::FpRounding>(m.bits)}; }

  I64 Raw(Reg r) { return e_.GetState64(FSlot(r.n)); }
  template <class F>
  F GetF(Reg r) {
    return FP_OP(Unbox, F, Raw(r));
  }
  template <class F>
  bool SetF(Reg r, F value) {
    MarkDirty();
    e_.SetState64(FSlot(r.n), FP_OP(Box, F, value));
    return true;
  }

  // mstatus.FS becomes Dirty with the first write in a block that did not begin so (Privileged 3.1.6.6).
  void MarkDirty() {
    if (fs_dirty_) return;
    fs_dirty_ = true;
    e_.SetState64(RISCV_SLOT(mstatus), e_.Or64(e_.GetState64(RISCV_SLOT(mstatus)), C64(mstatus::kFs)));
  }

  template <class F>
  I64 SignOf(Reg r) {
    return e_.And64(FP_OP(ToBits, F, GetF<F>(r)), C64(kSignBit<F>));
  }
  template <class F>
  bool SetSign(Reg d, Reg s, I64 sign) {
    const I64 magnitude = e_.And64(FP_OP(ToBits, F, GetF<F>(s)), C64(kSignBit<F> - 1));
    return SetF(d, FP_OP(FromBits, F, e_.Or64(magnitude, sign)));
  }
};

}  // namespace emboard::riscv
