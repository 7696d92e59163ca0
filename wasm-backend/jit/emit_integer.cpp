// Integer operations.

#include "wasm-backend/jit/region_emitter.h"

namespace emboard::wasm {

bool RegionEmitter::EmitInteger(const Bytecode& op) {
  switch (op.code) {
#define BOTH_FORMS(name, N, code)                  \
  case Code::name##N:                              \
    return Binary(op, code, N == 64, false), true; \
  case Code::name##N##_Imm:                        \
    return Binary(op, code, N == 64, true), true;
#define BINARY(name) BOTH_FORMS(name, 32, kI32##name) BOTH_FORMS(name, 64, kI64##name)
    BINARY(Add)
    BINARY(Sub)
    BINARY(Mul)
    BINARY(And)
    BINARY(Or)
    BINARY(Xor)
    BINARY(Shl)
    BINARY(ShrU)
    BINARY(ShrS)
    BINARY(Rotr)
#undef BINARY
#define X(name)                                              \
  case Code::name##_Signed:                                  \
    return Binary(op, kI32##name, false, false, true), true; \
  case Code::name##_Imm_Signed:                              \
    return Binary(op, kI32##name, false, true, true), true;
#define kI32Add32 kI32Add
#define kI32Sub32 kI32Sub
#define kI32Mul32 kI32Mul
#define kI32Shl32 kI32Shl
#define kI32ShrU32 kI32ShrU
#define kI32ShrS32 kI32ShrS
    BYTECODE_SIGNED(X)
#undef X
#define MINMAX(name, N, code)                      \
  case Code::name##N:                              \
    return MinMax(op, code, N == 64, false), true; \
  case Code::name##N##_Imm:                        \
    return MinMax(op, code, N == 64, true), true;
#define MINMAXES(N)           \
  MINMAX(MinU, N, kI##N##LtU) \
  MINMAX(MaxU, N, kI##N##GtU) MINMAX(MinS, N, kI##N##LtS) MINMAX(MaxS, N, kI##N##GtS)
    MINMAXES(32)
    MINMAXES(64)
#undef MINMAXES
#undef MINMAX
    case Code::Select32:
      return Select(op, false), true;
    case Code::Select64:
      return Select(op, true), true;
    default:
      return EmitCompare(op) || EmitMultiplyDivide(op) || EmitUnary(op);
  }
}

bool RegionEmitter::EmitCompare(const Bytecode& op) {
  const auto boolean = [&](Op code, bool wide, bool immediate) {
    Begin(op.dst);
    Compare(op, code, wide, immediate);
    End32(op.dst);
    return true;
  };
  switch (op.code) {
#define COMPARE(name, N, code)            \
  case Code::name##N:                     \
    return boolean(code, N == 64, false); \
  case Code::name##N##_Imm:               \
    return boolean(code, N == 64, true);
#define COMPARES(N)              \
  COMPARE(CmpEq, N, kI##N##Eq)   \
  COMPARE(CmpNe, N, kI##N##Ne)   \
  COMPARE(CmpLtS, N, kI##N##LtS) \
  COMPARE(CmpGeS, N, kI##N##GeS) COMPARE(CmpLtU, N, kI##N##LtU) COMPARE(CmpGeU, N, kI##N##GeU)
    COMPARES(32)
    COMPARES(64)
#undef COMPARES
#undef COMPARE
    default:
      return false;
  }
}

void RegionEmitter::Operands(const Bytecode& op, bool wide, bool immediate) {
  if (wide) {
    Get64(op.a);
    immediate ? Const64(op.imm) : Get64(op.b);
  } else {
    Get32(op.a);
    immediate ? Const32(static_cast<u32>(op.imm)) : Get32(op.b);
  }
}

void RegionEmitter::Compare(const Bytecode& op, Op code, bool wide, bool immediate) {
  Operands(op, wide, immediate);
  Put(code);
}

// Shift counts are taken modulo the width, here as there.
void RegionEmitter::Binary(const Bytecode& op, Op code, bool wide, bool immediate, bool sign) {
  Begin(op.dst);
  Operands(op, wide, immediate);
  Put(code);
  if (!wide) Put(sign ? kI64ExtendI32S : kI64ExtendI32U);
  End(op.dst);
}

void RegionEmitter::MinMax(const Bytecode& op, Op code, bool wide, bool immediate) {
  Begin(op.dst);
  Operands(op, wide, immediate);
  Compare(op, code, wide, immediate);
  Put(kSelect);
  if (!wide) Put(kI64ExtendI32U);
  End(op.dst);
}

void RegionEmitter::Select(const Bytecode& op, bool wide) {
  Begin(op.dst);
  const u16 third = static_cast<u16>(op.imm);
  wide ? Get64(op.b) : Get32(op.b);
  wide ? Get64(third) : Get32(third);
  Get32(op.a);
  Put(kSelect);
  if (!wide) Put(kI64ExtendI32U);
  End(op.dst);
}

bool RegionEmitter::EmitMultiplyDivide(const Bytecode& op) {
  switch (op.code) {
#define DIVIDE(name, N)                                   \
  case Code::name##N:                                     \
    return Divide(op, kI##N##name, N == 64, false), true; \
  case Code::name##N##_Imm:                               \
    return Divide(op, kI##N##name, N == 64, true), true;
#define DIVIDES(N) DIVIDE(DivU, N) DIVIDE(DivS, N) DIVIDE(RemU, N) DIVIDE(RemS, N)
    DIVIDES(32)
    DIVIDES(64)
#undef DIVIDES
#undef DIVIDE
    case Code::MulHiU64:
    case Code::MulHiS64:
    case Code::MulHiSU64:
      return MulHi(op), true;
    default:
      return false;
  }
}

// WebAssembly traps on a zero divisor and on overflow; the table defines both.
void RegionEmitter::Divide(const Bytecode& op, Op code, bool wide, bool immediate) {
  const bool remainder = code == kI32RemU || code == kI32RemS || code == kI64RemU || code == kI64RemS;
  const bool may_overflow = code == kI32DivS || code == kI64DivS;
  const u8 type = wide ? kI64 : kI32;
  const u32 a = wide ? kA64 : kA32, b = wide ? kB64 : kB32;
  Begin(op.dst);
  Operands(op, wide, immediate);
  Set(b), Set(a);
  Get(b), Put(wide ? kI64Eqz : kI32Eqz);
  Open(kIf, type);
  if (remainder)
    Get(a);
  else
    wide ? Const64(0) : Const32(0);
  Put(kElse);
  if (may_overflow) {
    Get(b), wide ? Const64(~u64{0}) : Const32(~u32{0}), Put(wide ? kI64Eq : kI32Eq);
    Open(kIf, type);
    wide ? Const64(0) : Const32(0);
    Get(a), Put(wide ? kI64Sub : kI32Sub);
    Put(kElse);
  }
  Get(a), Get(b), Put(code);
  if (may_overflow) Close();
  Close();
  if (!wide) Put(kI64ExtendI32U);
  End(op.dst);
}

// From four products of halves. kVa holds the sum of the middle; each step fits in 64 bits.
void RegionEmitter::MulHi(const Bytecode& op) {
  const auto low = [&](u32 local) { Get(local), Const64(0xffff'ffff), Put(kI64And); };
  const auto high = [&](u32 local) { Get(local), Const64(32), Put(kI64ShrU); };
  Begin(op.dst);
  Get64(op.a), Set(kA64), Get64(op.b), Set(kB64);
  low(kA64), low(kB64), Put(kI64Mul), Const64(32), Put(kI64ShrU);
  high(kA64), low(kB64), Put(kI64Mul), Put(kI64Add), Set(kVa);
  high(kA64), high(kB64), Put(kI64Mul);
  high(kVa), Put(kI64Add);
  low(kA64), high(kB64), Put(kI64Mul), low(kVa), Put(kI64Add), Const64(32), Put(kI64ShrU);
  Put(kI64Add);
  // A negative operand counts 2^64 too much.
  const auto correct = [&](u32 sign, u32 other) {
    Get(sign), Const64(63), Put(kI64ShrS), Get(other), Put(kI64And), Put(kI64Sub);
  };
  if (op.code != Code::MulHiU64) correct(kA64, kB64);
  if (op.code == Code::MulHiS64) correct(kB64, kA64);
  End(op.dst);
}

void RegionEmitter::ByteSwap(const Bytecode& op, bool wide) {
  // Bytes within pairs, pairs within words, and so on.
  const auto swap = [&](u64 mask, unsigned bits) {
    Tee(kA64), Const64(mask), Put(kI64And), Const64(bits), Put(kI64Shl);
    Get(kA64), Const64(bits), Put(kI64ShrU), Const64(mask), Put(kI64And), Put(kI64Or);
  };
  Begin(op.dst);
  if (wide) {
    Get64(op.a);
    swap(0x00ff'00ff'00ff'00ff, 8);
    swap(0x0000'ffff'0000'ffff, 16);
    Const64(32), Put(kI64Rotl);
    return End(op.dst);
  }
  Get32(op.a), Put(kI64ExtendI32U);
  swap(0x00ff'00ff, 8);
  Put(kI32WrapI64), Const32(16), Put(kI32Rotl);
  End32(op.dst);
}

bool RegionEmitter::EmitUnary(const Bytecode& op) {
  const auto wide = [&](Op code) {
    Begin(op.dst), Get64(op.a), Put(code), End(op.dst);
    return true;
  };
  const auto narrow = [&](Op code, Op widen = kI64ExtendI32U) {
    Begin(op.dst), Get32(op.a), Put(code), Put(widen), End(op.dst);
    return true;
  };
  switch (op.code) {
    case Code::Move:
      return Begin(op.dst), Get64(op.a), End(op.dst), true;
    case Code::LoadImm:
    case Code::Const32:
    case Code::Const64:
      return Begin(op.dst), Const64(op.imm), End(op.dst), true;
    case Code::Truncate64x32:
    case Code::ZeroExtend32x64:
    case Code::FromBitsF32:
    case Code::ToBitsF32:
      return Begin(op.dst), Get32(op.a), End32(op.dst), true;
    case Code::SignExtend32x64:
      return wide(kI64Extend32S);
    case Code::SignExtend8x64:
      return wide(kI64Extend8S);
    case Code::SignExtend16x64:
      return wide(kI64Extend16S);
    case Code::SignExtend8x32:
      return narrow(kI32Extend8S);
    case Code::SignExtend16x32:
      return narrow(kI32Extend16S);
    case Code::ByteSwap32:
      return ByteSwap(op, false), true;
    case Code::ByteSwap64:
      return ByteSwap(op, true), true;
    case Code::Clz32:
      return narrow(kI32Clz);
    case Code::Clz64:
      return wide(kI64Clz);
    case Code::Ctz32:
      return narrow(kI32Ctz);
    case Code::Ctz64:
      return wide(kI64Ctz);
    case Code::Popcount32:
      return narrow(kI32Popcnt);
    case Code::Popcount64:
      return wide(kI64Popcnt);
    default:
      return false;
  }
}

}  // namespace emboard::wasm
