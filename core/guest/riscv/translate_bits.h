#pragma once
// Zba, Zbb, Zbc, Zbs (Unprivileged 28) and Zicond (10).

#include "core/guest/riscv/translate_integer.h"

namespace emboard::riscv {

class TranslateBits : public TranslateInteger {
 public:
  using TranslateInteger::TranslateInteger;

  bool Sh1add(Reg t, Reg s, Reg d) { return SetX(d, AddX(Get(t), ShlX(Get(s), CX(1)))); }
  bool Sh2add(Reg t, Reg s, Reg d) { return SetX(d, AddX(Get(t), ShlX(Get(s), CX(2)))); }
  bool Sh3add(Reg t, Reg s, Reg d) { return SetX(d, AddX(Get(t), ShlX(Get(s), CX(3)))); }
  bool AddUw(Reg t, Reg s, Reg d) { return ShiftedUw(t, s, d, 0); }
  bool Sh1addUw(Reg t, Reg s, Reg d) { return ShiftedUw(t, s, d, 1); }
  bool Sh2addUw(Reg t, Reg s, Reg d) { return ShiftedUw(t, s, d, 2); }
  bool Sh3addUw(Reg t, Reg s, Reg d) { return ShiftedUw(t, s, d, 3); }
  bool SlliUw(Field i, Reg s, Reg d) { return SetX(d, ShlX(Unsigned32(s), CX(i.bits))); }

  bool Andn(Reg t, Reg s, Reg d) { return SetX(d, AndX(Get(s), NotX(Get(t)))); }
  bool Orn(Reg t, Reg s, Reg d) { return SetX(d, OrX(Get(s), NotX(Get(t)))); }
  bool Xnor(Reg t, Reg s, Reg d) { return SetX(d, NotX(XorX(Get(s), Get(t)))); }
  bool Clz(Reg s, Reg d) { return SetX(d, ClzX(Get(s))); }
  bool Ctz(Reg s, Reg d) { return SetX(d, CtzX(Get(s))); }
  bool Cpop(Reg s, Reg d) { return SetX(d, PopcountX(Get(s))); }
  bool Clzw(Reg s, Reg d) { return SetW(d, e_.Clz32(GetW(s))); }
  bool Ctzw(Reg s, Reg d) { return SetW(d, e_.Ctz32(GetW(s))); }
  bool Cpopw(Reg s, Reg d) { return SetW(d, e_.Popcount32(GetW(s))); }
  bool SextB(Reg s, Reg d) { return SetW(d, e_.SignExtend8x32(GetW(s))); }
  bool SextH(Reg s, Reg d) { return SetW(d, e_.SignExtend16x32(GetW(s))); }
  bool ZextH(Reg s, Reg d) { return SetX(d, AndX(Get(s), CX(0xffff))); }
  bool Max(Reg t, Reg s, Reg d) { return SetX(d, MaxSX(Get(s), Get(t))); }
  bool Maxu(Reg t, Reg s, Reg d) { return SetX(d, MaxUX(Get(s), Get(t))); }
  bool Min(Reg t, Reg s, Reg d) { return SetX(d, MinSX(Get(s), Get(t))); }
  bool Minu(Reg t, Reg s, Reg d) { return SetX(d, MinUX(Get(s), Get(t))); }
  bool Rol(Reg t, Reg s, Reg d) { return SetX(d, RotrX(Get(s), SubX(CX(0), Get(t)))); }
  bool Ror(Reg t, Reg s, Reg d) { return SetX(d, RotrX(Get(s), Get(t))); }
  bool Rori(Field i, Reg s, Reg d) { return SetX(d, RotrX(Get(s), CX(i.bits))); }
  bool Rolw(Reg t, Reg s, Reg d) { return SetW(d, e_.Rotr32(GetW(s), e_.Sub32(C32(0), GetW(t)))); }
  bool Rorw(Reg t, Reg s, Reg d) { return SetW(d, e_.Rotr32(GetW(s), GetW(t))); }
  bool Roriw(Field i, Reg s, Reg d) { return SetW(d, e_.Rotr32(GetW(s), C32(i.bits))); }
  bool Rev8(Reg s, Reg d) { return SetX(d, ByteSwapX(Get(s))); }

  /// Every byte that is not zero becomes 0xff: its top bit is gathered by an addition that cannot carry out.
  bool OrcB(Reg s, Reg d) {
    const X low = CX(0x7f7f'7f7f'7f7f'7f7f);
    const X value = Get(s);
    const X top = OrX(AddX(AndX(value, low), low), value);
    const X ones = AndX(ShrUX(top, CX(7)), CX(0x0101'0101'0101'0101));
    return SetX(d, MulX(ones, CX(0xff)));
  }

  bool Clmul(Reg t, Reg s, Reg d) { return SetX(d, Narrow(e_.ClmulLo64(Wide(Get(s)), Wide(Get(t))))); }
  bool Clmulh(Reg t, Reg s, Reg d) { return SetX(d, ClmulFrom(t, s, 0)); }
  bool Clmulr(Reg t, Reg s, Reg d) { return SetX(d, ClmulFrom(t, s, 1)); }

  bool Bclr(Reg t, Reg s, Reg d) { return SetX(d, AndX(Get(s), NotX(OneBit(Get(t))))); }
  bool Bext(Reg t, Reg s, Reg d) { return SetX(d, AndX(ShrUX(Get(s), Get(t)), CX(1))); }
  bool Binv(Reg t, Reg s, Reg d) { return SetX(d, XorX(Get(s), OneBit(Get(t)))); }
  bool Bset(Reg t, Reg s, Reg d) { return SetX(d, OrX(Get(s), OneBit(Get(t)))); }
  bool Bclri(Field i, Reg s, Reg d) { return SetX(d, AndX(Get(s), NotX(OneBit(CX(i.bits))))); }
  bool Bexti(Field i, Reg s, Reg d) { return SetX(d, AndX(ShrUX(Get(s), CX(i.bits)), CX(1))); }
  bool Binvi(Field i, Reg s, Reg d) { return SetX(d, XorX(Get(s), OneBit(CX(i.bits)))); }
  bool Bseti(Field i, Reg s, Reg d) { return SetX(d, OrX(Get(s), OneBit(CX(i.bits)))); }

  bool CzeroEqz(Reg t, Reg s, Reg d) { return SetX(d, SelectX(CmpEqX(Get(t), CX(0)), CX(0), Get(s))); }
  bool CzeroNez(Reg t, Reg s, Reg d) { return SetX(d, SelectX(CmpEqX(Get(t), CX(0)), Get(s), CX(0))); }

 private:
  X Unsigned32(Reg s) { return Of(e_.ZeroExtend32x64(GetW(s))); }
  bool ShiftedUw(Reg t, Reg s, Reg d, u64 shift) {
    return SetX(d, AddX(Get(t), ShlX(Unsigned32(s), CX(shift))));
  }
  X OneBit(X index) { return ShlX(CX(1), index); }

  /// Bits from XLEN - `back` of the double-width product.
  X ClmulFrom(Reg t, Reg s, u64 back) {
    const I64 a = Wide(Get(s)), b = Wide(Get(t));
    const I64 low = e_.ClmulLo64(a, b);
    if (rv32_) return Of(e_.Truncate64x32(e_.ShrU64(low, C64(32 - back))));
    const I64 high = e_.ClmulHi64(a, b);
    if (back == 0) return Of(high);
    return Of(e_.Or64(e_.Shl64(high, C64(back)), e_.ShrU64(low, C64(64 - back))));
  }
};

}  // namespace emboard::riscv
