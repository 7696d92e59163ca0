// Floating point inline, where its result and flags are provably the guest's.
//
// WebAssembly rounds to nearest even and has no flags. If the guest rounds so too and its Inexact flag is
// already set (both in kFpOk), an operation on numbers whose result is a normal number well inside the range
// raises nothing new. Everything else, NaNs above all, takes the software path.

#include "core/exec/bytecode_use.h"
#include "core/fp/env.h"
#include "wasm-backend/jit/region_emitter.h"

namespace emboard::wasm {
namespace {

constexpr unsigned kDynamicRounding = 7;
unsigned RoundingOf(const Bytecode& op) { return (op.imm >> 16) & 7; }

}  // namespace

bool RegionEmitter::EmitFloat(const Bytecode& op) {
  switch (op.code) {
#define ARITHMETIC(name, additive)                   \
  case Code::name##F32:                              \
    return Arithmetic(op, kF32##name, 32, additive); \
  case Code::name##F64:                              \
    return Arithmetic(op, kF64##name, 64, additive);
    ARITHMETIC(Add, true)
    ARITHMETIC(Sub, true)
    ARITHMETIC(Mul, false)
    ARITHMETIC(Div, false)
    ARITHMETIC(Sqrt, false)
#undef ARITHMETIC
#define FUSED(name, negate_product, negate_addend)       \
  case Code::name##F32:                                  \
    return Fused(op, 32, negate_product, negate_addend); \
  case Code::name##F64:                                  \
    return Fused(op, 64, negate_product, negate_addend);
    FUSED(MulAdd, false, false)
    FUSED(MulSub, false, true)
    FUSED(NegMulAdd, true, false)
    FUSED(NegMulSub, true, true)
#undef FUSED
#define FORMAT(F, N)                                          \
  case Code::CmpEq##F:                                        \
    return FpCompare(op, k##F##Eq, N);                        \
  case Code::CmpLt##F:                                        \
    return FpCompare(op, k##F##Lt, N);                        \
  case Code::CmpLe##F:                                        \
    return FpCompare(op, k##F##Le, N);                        \
  case Code::Min##F:                                          \
    return FpMinMax(op, k##F##Lt, N);                         \
  case Code::Max##F:                                          \
    return FpMinMax(op, k##F##Gt, N);                         \
  case Code::FromI32##F:                                      \
    return FromInt(op, k##F##ConvertI32S, N, false, N == 64); \
  case Code::FromU32##F:                                      \
    return FromInt(op, k##F##ConvertI32U, N, false, N == 64); \
  case Code::FromI64##F:                                      \
    return FromInt(op, k##F##ConvertI64S, N, true, false);    \
  case Code::FromU64##F:                                      \
    return FromInt(op, k##F##ConvertI64U, N, true, false);    \
  case Code::ToI32##F:                                        \
    return ToInt(op, kI32Trunc##F##S, N, false);              \
  case Code::ToI64##F:                                        \
    return ToInt(op, kI64Trunc##F##S, N, true);
    FORMAT(F32, 32)
    FORMAT(F64, 64)
#undef FORMAT
    case Code::ConvertF32xF64:
      return Convert(op, true);
    case Code::ConvertF64xF32:
      return Convert(op, false);
    default:
      return EmitFpBits(op);
  }
}

bool RegionEmitter::EmitFpBits(const Bytecode& op) {
  switch (op.code) {
    case Code::BoxF32:
      Begin(op.dst);
      Get64(op.a), Const64(~u64{0} << 32), Put(kI64Or);
      return End(op.dst), true;
    case Code::UnboxF32:
      return Unbox(op), true;
    case Code::BoxF64:
    case Code::UnboxF64:
    case Code::FromBitsF64:
    case Code::ToBitsF64:
      return Begin(op.dst), Get64(op.a), End(op.dst), true;
    default:
      return false;
  }
}

void RegionEmitter::GetFp(u16 cell, unsigned bits) {
  if (bits == 64)
    Get64(cell), Put(kF64ReinterpretI64);
  else
    Get32(cell), Put(kF32ReinterpretI32);
}

void RegionEmitter::RefreshFpOk() {
  Get(kCtx), Access(kI64Load, offsetof(CpuContext, fp_rounding)), Put(kI64Eqz);
  Get(kCtx), Access(kI32Load, offsetof(CpuContext, fp_flags));
  static_assert(fp::kInexact == 1 && static_cast<unsigned>(fp::Rounding::NearestEven) == 0);
  Put(kI32And), Set(kFpOk);
}

bool RegionEmitter::RoundsToNearest(const Bytecode& op) const {
  return RoundingOf(op) == kDynamicRounding ||
         RoundingOf(op) == static_cast<unsigned>(fp::Rounding::NearestEven);
}

void RegionEmitter::RequireFpOk(u32 slow) { Get(kFpOk), Put(kI32Eqz), BranchUnlikely(slow); }

/// The result's bits are in `local`, an i64. Sums are exact when tiny, so only infinities and NaNs are
/// barred; others must not come near the subnormal numbers, where rounding may raise Underflow.
void RegionEmitter::RequireNormal(u32 local, unsigned bits, bool additive, u32 slow) {
  const u64 exponent = bits == 64 ? 0x7ff : 0xff;
  const unsigned fraction = bits == 64 ? 52 : 23;
  Get(local), Const64(fraction), Put(kI64ShrU), Const64(exponent), Put(kI64And);
  if (additive) {
    Const64(exponent), Put(kI64Eq);
  } else {
    Const64(2), Put(kI64Sub), Const64(exponent - 3), Put(kI64GtU);
  }
  BranchUnlikely(slow);
}

/// Ends the blocks: the fast path's result is in its cell.
void RegionEmitter::SlowPath(const Bytecode& op, u32 slow, u32 done) {
  Branch(kBr, done);
  (void)slow;
  Close();
  EmitGeneric(op);
  RefreshFpOk();
  Close();
}

bool RegionEmitter::Arithmetic(const Bytecode& op, Op code, unsigned bits, bool additive) {
  if (!RoundsToNearest(op)) return false;
  const bool unary = code == kF32Sqrt || code == kF64Sqrt;
  const u32 done = Open(kBlock), slow = Open(kBlock);
  RequireFpOk(slow);
  GetFp(op.a, bits);
  if (!unary) GetFp(op.b, bits);
  Put(code);
  if (bits == 64)
    Put(kI64ReinterpretF64);
  else
    Put(kI32ReinterpretF32), Put(kI64ExtendI32U);
  Set(kA64);
  RequireNormal(kA64, bits, additive, slow);
  Begin(op.dst), Get(kA64), End(op.dst);
  SlowPath(op, slow, done);
  return true;
}

// +-(a * b) +- c
bool RegionEmitter::Fused(const Bytecode& op, unsigned bits, bool negate_product, bool negate_addend) {
  if (!host_.fused || !RoundsToNearest(op)) return false;
  const bool wide = bits == 64;
  const auto operand = [&](u16 cell, bool negate) {
    GetFp(cell, bits);
    if (negate) Put(wide ? kF64Neg : kF32Neg);
    PutSimd(wide ? kF64x2Splat : kF32x4Splat);
  };
  const u32 done = Open(kBlock), slow = Open(kBlock);
  RequireFpOk(slow);
  operand(op.a, negate_product), operand(op.b, false), operand(ThirdCellOf(op), negate_addend);
  PutSimd(wide ? kF64x2RelaxedMadd : kF32x4RelaxedMadd);
  PutSimd(wide ? kF64x2ExtractLane : kF32x4ExtractLane), w_.Byte(0);
  if (wide)
    Put(kI64ReinterpretF64);
  else
    Put(kI32ReinterpretF32), Put(kI64ExtendI32U);
  Set(kA64);
  RequireNormal(kA64, bits, false, slow);
  Begin(op.dst), Get(kA64), End(op.dst);
  SlowPath(op, slow, done);
  return true;
}

// Comparisons of numbers raise nothing.
bool RegionEmitter::FpCompare(const Bytecode& op, Op code, unsigned bits) {
  const u32 done = Open(kBlock), slow = Open(kBlock);
  const Op differs = bits == 64 ? kF64Ne : kF32Ne;
  GetFp(op.a, bits), GetFp(op.a, bits), Put(differs);
  GetFp(op.b, bits), GetFp(op.b, bits), Put(differs);
  Put(kI32Or), BranchUnlikely(slow);
  Begin(op.dst);
  GetFp(op.a, bits), GetFp(op.b, bits), Put(code);
  End32(op.dst);
  SlowPath(op, slow, done);
  return true;
}

// Of different numbers; zeros of either sign compare as equal.
bool RegionEmitter::FpMinMax(const Bytecode& op, Op code, unsigned bits) {
  const u32 done = Open(kBlock), slow = Open(kBlock);
  GetFp(op.a, bits), GetFp(op.b, bits), Put(bits == 64 ? kF64Lt : kF32Lt);
  GetFp(op.a, bits), GetFp(op.b, bits), Put(bits == 64 ? kF64Gt : kF32Gt);
  Put(kI32Or), Put(kI32Eqz), BranchUnlikely(slow);
  Begin(op.dst);
  const auto bits_of = [&](u16 cell) {
    if (bits == 64) return Get64(cell);
    Get32(cell), Put(kI64ExtendI32U);
  };
  bits_of(op.a), bits_of(op.b);
  GetFp(op.a, bits), GetFp(op.b, bits), Put(code);
  Put(kSelect);
  End(op.dst);
  SlowPath(op, slow, done);
  return true;
}

bool RegionEmitter::FromInt(const Bytecode& op, Op code, unsigned bits, bool wide, bool exact) {
  if (!exact && !RoundsToNearest(op)) return false;
  u32 done = 0, slow = 0;
  if (!exact) {
    done = Open(kBlock), slow = Open(kBlock);
    RequireFpOk(slow);
  }
  Begin(op.dst);
  wide ? Get64(op.a) : Get32(op.a);
  Put(code);
  if (bits == 64)
    Put(kI64ReinterpretF64);
  else
    Put(kI32ReinterpretF32), Put(kI64ExtendI32U);
  End(op.dst);
  if (!exact) SlowPath(op, slow, done);
  return true;
}

// Toward zero, or to nearest after rounding to a whole number; inside the range nothing but Inexact is
// raised.
bool RegionEmitter::ToInt(const Bytecode& op, Op code, unsigned bits, bool wide) {
  const bool toward_zero = RoundingOf(op) == static_cast<unsigned>(fp::Rounding::TowardZero);
  if (!toward_zero && !RoundsToNearest(op)) return false;
  const u32 done = Open(kBlock), slow = Open(kBlock);
  RequireFpOk(slow);
  GetFp(op.a, bits);
  if (!toward_zero) Put(bits == 64 ? kF64Nearest : kF32Nearest);
  const u32 value = bits == 64 ? kDouble : kFloat;
  Tee(value);
  Put(bits == 64 ? kF64Abs : kF32Abs);
  // 2^31 and 2^63 as integers, converted: exact in both formats.
  Const64(u64{1} << (wide ? 63 : 31)), Put(bits == 64 ? kF64ConvertI64U : kF32ConvertI64U);
  Put(bits == 64 ? kF64Lt : kF32Lt), Put(kI32Eqz), BranchUnlikely(slow);
  Begin(op.dst);
  Get(value), Put(code);
  if (!wide) Put(kI64ExtendI32U);
  End(op.dst);
  SlowPath(op, slow, done);
  return true;
}

bool RegionEmitter::Convert(const Bytecode& op, bool widen) {
  if (!widen && !RoundsToNearest(op)) return false;
  const u32 done = Open(kBlock), slow = Open(kBlock);
  if (widen) {
    GetFp(op.a, 32), GetFp(op.a, 32), Put(kF32Ne), BranchUnlikely(slow);
    GetFp(op.a, 32), Put(kF64PromoteF32), Put(kI64ReinterpretF64), Set(kA64);
  } else {
    RequireFpOk(slow);
    GetFp(op.a, 64), Put(kF32DemoteF64), Put(kI32ReinterpretF32), Put(kI64ExtendI32U), Set(kA64);
    RequireNormal(kA64, 32, false, slow);
  }
  Begin(op.dst), Get(kA64), End(op.dst);
  SlowPath(op, slow, done);
  return true;
}

// A single in a 64-bit register has ones above it; what has not is a NaN (RISC-V NaN boxing).
void RegionEmitter::Unbox(const Bytecode& op) {
  const u32 done = Open(kBlock);
  const u32 slow = Open(kBlock);
  Get64(op.a), Const64(32), Put(kI64ShrU), Const64(0xffff'ffff), Put(kI64Ne), BranchUnlikely(slow);
  Begin(op.dst), Get32(op.a), End32(op.dst);
  Branch(kBr, done);
  Close();
  EmitGeneric(op);
  Close();
}

}  // namespace emboard::wasm
