#pragma once
// I and M: Unprivileged 2, 4 and 12.

#include "core/guest/riscv/translate_base.h"

namespace emboard::riscv {

class TranslateInteger : public TranslateBase {
 public:
  using TranslateBase::TranslateBase;

  bool Lui(Field i, Reg d) { return SetX(d, CX(ImmU(i))); }
  bool Auipc(Field i, Reg d) { return SetX(d, CX(pc_ + ImmU(i))); }

  // --- jumps and branches
  bool Jal(Field i, Reg d) { return JumpAndLink(d, pc_ + ImmJ(i)); }
  bool Jalr(Field i, Reg s, Reg d) { return JumpToRegister(s, ImmI(i), d); }
  bool Beq(Field h, Reg t, Reg s, Field l) { return BranchIf(CmpEqX(Get(s), Get(t)), ImmB(h, l)); }
  bool Bne(Field h, Reg t, Reg s, Field l) { return BranchIf(CmpNeX(Get(s), Get(t)), ImmB(h, l)); }
  bool Blt(Field h, Reg t, Reg s, Field l) { return BranchIf(CmpLtSX(Get(s), Get(t)), ImmB(h, l)); }
  bool Bge(Field h, Reg t, Reg s, Field l) { return BranchIf(CmpGeSX(Get(s), Get(t)), ImmB(h, l)); }
  bool Bltu(Field h, Reg t, Reg s, Field l) { return BranchIf(CmpLtUX(Get(s), Get(t)), ImmB(h, l)); }
  bool Bgeu(Field h, Reg t, Reg s, Field l) { return BranchIf(CmpGeUX(Get(s), Get(t)), ImmB(h, l)); }

  // --- register and immediate
  bool Addi(Field i, Reg s, Reg d) { return SetX(d, AddX(Get(s), CX(ImmI(i)))); }
  bool Slti(Field i, Reg s, Reg d) { return SetX(d, FromBool(CmpLtSX(Get(s), CX(ImmI(i))))); }
  bool Sltiu(Field i, Reg s, Reg d) { return SetX(d, FromBool(CmpLtUX(Get(s), CX(ImmI(i))))); }
  bool Xori(Field i, Reg s, Reg d) { return SetX(d, XorX(Get(s), CX(ImmI(i)))); }
  bool Ori(Field i, Reg s, Reg d) { return SetX(d, OrX(Get(s), CX(ImmI(i)))); }
  bool Andi(Field i, Reg s, Reg d) { return SetX(d, AndX(Get(s), CX(ImmI(i)))); }
  bool Slli(Field i, Reg s, Reg d) { return SetX(d, ShlX(Get(s), CX(i.bits))); }
  bool Srli(Field i, Reg s, Reg d) { return SetX(d, ShrUX(Get(s), CX(i.bits))); }
  bool Srai(Field i, Reg s, Reg d) { return SetX(d, ShrSX(Get(s), CX(i.bits))); }
  bool Addiw(Field i, Reg s, Reg d) { return SetW(d, e_.Add32(GetW(s), C32(ImmI(i)))); }
  bool Slliw(Field i, Reg s, Reg d) { return SetW(d, e_.Shl32(GetW(s), C32(i.bits))); }
  bool Srliw(Field i, Reg s, Reg d) { return SetW(d, e_.ShrU32(GetW(s), C32(i.bits))); }
  bool Sraiw(Field i, Reg s, Reg d) { return SetW(d, e_.ShrS32(GetW(s), C32(i.bits))); }

  // --- two registers
  bool Add(Reg t, Reg s, Reg d) { return SetX(d, AddX(Get(s), Get(t))); }
  bool Sub(Reg t, Reg s, Reg d) { return SetX(d, SubX(Get(s), Get(t))); }
  bool Sll(Reg t, Reg s, Reg d) { return SetX(d, ShlX(Get(s), Get(t))); }
  bool Slt(Reg t, Reg s, Reg d) { return SetX(d, FromBool(CmpLtSX(Get(s), Get(t)))); }
  bool Sltu(Reg t, Reg s, Reg d) { return SetX(d, FromBool(CmpLtUX(Get(s), Get(t)))); }
  bool Xor(Reg t, Reg s, Reg d) { return SetX(d, XorX(Get(s), Get(t))); }
  bool Srl(Reg t, Reg s, Reg d) { return SetX(d, ShrUX(Get(s), Get(t))); }
  bool Sra(Reg t, Reg s, Reg d) { return SetX(d, ShrSX(Get(s), Get(t))); }
  bool Or(Reg t, Reg s, Reg d) { return SetX(d, OrX(Get(s), Get(t))); }
  bool And(Reg t, Reg s, Reg d) { return SetX(d, AndX(Get(s), Get(t))); }
  bool Addw(Reg t, Reg s, Reg d) { return SetW(d, e_.Add32(GetW(s), GetW(t))); }
  bool Subw(Reg t, Reg s, Reg d) { return SetW(d, e_.Sub32(GetW(s), GetW(t))); }
  bool Sllw(Reg t, Reg s, Reg d) { return SetW(d, e_.Shl32(GetW(s), GetW(t))); }
  bool Srlw(Reg t, Reg s, Reg d) { return SetW(d, e_.ShrU32(GetW(s), GetW(t))); }
  bool Sraw(Reg t, Reg s, Reg d) { return SetW(d, e_.ShrS32(GetW(s), GetW(t))); }

