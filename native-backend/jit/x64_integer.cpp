// Integer operations.

#include "native-backend/jit/x64_emitter.h"

namespace emboard::jit {
namespace {

// Condition codes as in setcc and cmovcc (Intel SDM volume 1, B.1).
enum Condition : unsigned { kB = 2, kAe = 3, kE = 4, kNe = 5, kA = 7, kL = 12, kGe = 13, kG = 15 };
enum Shift : unsigned { kShl, kShrU, kShrS, kRotr };

}  // namespace

bool RegionEmitter::EmitInteger(const Bytecode& op) {
  switch (op.code) {
#define ALU(name, alu)                                  \
  case Code::name##64:                                  \
    return EmitAlu(alu, op, true, false, false), true;  \
  case Code::name##64_Imm:                              \
    return EmitAlu(alu, op, true, true, false), true;   \
  case Code::name##32:                                  \
    return EmitAlu(alu, op, false, false, false), true; \
  case Code::name##32_Imm:                              \
    return EmitAlu(alu, op, false, true, false), true;
    // clang-format off
    ALU(Add, kAdd) ALU(Sub, kSub) ALU(And, kAnd) ALU(Or, kOr) ALU(Xor, kXor)
    // clang-format on
#undef ALU
        case Code::Add32_Signed : return EmitAlu(kAdd, op, false, false, true),
                                  true;
    case Code::Add32_Imm_Signed:
      return EmitAlu(kAdd, op, false, true, true), true;
    case Code::Sub32_Signed:
      return EmitAlu(kSub, op, false, false, true), true;
    case Code::Sub32_Imm_Signed:
      return EmitAlu(kSub, op, false, true, true), true;
#define COMPARE(name, condition)                               \
  case Code::name##64:                                         \
    return EmitCompareBool(op, true, false, condition), true;  \
  case Code::name##64_Imm:                                     \
    return EmitCompareBool(op, true, true, condition), true;   \
  case Code::name##32:                                         \
    return EmitCompareBool(op, false, false, condition), true; \
  case Code::name##32_Imm:                                     \
    return EmitCompareBool(op, false, true, condition), true;
      // clang-format off
    COMPARE(CmpEq, kE) COMPARE(CmpNe, kNe) COMPARE(CmpLtS, kL) COMPARE(CmpGeS, kGe) COMPARE(CmpLtU, kB)
    COMPARE(CmpGeU, kAe)
      // clang-format on
#undef COMPARE
#define MINMAX(name, condition)                           \
  case Code::name##64:                                    \
    return EmitMinMax(op, true, false, condition), true;  \
  case Code::name##64_Imm:                                \
    return EmitMinMax(op, true, true, condition), true;   \
  case Code::name##32:                                    \
    return EmitMinMax(op, false, false, condition), true; \
  case Code::name##32_Imm:                                \
    return EmitMinMax(op, false, true, condition), true;
          // clang-format off
    MINMAX(MinU, kA) MINMAX(MaxU, kB) MINMAX(MinS, kG) MINMAX(MaxS, kL)
      // clang-format on
#undef MINMAX
              case Code::Select64 : return EmitSelect(op, true),
                                    true;
    case Code::Select32:
      return EmitSelect(op, false), true;
    default:
      return EmitShift(op) || EmitMultiplyDivide(op) || EmitUnary(op);
  }
}

void RegionEmitter::Alu2(Alu alu, const Xbyak::Reg& to, const Xbyak::Operand& from) {
  switch (alu) {
    case kAdd:
      return add(to, from);
    case kSub:
      return sub(to, from);
    case kAnd:
      return and_(to, from);
    case kOr:
      return or_(to, from);
    case kXor:
      return xor_(to, from);
  }
}

void RegionEmitter::AluImm(Alu alu, const Xbyak::Reg& to, u32 value) {
  switch (alu) {
    case kAdd:
      return add(to, value);
    case kSub:
      return sub(to, value);
    case kAnd:
      return and_(to, value);
    case kOr:
      return or_(to, value);
    case kXor:
      return xor_(to, value);
  }
}

void RegionEmitter::EmitAlu(Alu alu, const Bytecode& op, bool wide, bool immediate, bool sign) {
  Reg64 to = ResultIn(op.dst, rax);
  // Writing `to` must not destroy the right operand before it is read.
  if (!immediate && InRegister(op.b) && RegOf(op.b).getIdx() == to.getIdx() && op.a != op.b) to = rax;
  const auto sized = [&](const Reg64& reg) -> Xbyak::Reg {
    return wide ? Xbyak::Reg(reg) : Xbyak::Reg(reg.cvt32());
  };
  const u64 value = wide ? op.imm : static_cast<u64>(static_cast<i64>(static_cast<i32>(op.imm)));
  if (immediate && alu == kAdd && FitsInt32(value) && InRegister(op.a) &&
      RegOf(op.a).getIdx() != to.getIdx()) {
    lea(sized(to), ptr[RegOf(op.a) + static_cast<int>(static_cast<i32>(value))]);
  } else {
    if (wide)
      Load64(to, op.a);
    else if (!InRegister(op.a) || RegOf(op.a).getIdx() != to.getIdx())
      Load32(to, op.a);
    if (immediate && FitsInt32(value)) {
      AluImm(alu, sized(to), static_cast<u32>(value));
    } else if (immediate) {
      mov(rcx, value);
      Alu2(alu, sized(to), sized(rcx));
    } else if (InRegister(op.b)) {
      Alu2(alu, sized(to), sized(RegOf(op.b)));
    } else {
      Alu2(alu, sized(to), Cell(op.b, wide ? 64 : 32));
    }
  }
  if (sign) movsxd(to, to.cvt32());
  Finish(op.dst, to);
}

void RegionEmitter::EmitCompare(const Bytecode& op, bool wide, bool immediate) {
  const auto sized = [&](const Reg64& reg) -> Xbyak::Reg {
    return wide ? Xbyak::Reg(reg) : Xbyak::Reg(reg.cvt32());
  };
  if (!InRegister(op.a)) wide ? Load64(rax, op.a) : Load32(rax, op.a);
  const Reg64 a = InRegister(op.a) ? RegOf(op.a) : rax;
  const u64 value = wide ? op.imm : static_cast<u64>(static_cast<i64>(static_cast<i32>(op.imm)));
  if (immediate && FitsInt32(value)) {
    cmp(sized(a), static_cast<u32>(value));
  } else if (immediate) {
    mov(rcx, value);
    cmp(sized(a), sized(rcx));
  } else if (op.b == 0) {
    test(sized(a), sized(a));
  } else if (InRegister(op.b)) {
    cmp(sized(a), sized(RegOf(op.b)));
  } else {
    cmp(sized(a), Cell(op.b, wide ? 64 : 32));
  }
}

void RegionEmitter::EmitCompareBool(const Bytecode& op, bool wide, bool immediate, unsigned condition) {
  EmitCompare(op, wide, immediate);
  switch (condition) {
    case kB:
      setb(al);
      break;
    case kAe:
      setae(al);
      break;
    case kE:
      sete(al);
      break;
    case kNe:
      setne(al);
      break;
    case kL:
      setl(al);
      break;
    default:
      setge(al);
      break;
  }
  const Reg64 to = ResultIn(op.dst, rax);
  movzx(to.cvt32(), al);
  Finish(op.dst, to);
}

void RegionEmitter::EmitMinMax(const Bytecode& op, bool wide, bool immediate, unsigned condition) {
  wide ? Load64(rax, op.a) : Load32(rax, op.a);
  if (immediate)
    mov(rcx, wide ? op.imm : static_cast<u32>(op.imm));
  else
    wide ? Load64(rcx, op.b) : Load32(rcx, op.b);
  if (wide)
    cmp(rax, rcx);
  else
    cmp(eax, ecx);
  switch (condition) {  // take the other one if the first compares so
    case kA:
      cmova(rax, rcx);
      break;
    case kB:
      cmovb(rax, rcx);
      break;
    case kG:
      cmovg(rax, rcx);
      break;
    default:
      cmovl(rax, rcx);
      break;
  }
  Finish(op.dst, rax);
}

void RegionEmitter::EmitSelect(const Bytecode& op, bool wide) {
  const auto load = [&](const Reg64& to, u16 cell) { wide ? Load64(to, cell) : Load32(to, cell); };
  load(rcx, op.b);
  load(rdx, ThirdCellOf(op));
  Load32(rax, op.a);
  test(eax, eax);
  cmove(rcx, rdx);
  Finish(op.dst, rcx);
}

bool RegionEmitter::EmitShift(const Bytecode& op) {
  switch (op.code) {
#define SHIFT(name, kind)                                    \
  case Code::name##64:                                       \
    return EmitShiftBy(kind, op, true, false, false), true;  \
  case Code::name##64_Imm:                                   \
    return EmitShiftBy(kind, op, true, true, false), true;   \
  case Code::name##32:                                       \
    return EmitShiftBy(kind, op, false, false, false), true; \
  case Code::name##32_Imm:                                   \
    return EmitShiftBy(kind, op, false, true, false), true;
    // clang-format off
    SHIFT(Shl, kShl) SHIFT(ShrU, kShrU) SHIFT(ShrS, kShrS) SHIFT(Rotr, kRotr)
    // clang-format on
#undef SHIFT
#define SHIFT(name, kind)                                   \
  case Code::name##32_Signed:                               \
    return EmitShiftBy(kind, op, false, false, true), true; \
  case Code::name##32_Imm_Signed:                           \
    return EmitShiftBy(kind, op, false, true, true), true;
        // clang-format off
    SHIFT(Shl, kShl) SHIFT(ShrU, kShrU) SHIFT(ShrS, kShrS)
    // clang-format on
#undef SHIFT
            default : return false;
  }
}

void RegionEmitter::EmitShiftBy(unsigned kind, const Bytecode& op, bool wide, bool immediate, bool sign) {
  Reg64 to = ResultIn(op.dst, rax);
  if (!immediate) {
    Load64(rcx, op.b);
    if (InRegister(op.b) && RegOf(op.b).getIdx() == to.getIdx() && op.a != op.b) to = rax;
  }
  if (wide)
    Load64(to, op.a);
  else
    Load32(to, op.a);
  const Xbyak::Reg sized = wide ? Xbyak::Reg(to) : Xbyak::Reg(to.cvt32());
  const int count = static_cast<int>(op.imm & (wide ? 63 : 31));
  switch (kind) {
    case kShl:
      immediate ? shl(sized, count) : shl(sized, cl);
      break;
    case kShrU:
      immediate ? shr(sized, count) : shr(sized, cl);
      break;
    case kShrS:
      immediate ? sar(sized, count) : sar(sized, cl);
      break;
    default:
      immediate ? ror(sized, count) : ror(sized, cl);
      break;
  }
  if (sign) movsxd(to, to.cvt32());
  Finish(op.dst, to);
}

bool RegionEmitter::EmitMultiplyDivide(const Bytecode& op) {
  const auto multiply = [&](bool wide, bool immediate, bool sign) {
    Reg64 to = ResultIn(op.dst, rax);
    const auto sized = [&](const Reg64& reg) { return wide ? Xbyak::Reg(reg) : Xbyak::Reg(reg.cvt32()); };
    if (!immediate && InRegister(op.b) && RegOf(op.b).getIdx() == to.getIdx() && op.a != op.b) to = rax;
    if (immediate) mov(rcx, wide ? op.imm : static_cast<u32>(op.imm));
    wide ? Load64(to, op.a) : Load32(to, op.a);
    if (immediate)
      imul(sized(to), sized(rcx));
    else if (InRegister(op.b))
      imul(sized(to), sized(RegOf(op.b)));
    else
      imul(sized(to), Cell(op.b, wide ? 64 : 32));
    if (sign) movsxd(to, to.cvt32());
    Finish(op.dst, to);
    return true;
  };
  const auto high = [&](bool is_signed) {
    Load64(rax, op.a);
    Load64(rcx, op.b);
    if (is_signed)
      imul(rcx);
    else
      mul(rcx);
    Finish(op.dst, rdx);
    return true;
  };
  switch (op.code) {
    case Code::Mul64:
      return multiply(true, false, false);
    case Code::Mul64_Imm:
      return multiply(true, true, false);
    case Code::Mul32:
      return multiply(false, false, false);
    case Code::Mul32_Imm:
      return multiply(false, true, false);
    case Code::Mul32_Signed:
      return multiply(false, false, true);
    case Code::Mul32_Imm_Signed:
      return multiply(false, true, true);
    case Code::MulHiU64:
      return high(false);
    case Code::MulHiS64:
      return high(true);
#define DIVIDE(name, is_signed, remainder)                           \
  case Code::name##64:                                               \
    return EmitDivide(op, true, false, is_signed, remainder), true;  \
  case Code::name##64_Imm:                                           \
    return EmitDivide(op, true, true, is_signed, remainder), true;   \
  case Code::name##32:                                               \
    return EmitDivide(op, false, false, is_signed, remainder), true; \
  case Code::name##32_Imm:                                           \
    return EmitDivide(op, false, true, is_signed, remainder), true;
      // clang-format off
    DIVIDE(DivU, false, false) DIVIDE(DivS, true, false) DIVIDE(RemU, false, true)
    DIVIDE(RemS, true, true)
      // clang-format on
#undef DIVIDE
          default : return false;
  }
}

// The host traps on a zero divisor and on overflow; the table defines both.
void RegionEmitter::EmitDivide(const Bytecode& op, bool wide, bool immediate, bool is_signed,
                               bool remainder) {
  const auto sized = [&](const Reg64& reg) -> Xbyak::Reg {
    return wide ? Xbyak::Reg(reg) : Xbyak::Reg(reg.cvt32());
  };
  Label zero, minus_one, done;
  wide ? Load64(rax, op.a) : Load32(rax, op.a);
  if (immediate)
    mov(rcx, wide ? op.imm : static_cast<u32>(op.imm));
  else
    wide ? Load64(rcx, op.b) : Load32(rcx, op.b);
  test(sized(rcx), sized(rcx));
  jz(zero);
  if (is_signed) {
    cmp(sized(rcx), -1);
    je(minus_one);
    wide ? cqo() : cdq();
    idiv(sized(rcx));
  } else {
    xor_(edx, edx);
    div(sized(rcx));
  }
  if (remainder) mov(rax, rdx);
  jmp(done);
  if (is_signed) {
    L(minus_one);
    if (remainder)
      xor_(eax, eax);
    else
      neg(sized(rax));
    jmp(done);
  }
  L(zero);
  if (!remainder) xor_(eax, eax);
  L(done);
  Finish(op.dst, rax);
}

bool RegionEmitter::EmitUnary(const Bytecode& op) {
  const Reg64 to = ResultIn(op.dst, rax);
  const auto done = [&] { return Finish(op.dst, to), true; };
  switch (op.code) {
    case Code::Move:
      return Load64(to, op.a), done();
    case Code::LoadImm:
      return StoreImm(op.dst, op.imm), true;
    case Code::ZeroExtend32x64:
    case Code::FromBitsF32:
    case Code::ToBitsF32:
      return Load32(to, op.a), done();
    case Code::SignExtend32x64:
      return Load32(rax, op.a), movsxd(to, eax), done();
    case Code::SignExtend8x32:
      return Load32(rax, op.a), movsx(to.cvt32(), al), done();
    case Code::SignExtend16x32:
      return Load32(rax, op.a), movsx(to.cvt32(), ax), done();
    case Code::SignExtend8x64:
      return Load64(rax, op.a), movsx(to, al), done();
    case Code::SignExtend16x64:
      return Load64(rax, op.a), movsx(to, ax), done();
    case Code::ByteSwap32:
      return Load32(to, op.a), bswap(to.cvt32()), done();
    case Code::ByteSwap64:
      return Load64(to, op.a), bswap(to), done();
    default:
      break;
  }
  if (host_.lzcnt && op.code == Code::Clz64) return Load64(rax, op.a), lzcnt(to, rax), done();
  if (host_.lzcnt && op.code == Code::Clz32) return Load32(rax, op.a), lzcnt(to.cvt32(), eax), done();
  if (host_.bmi1 && op.code == Code::Ctz64) return Load64(rax, op.a), tzcnt(to, rax), done();
  if (host_.bmi1 && op.code == Code::Ctz32) return Load32(rax, op.a), tzcnt(to.cvt32(), eax), done();
  if (host_.popcnt && op.code == Code::Popcount64) return Load64(rax, op.a), popcnt(to, rax), done();
  if (host_.popcnt && op.code == Code::Popcount32) return Load32(rax, op.a), popcnt(to.cvt32(), eax), done();
  return false;
}

}  // namespace emboard::jit
