#pragma once
// C (Unprivileged 26): each instruction is another spelling of a full one, so these only unpack fields.

#include "core/guest/riscv/translate_system.h"

namespace emboard::riscv {

class TranslateCompressed : public TranslateSystem {
 public:
  using TranslateSystem::TranslateSystem;

  // --- quadrant 0. Offsets: i is offset[5:3]; j of .d forms offset[7:6]; j and k of .w forms offset[2] and
  // [6].
  bool CAddi4spn(Field i, Reg3 t) {
    const u64 offset =
        Bits(i.bits, 5, 2) << 6 | Bits(i.bits, 7, 6) << 4 | Bits(i.bits, 0, 0) << 3 | Bits(i.bits, 1, 1) << 2;
    return offset != 0 && Addi(Imm(offset), kSp, t.reg());
  }
  bool CLw(Field i, Reg3 s, Field j, Field k, Reg3 t) { return Lw(Imm(OffsetW(i, j, k)), s.reg(), t.reg()); }
  bool CFlw(Field i, Reg3 s, Field j, Field k, Reg3 t) {
    return Flw(Imm(OffsetW(i, j, k)), s.reg(), t.reg());
  }
  bool CLd(Field i, Reg3 s, Field j, Reg3 t) { return Ld(Imm(OffsetD(i, j)), s.reg(), t.reg()); }
  bool CFld(Field i, Reg3 s, Field j, Reg3 t) { return Fld(Imm(OffsetD(i, j)), s.reg(), t.reg()); }
  bool CSw(Field i, Reg3 s, Field j, Field k, Reg3 t) {
    return StoreAt<&TranslateCompressed::Sw>(OffsetW(i, j, k), s.reg(), t.reg());
  }
  bool CFsw(Field i, Reg3 s, Field j, Field k, Reg3 t) {
    return StoreAt<&TranslateCompressed::Fsw>(OffsetW(i, j, k), s.reg(), t.reg());
  }
  bool CSd(Field i, Reg3 s, Field j, Reg3 t) {
    return StoreAt<&TranslateCompressed::Sd>(OffsetD(i, j), s.reg(), t.reg());
  }
  bool CFsd(Field i, Reg3 s, Field j, Reg3 t) {
    return StoreAt<&TranslateCompressed::Fsd>(OffsetD(i, j), s.reg(), t.reg());
  }

  // --- quadrant 1. i is bit 5 of a six-bit immediate, j its low bits.
  bool CAddi(Field i, Reg d, Field j) { return Addi(Signed6(i, j), d, d); }
  bool CAddiw(Field i, Reg d, Field j) { return d.n != 0 && Addiw(Signed6(i, j), d, d); }
  bool CLi(Field i, Reg d, Field j) { return Addi(Signed6(i, j), kZero, d); }
  bool CLui(Field i, Reg d, Field j) {
    const u64 value = SignExtend(Six(i, j), 6);
    return value != 0 && Lui({static_cast<u32>(value & 0xfffff)}, d);
  }
  bool CAddi16sp(Field i, Field j) {
    const u64 offset = SignExtend(u64{i.bits} << 9 | Bits(j.bits, 2, 1) << 7 | Bits(j.bits, 3, 3) << 6 |
                                      Bits(j.bits, 0, 0) << 5 | Bits(j.bits, 4, 4) << 4,
                                  10);
    return offset != 0 && Addi(Imm(offset), kSp, kSp);
  }
  bool CSrli(Field i, Reg3 d, Field j) { return ShiftExists(i) && Srli(Shift6(i, j), d.reg(), d.reg()); }
  bool CSrai(Field i, Reg3 d, Field j) { return ShiftExists(i) && Srai(Shift6(i, j), d.reg(), d.reg()); }
  bool CAndi(Field i, Reg3 d, Field j) { return Andi(Signed6(i, j), d.reg(), d.reg()); }
  bool CSub(Reg3 d, Reg3 t) { return Sub(t.reg(), d.reg(), d.reg()); }
  bool CXor(Reg3 d, Reg3 t) { return Xor(t.reg(), d.reg(), d.reg()); }
  bool COr(Reg3 d, Reg3 t) { return Or(t.reg(), d.reg(), d.reg()); }
  bool CAnd(Reg3 d, Reg3 t) { return And(t.reg(), d.reg(), d.reg()); }
  bool CSubw(Reg3 d, Reg3 t) { return Subw(t.reg(), d.reg(), d.reg()); }
  bool CAddw(Reg3 d, Reg3 t) { return Addw(t.reg(), d.reg(), d.reg()); }
  bool CJ(Field i) { return JumpAndLink(kZero, pc_ + OffsetJ(i)); }
  bool CJal(Field i) { return JumpAndLink(kRa, pc_ + OffsetJ(i)); }
  bool CBeqz(Field i, Reg3 s, Field j) { return BranchIf(CmpEqX(Get(s.reg()), CX(0)), OffsetB(i, j)); }
  bool CBnez(Field i, Reg3 s, Field j) { return BranchIf(CmpNeX(Get(s.reg()), CX(0)), OffsetB(i, j)); }

