#pragma once
// Loads and stores (Unprivileged 2.6, 4.3), atomics (13), fences (2.7), cache-block operations (19).

#include "core/guest/riscv/translate_bits.h"

namespace emboard::riscv {

class TranslateMemory : public TranslateBits {
 public:
  using TranslateBits::TranslateBits;

#define LOAD(Handler, width)                                                                                \
  bool Handler(Field i, Reg s, Reg d) {                                                                     \
    const Address a = At(s, ImmI(i));                                                                       \
    return SetX(d,                                                                                          \
                rv32_ ? Of(e_.Load##width##x32(a.base, a.disp)) : Of(e_.Load##width##x64(a.base, a.disp))); \
  }
  // clang-format off
  LOAD(Lb, S8) LOAD(Lh, S16) LOAD(Lbu, U8) LOAD(Lhu, U16)
  // clang-format on
#undef LOAD
      bool Lw(Field i, Reg s, Reg d) {
    const Address a = At(s, ImmI(i));
    return SetX(d, rv32_ ? Of(e_.Load32(a.base, a.disp)) : Of(e_.LoadS32x64(a.base, a.disp)));
  }
  bool Lwu(Field i, Reg s, Reg d) {
    const Address a = At(s, ImmI(i));
    return SetX(d, Of(e_.LoadU32x64(a.base, a.disp)));
  }
  bool Ld(Field i, Reg s, Reg d) {
    const Address a = At(s, ImmI(i));
    return SetX(d, Of(e_.Load64(a.base, a.disp)));
  }

#define STORE(Handler, width)                    \
  bool Handler(Field h, Reg t, Reg s, Field l) { \
    const Address a = At(s, ImmS(h, l));         \
    e_.Store##width(a.base, GetW(t), a.disp);    \
    return true;                                 \
  }
  // clang-format off
  STORE(Sb, 8) STORE(Sh, 16) STORE(Sw, 32)
  // clang-format on
#undef STORE
      bool Sd(Field h, Reg t, Reg s, Field l) {
    const Address a = At(s, ImmS(h, l));
    e_.Store64(a.base, As64(Get(t)), a.disp);
    return true;
  }

  // One instruction at a time, so the orderings need nothing; the IR keeps the fence for engines with
  // threads.
  bool Fence() {
    e_.Fence(ir::Imm{0});
    return true;
  }
  // Stores to translated code drop it at once, so there is nothing stale to wait for.
  bool FenceI() { return Fence(); }

#define AMO(Handler, op)                                                                      \
  bool Handler##W(Reg t, Reg s, Reg d) { return SetW(d, e_.Atomic##op##32(At(s), GetW(t))); } \
  bool Handler##D(Reg t, Reg s, Reg d) { return SetX(d, Of(e_.Atomic##op##64(At(s), As64(Get(t))))); }
  // clang-format off
  AMO(Amoswap, Swap) AMO(Amoadd, Add) AMO(Amoxor, Xor) AMO(Amoand, And) AMO(Amoor, Or) AMO(Amomin, MinS)
  AMO(Amomax, MaxS) AMO(Amominu, MinU) AMO(Amomaxu, MaxU)
  // clang-format on
#undef AMO
          bool LrW(Reg s, Reg d) {
    return SetW(d, e_.LoadReserved32(At(s)));
  }
  bool LrD(Reg s, Reg d) { return SetX(d, Of(e_.LoadReserved64(At(s)))); }
  bool ScW(Reg t, Reg s, Reg d) { return SetX(d, FromBool(e_.StoreConditional32(At(s), GetW(t)))); }
  bool ScD(Reg t, Reg s, Reg d) { return SetX(d, FromBool(e_.StoreConditional64(At(s), As64(Get(t))))); }

  bool CboInval(Reg s) { return CallAndLeave(kCboInval, C64(word_), At(s)); }
  bool CboClean(Reg s) { return CallAndLeave(kCboClean, C64(word_), At(s)); }
  bool CboZero(Reg s) { return CallAndLeave(kCboZero, C64(word_), At(s)); }
};

}  // namespace emboard::riscv
