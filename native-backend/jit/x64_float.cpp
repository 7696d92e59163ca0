// Floating point on the host's SSE unit, where its result and flags are provably the guest's.
//
// The host rounds to nearest even. If the guest does so too and its Inexact flag is already set, an operation
// whose result is a normal number well inside the range raises nothing new. Everything else takes the
// software path.

#include "native-backend/jit/x64_emitter.h"

namespace emboard::jit {

using Xbyak::Xmm;

bool RegionEmitter::EmitFloat(const Bytecode& op) {
  switch (op.code) {
#define ARITHMETIC(name)                                            \
  case Code::name##F64:                                             \
    return EmitFpArithmetic(op, &RegionEmitter::Compute##name, 64); \
  case Code::name##F32:                                             \
    return EmitFpArithmetic(op, &RegionEmitter::Compute##name, 32);
    // clang-format off
    ARITHMETIC(Add) ARITHMETIC(Sub) ARITHMETIC(Mul) ARITHMETIC(Div) ARITHMETIC(Sqrt)
    // clang-format on
#define FUSED(name)                                                              \
  case Code::name##F64:                                                          \
    return host_.fma && EmitFpArithmetic(op, &RegionEmitter::Compute##name, 64); \
  case Code::name##F32:                                                          \
    return host_.fma && EmitFpArithmetic(op, &RegionEmitter::Compute##name, 32);
        // clang-format off
    FUSED(MulAdd) FUSED(MulSub) FUSED(NegMulAdd) FUSED(NegMulSub)
    // clang-format on
#undef FUSED
#undef ARITHMETIC
            case Code::CmpEqF64 : case Code::CmpLtF64 : case Code::CmpLeF64 : return EmitFpCompare(op, 64);
    case Code::CmpEqF32:
    case Code::CmpLtF32:
    case Code::CmpLeF32:
      return EmitFpCompare(op, 32);
    case Code::FromI32F64:
      return EmitFpFromInt(op, 64, false);
    case Code::FromI64F64:
      return EmitFpFromInt(op, 64, true);
    case Code::FromI32F32:
      return EmitFpFromInt(op, 32, false);
    case Code::FromI64F32:
      return EmitFpFromInt(op, 32, true);
    case Code::ConvertF32xF64:
      return EmitFpConvert(op, true);
    case Code::ConvertF64xF32:
      return EmitFpConvert(op, false);
    case Code::BoxF32:
    case Code::UnboxF32:
      return EmitBoxing(op), true;
    default:
      return false;
  }
}

void RegionEmitter::LoadXmm(const Xmm& to, u16 cell, unsigned bits) {
  if (const auto xmm = registers_.XmmOf(cell)) return movaps(to, Xmm(*xmm));
  if (!InRegister(cell)) return bits == 64 ? movsd(to, Cell(cell)) : movss(to, Cell(cell, 32));
  return bits == 64 ? movq(to, RegOf(cell)) : movd(to, RegOf(cell).cvt32());
}

void RegionEmitter::FinishXmm0(u16 cell, unsigned bits) {
  if (const auto xmm = registers_.XmmOf(cell)) return movaps(Xmm(*xmm), xmm0);
  const Reg64 to = ResultIn(cell, rax);
  if (bits == 64)
    movq(to, xmm0);
  else
    movd(to.cvt32(), xmm0);
  Finish(cell, to);
}

Xmm RegionEmitter::XmmOperand(const Xmm& scratch, u16 cell, unsigned bits) {
  if (const auto xmm = registers_.XmmOf(cell)) return Xmm(*xmm);
  LoadXmm(scratch, cell, bits);
  return scratch;
}

/// False: this rounding is never the host's.
bool RegionEmitter::FpGuard(const Bytecode& op, Label& slow) {
  const u64 rounding = (op.imm >> 16) & 7;
  if (rounding != 0 && rounding != 7) return false;
  if (rounding == 7) {
    cmp(qword[rbx + static_cast<int>(offsetof(CpuContext, fp_rounding))], 0);
    jne(slow, T_NEAR);
  }
  test(byte[rbx + static_cast<int>(offsetof(CpuContext, fp_flags))], fp::kInexact);
  jz(slow, T_NEAR);
  return true;
}

// xmm0 must have an exponent field from 2 to the largest of a finite number: neither zero, subnormal, rounded
// up to the least normal, infinite nor NaN.
void RegionEmitter::FpCheckNormal(unsigned bits, Label& slow) {
  if (bits == 64)
    movq(rcx, xmm0);
  else
    movd(ecx, xmm0);
  bits == 64 ? shr(rcx, 52) : shr(ecx, 23);
  and_(ecx, bits == 64 ? 0x7ff : 0xff);
  sub(ecx, 2);
  cmp(ecx, bits == 64 ? 0x7fc : 0xfc);
  ja(slow, T_NEAR);
}

void RegionEmitter::FpSlowPath(const Bytecode& op, Label& slow, Label& done) {
  Cold([this, &op, &slow, &done, regs = Capture(op), block = block_] {
    L(slow);
    EmitGeneric(op, regs, *block);
    jmp(done, T_NEAR);
  });
}

bool RegionEmitter::EmitFpArithmetic(const Bytecode& op, FpOp compute, unsigned bits) {
  Label &slow = NewLabel(), &done = NewLabel();
  if (!FpGuard(op, slow)) return false;
  (this->*compute)(bits, op);
  FpCheckNormal(bits, slow);
  FinishXmm0(op.dst, bits);
  L(done);
  FpSlowPath(op, slow, done);
  return true;
}

#define COMPUTE_BINARY(name, instruction)                                \
  void RegionEmitter::Compute##name(unsigned bits, const Bytecode& op) { \
    LoadXmm(xmm0, op.a, bits);                                           \
    const Xmm b = XmmOperand(xmm1, op.b, bits);                          \
    bits == 64 ? instruction##sd(xmm0, b) : instruction##ss(xmm0, b);    \
  }
// clang-format off
    COMPUTE_BINARY(Add, add) COMPUTE_BINARY(Sub, sub) COMPUTE_BINARY(Mul, mul) COMPUTE_BINARY(Div, div)
// clang-format on
#undef COMPUTE_BINARY

    void RegionEmitter::ComputeSqrt(unsigned bits, const Bytecode& op) {
  LoadXmm(xmm1, op.a, bits);
  bits == 64 ? sqrtsd(xmm0, xmm1) : sqrtss(xmm0, xmm1);
}

// xmm0 = +-(xmm1 * xmm2) +- xmm0.
#define COMPUTE_FUSED(name, instruction)                                          \
  void RegionEmitter::Compute##name(unsigned bits, const Bytecode& op) {          \
    LoadXmm(xmm0, ThirdCellOf(op), bits);                                         \
    const Xmm a = XmmOperand(xmm1, op.a, bits), b = XmmOperand(xmm2, op.b, bits); \
    bits == 64 ? instruction##sd(xmm0, a, b) : instruction##ss(xmm0, a, b);       \
  }
// clang-format off
    COMPUTE_FUSED(MulAdd, vfmadd231) COMPUTE_FUSED(MulSub, vfmsub231)
    COMPUTE_FUSED(NegMulAdd, vfnmadd231) COMPUTE_FUSED(NegMulSub, vfnmsub231)
// clang-format on
#undef COMPUTE_FUSED

    // Comparisons of numbers raise nothing; the parity flag says that one is a NaN.
    bool RegionEmitter::EmitFpCompare(const Bytecode& op, unsigned bits) {
  Label &slow = NewLabel(), &done = NewLabel();
  LoadXmm(xmm0, op.b, bits);
  LoadXmm(xmm1, op.a, bits);
  bits == 64 ? ucomisd(xmm0, xmm1) : ucomiss(xmm0, xmm1);
  jp(slow, T_NEAR);
  switch (op.code) {
    case Code::CmpEqF64:
    case Code::CmpEqF32:
      sete(al);
      break;
    case Code::CmpLtF64:
    case Code::CmpLtF32:
      seta(al);
      break;
    default:
      setae(al);
      break;
  }
  const Reg64 to = ResultIn(op.dst, rax);
  movzx(to.cvt32(), al);
  Finish(op.dst, to);
  L(done);
  FpSlowPath(op, slow, done);
  return true;
}

bool RegionEmitter::EmitFpFromInt(const Bytecode& op, unsigned bits, bool from64) {
  const bool exact = bits == 64 && !from64;
  Label &slow = NewLabel(), &done = NewLabel();
  if (!exact && !FpGuard(op, slow)) return false;
  from64 ? Load64(rax, op.a) : Load32(rax, op.a);
  xorps(xmm0, xmm0);
  if (bits == 64)
    from64 ? cvtsi2sd(xmm0, rax) : cvtsi2sd(xmm0, eax);
  else
    from64 ? cvtsi2ss(xmm0, rax) : cvtsi2ss(xmm0, eax);
  FinishXmm0(op.dst, bits);
  L(done);
  if (!exact) FpSlowPath(op, slow, done);
  return true;
}

bool RegionEmitter::EmitFpConvert(const Bytecode& op, bool widen) {
  Label &slow = NewLabel(), &done = NewLabel();
  if (!widen && !FpGuard(op, slow)) return false;
  LoadXmm(xmm1, op.a, widen ? 32 : 64);
  if (widen) {
    ucomiss(xmm1, xmm1);
    jp(slow, T_NEAR);
    cvtss2sd(xmm0, xmm1);
  } else {
    cvtsd2ss(xmm0, xmm1);
    FpCheckNormal(32, slow);
  }
  FinishXmm0(op.dst, widen ? 64 : 32);
  L(done);
  FpSlowPath(op, slow, done);
  return true;
}

// A single in a 64-bit register has ones above it; what has not is a NaN (RISC-V NaN boxing).
void RegionEmitter::EmitBoxing(const Bytecode& op) {
  if (op.code == Code::BoxF32) {
    Load32(rax, op.a);
    mov(rcx, 0xffff'ffff'0000'0000);
    or_(rax, rcx);
    return Finish(op.dst, rax);
  }
  Label &slow = NewLabel(), &done = NewLabel();
  Load64(rax, op.a);
  mov(rcx, rax);
  sar(rcx, 32);
  cmp(ecx, -1);
  jne(slow, T_NEAR);
  mov(eax, eax);
  Finish(op.dst, rax);
  L(done);
  FpSlowPath(op, slow, done);
}

}  // namespace emboard::jit