  // --- quadrant 2
  bool CSlli(Field i, Reg d, Field j) { return ShiftExists(i) && Slli(Shift6(i, j), d, d); }
  bool CLwsp(Field i, Reg d, Field j) { return d.n != 0 && Lw(Imm(SpOffsetW(i, j)), kSp, d); }
  bool CFlwsp(Field i, Reg d, Field j) { return Flw(Imm(SpOffsetW(i, j)), kSp, d); }
  bool CLdsp(Field i, Reg d, Field j) { return d.n != 0 && Ld(Imm(SpOffsetD(i, j)), kSp, d); }
  bool CFldsp(Field i, Reg d, Field j) { return Fld(Imm(SpOffsetD(i, j)), kSp, d); }
  bool CSwsp(Field i, Reg t) { return StoreAt<&TranslateCompressed::Sw>(SpStoreW(i), kSp, t); }
  bool CFswsp(Field i, Reg t) { return StoreAt<&TranslateCompressed::Fsw>(SpStoreW(i), kSp, t); }
  bool CSdsp(Field i, Reg t) { return StoreAt<&TranslateCompressed::Sd>(SpStoreD(i), kSp, t); }
  bool CFsdsp(Field i, Reg t) { return StoreAt<&TranslateCompressed::Fsd>(SpStoreD(i), kSp, t); }
  bool CJr(Reg s) { return s.n != 0 && JumpToRegister(s, 0, kZero); }
  bool CJalr(Reg s) { return JumpToRegister(s, 0, kRa); }
  bool CMv(Reg d, Reg t) { return Add(t, kZero, d); }
  bool CAdd(Reg d, Reg t) { return Add(t, d, d); }
  bool CEbreak() { return Ebreak(); }

 private:
  static constexpr Reg kZero{0}, kRa{1}, kSp{2};

  static Field Imm(u64 value) { return {static_cast<u32>(value & 0xfff)}; }
  static u64 Six(Field i, Field j) { return u64{i.bits} << 5 | j.bits; }
  static Field Signed6(Field i, Field j) { return Imm(SignExtend(Six(i, j), 6)); }
  static Field Shift6(Field i, Field j) { return {static_cast<u32>(Six(i, j))}; }
  /// Shifts by 32 and more are reserved on RV32.
  bool ShiftExists(Field i) const { return !rv32_ || i.bits == 0; }

  static u64 OffsetW(Field i, Field j, Field k) {
    return u64{i.bits} << 3 | u64{j.bits} << 2 | u64{k.bits} << 6;
  }
  static u64 OffsetD(Field i, Field j) { return u64{i.bits} << 3 | u64{j.bits} << 6; }
  static u64 SpOffsetW(Field i, Field j) {
    return u64{i.bits} << 5 | Bits(j.bits, 4, 2) << 2 | Bits(j.bits, 1, 0) << 6;
  }
  static u64 SpOffsetD(Field i, Field j) {
    return u64{i.bits} << 5 | Bits(j.bits, 4, 3) << 3 | Bits(j.bits, 2, 0) << 6;
  }
  static u64 SpStoreW(Field i) { return Bits(i.bits, 5, 2) << 2 | Bits(i.bits, 1, 0) << 6; }
  static u64 SpStoreD(Field i) { return Bits(i.bits, 5, 3) << 3 | Bits(i.bits, 2, 0) << 6; }
  // inst[12:2] is offset[11|4|9:8|10|6|7|3:1|5].
  static u64 OffsetJ(Field i) {
    const u64 b = i.bits;
    return SignExtend(Bits(b, 10, 10) << 11 | Bits(b, 9, 9) << 4 | Bits(b, 8, 7) << 8 | Bits(b, 6, 6) << 10 |
                          Bits(b, 5, 5) << 6 | Bits(b, 4, 4) << 7 | Bits(b, 3, 1) << 1 | Bits(b, 0, 0) << 5,
                      12);
  }
  // i is offset[8|4:3], j is offset[7:6|2:1|5].
  static u64 OffsetB(Field i, Field j) {
    return SignExtend(Bits(i.bits, 2, 2) << 8 | Bits(i.bits, 1, 0) << 3 | Bits(j.bits, 4, 3) << 6 |
                          Bits(j.bits, 2, 1) << 1 | Bits(j.bits, 0, 0) << 5,
                      9);
  }

  /// Full stores take their offset in two pieces.
  template <auto store>
  bool StoreAt(u64 offset, Reg s, Reg t) {
    return (this->*store)({static_cast<u32>(Bits(offset, 11, 5))}, t, s,
                          {static_cast<u32>(Bits(offset, 4, 0))});
  }
};

}  // namespace emboard::riscv