  // --- multiplication and division. A divisor of zero gives all ones and the dividend (12.2).
  bool Mul(Reg t, Reg s, Reg d) { return SetX(d, MulX(Get(s), Get(t))); }
  bool Mulh(Reg t, Reg s, Reg d) {
    if (rv32_) return SetHigh32(d, Signed64(s), Signed64(t));
    return SetX(d, Of(e_.MulHiS64(As64(Get(s)), As64(Get(t)))));
  }
  bool Mulhsu(Reg t, Reg s, Reg d) {
    if (rv32_) return SetHigh32(d, Signed64(s), Wide(Get(t)));
    return SetX(d, Of(e_.MulHiSU64(As64(Get(s)), As64(Get(t)))));
  }
  bool Mulhu(Reg t, Reg s, Reg d) {
    if (rv32_) return SetHigh32(d, Wide(Get(s)), Wide(Get(t)));
    return SetX(d, Of(e_.MulHiU64(As64(Get(s)), As64(Get(t)))));
  }
  bool Div(Reg t, Reg s, Reg d) { return SetX(d, OnesIfZero(t, DivSX(Get(s), Get(t)))); }
  bool Divu(Reg t, Reg s, Reg d) { return SetX(d, OnesIfZero(t, DivUX(Get(s), Get(t)))); }
  bool Rem(Reg t, Reg s, Reg d) { return SetX(d, RemSX(Get(s), Get(t))); }
  bool Remu(Reg t, Reg s, Reg d) { return SetX(d, RemUX(Get(s), Get(t))); }
  bool Mulw(Reg t, Reg s, Reg d) { return SetW(d, e_.Mul32(GetW(s), GetW(t))); }
  bool Divw(Reg t, Reg s, Reg d) { return SetW(d, OnesIfZeroW(t, e_.DivS32(GetW(s), GetW(t)))); }
  bool Divuw(Reg t, Reg s, Reg d) { return SetW(d, OnesIfZeroW(t, e_.DivU32(GetW(s), GetW(t)))); }
  bool Remw(Reg t, Reg s, Reg d) { return SetW(d, e_.RemS32(GetW(s), GetW(t))); }
  bool Remuw(Reg t, Reg s, Reg d) { return SetW(d, e_.RemU32(GetW(s), GetW(t))); }

 protected:
  bool SetW(Reg d, I32 value) { return SetX(d, FromSigned32(value)); }

  bool JumpAndLink(Reg d, u64 target) {
    if (MisalignedTarget(target)) return true;
    Set(d, CX(next_pc_));
    EmitJump(target);
    return true;
  }
  bool JumpToRegister(Reg s, u64 offset, Reg d) {
    X target = AndX(AddX(Get(s), CX(offset)), CX(~u64{1}));
    if (!config_.has(Ext::C)) target = Narrow(e_.Call(ir::Fn{&kCheckTarget}, Wide(target), C64(0)));
    Set(d, CX(next_pc_));
    e_.JumpIndirect(Wide(target));
    ended_ = true;
    return true;
  }
  bool BranchIf(I32 condition, u64 offset) {
    const u64 target = Wrap(pc_ + offset);
    if (target % 4 != 0 && !config_.has(Ext::C))
      e_.Call(ir::Fn{&kRaiseIf}, e_.ZeroExtend32x64(condition), C64(target));
    e_.Branch(condition, ir::Pc{target}, ir::Pc{next_pc_});
    ended_ = true;
    return true;
  }

 private:
  // Without C a target must be a multiple of four (2.5).
  bool MisalignedTarget(u64 target) {
    if (target % 4 == 0 || config_.has(Ext::C)) return false;
    Raise(kInstructionMisaligned, Wrap(target));
    return true;
  }
  I64 Signed64(Reg r) { return e_.SignExtend32x64(As32(Get(r))); }
  bool SetHigh32(Reg d, I64 a, I64 b) {
    return SetX(d, Of(e_.Truncate64x32(e_.ShrU64(e_.Mul64(a, b), C64(32)))));
  }
  X OnesIfZero(Reg divisor, X quotient) {
    return SelectX(CmpEqX(Get(divisor), CX(0)), CX(~u64{0}), quotient);
  }
  I32 OnesIfZeroW(Reg divisor, I32 quotient) {
    return e_.Select32(e_.CmpEq32(GetW(divisor), C32(0)), C32(~u64{0}), quotient);
  }
};

}  // namespace emboard::riscv
