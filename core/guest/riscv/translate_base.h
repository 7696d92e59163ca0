#pragma once
// What all of the translator's handlers stand on: registers, XLEN-wide arithmetic, ends of blocks.

#include "core/exec/guest_isa.h"
#include "core/guest/riscv/decode.h"
#include "core/guest/riscv/helpers.h"
#include "core/guest/riscv/state.h"
#include "core/ir/emitter.h"

namespace emboard::riscv {

class TranslateBase {
 public:
  TranslateBase(const Config& config, ModeKey mode, ir::Emitter& emitter)
      : config_(config), mode_(mode), rv32_(config.xlen == 32), fs_dirty_(mode.fs_dirty()), e_(emitter) {}

  /// The instruction at hand.
  void Begin(u64 pc, u32 word, unsigned length_bytes) {
    pc_ = pc;
    word_ = word;
    next_pc_ = Wrap(pc + length_bytes);
  }
  bool ended() const { return ended_; }

  void EmitIllegal() { Raise(kIllegalInstruction, word_); }
  void EmitJump(u64 target) {
    e_.Jump(ir::Pc{Wrap(target)});
    ended_ = true;
  }

 protected:
  using I32 = ir::I32;
  using I64 = ir::I64;
  /// A value as wide as the registers: I32 on RV32, I64 on RV64.
  struct X {
    ir::ValueId id;
  };

  u64 Wrap(u64 address) const { return rv32_ ? static_cast<u32>(address) : address; }

  // --- values
  I32 As32(X v) const { return {v.id}; }
  I64 As64(X v) const { return {v.id}; }
  static X Of(I32 v) { return {v.id}; }
  static X Of(I64 v) { return {v.id}; }
  I64 C64(u64 value) { return e_.Const64(ir::Imm{value}); }
  I32 C32(u64 value) { return e_.Const32(ir::Imm{static_cast<u32>(value)}); }
  X CX(u64 value) { return rv32_ ? Of(C32(value)) : Of(C64(value)); }

#define X_BINARY(name)                                                                    \
  X name##X(X a, X b) {                                                                   \
    return rv32_ ? Of(e_.name##32(As32(a), As32(b))) : Of(e_.name##64(As64(a), As64(b))); \
  }
  // clang-format off
  X_BINARY(Add) X_BINARY(Sub) X_BINARY(Mul) X_BINARY(And) X_BINARY(Or) X_BINARY(Xor) X_BINARY(Shl)
  X_BINARY(ShrU) X_BINARY(ShrS) X_BINARY(Rotr) X_BINARY(DivU) X_BINARY(DivS) X_BINARY(RemU)
  X_BINARY(RemS) X_BINARY(MinU) X_BINARY(MinS) X_BINARY(MaxU) X_BINARY(MaxS)
  // clang-format on
#undef X_BINARY
#define X_COMPARE(name) \
  I32 name##X(X a, X b) { return rv32_ ? e_.name##32(As32(a), As32(b)) : e_.name##64(As64(a), As64(b)); }
      // clang-format off
  X_COMPARE(CmpEq) X_COMPARE(CmpNe) X_COMPARE(CmpLtS) X_COMPARE(CmpGeS) X_COMPARE(CmpLtU)
  X_COMPARE(CmpGeU)
  // clang-format on
#undef X_COMPARE
#define X_UNARY(name) \
  X name##X(X a) { return rv32_ ? Of(e_.name##32(As32(a))) : Of(e_.name##64(As64(a))); }
      // clang-format off
  X_UNARY(Clz) X_UNARY(Ctz) X_UNARY(Popcount) X_UNARY(ByteSwap)
  // clang-format on
#undef X_UNARY
          X SelectX(I32 condition, X a, X b) {
    return rv32_ ? Of(e_.Select32(condition, As32(a), As32(b)))
                 : Of(e_.Select64(condition, As64(a), As64(b)));
  }
  X NotX(X a) { return XorX(a, CX(~u64{0})); }
  X FromBool(I32 v) { return rv32_ ? Of(v) : Of(e_.ZeroExtend32x64(v)); }
  X FromSigned32(I32 v) { return rv32_ ? Of(v) : Of(e_.SignExtend32x64(v)); }
  I32 Low32(X v) { return rv32_ ? As32(v) : e_.Truncate64x32(As64(v)); }
  /// Zero-extended on RV32.
  I64 Wide(X v) { return rv32_ ? e_.ZeroExtend32x64(As32(v)) : As64(v); }
  X Narrow(I64 v) { return rv32_ ? Of(e_.Truncate64x32(v)) : Of(v); }

  // --- registers
  X Get(Reg r) {
    if (r.n == 0) return CX(0);
    const ir::Slot slot = XSlot(r.n);
    return rv32_ ? Of(e_.GetState32(slot)) : Of(e_.GetState64(slot));
  }
  void Set(Reg r, X value) {
    if (r.n == 0) return;
    const ir::Slot slot = XSlot(r.n);
    if (rv32_)
      e_.SetState32(slot, As32(value));
    else
      e_.SetState64(slot, As64(value));
  }
  I32 GetW(Reg r) { return Low32(Get(r)); }
  bool SetX(Reg rd, X value) {
    Set(rd, value);
    return true;
  }

  // --- memory
  struct Address {
    I64 base;
    ir::Disp disp;
  };
  Address At(Reg base, u64 offset) {
    if (!rv32_) return {As64(Get(base)), ir::Disp{static_cast<i32>(offset)}};
    return {e_.ZeroExtend32x64(As32(AddX(Get(base), CX(offset)))), ir::Disp{0}};
  }
  I64 At(Reg base) { return Wide(Get(base)); }

  // --- leaving
  void Raise(u32 cause, u64 value) {
    e_.Call(ir::Fn{&kRaise}, C64(cause), C64(value));
    Leave();
  }
  void Leave() {
    e_.Leave();
    ended_ = true;
  }
  void SetPc(u64 pc) { e_.SetState64(ir::Slot{offsetof(CpuContext, pc)}, C64(pc)); }
  /// After an instruction that may have changed how the next ones are to be read.
  bool ContinueInDispatcher() {
    SetPc(next_pc_);
    Leave();
    return true;
  }
  bool CallAndLeave(const Helper& helper, I64 a, I64 b) {
    e_.Call(ir::Fn{&helper}, a, b);
    return ContinueInDispatcher();
  }

  const Config& config_;
  const ModeKey mode_;
  const bool rv32_;
  bool fs_dirty_;
  ir::Emitter& e_;
  u64 pc_ = 0;
  u64 next_pc_ = 0;
  u32 word_ = 0;
  bool ended_ = false;
};

// --- immediates as the encodings scatter them (Unprivileged 2.3)
constexpr u64 ImmI(Field i) { return SignExtend(i.bits, 12); }
constexpr u64 ImmS(Field high, Field low) { return SignExtend(u64{high.bits} << 5 | low.bits, 12); }
constexpr u64 ImmU(Field i) { return SignExtend(u64{i.bits} << 12, 32); }
constexpr u64 ImmB(Field high, Field low) {
  return SignExtend(Bits(high.bits, 6, 6) << 12 | Bits(low.bits, 0, 0) << 11 | Bits(high.bits, 5, 0) << 5 |
                        Bits(low.bits, 4, 1) << 1,
                    13);
}
constexpr u64 ImmJ(Field i) {
  return SignExtend(Bits(i.bits, 19, 19) << 20 | Bits(i.bits, 7, 0) << 12 | Bits(i.bits, 8, 8) << 11 |
                        Bits(i.bits, 18, 9) << 1,
                    21);
}

}  // namespace emboard::riscv
