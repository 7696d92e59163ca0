#pragma once
// Traps, CSRs and what the privileged levels do: Unprivileged 2.8, 6; Privileged 3.3, 10.

#include "core/guest/riscv/translate_float.h"

namespace emboard::riscv {

class TranslateSystem : public TranslateFloat {
 public:
  using TranslateFloat::TranslateFloat;

  bool Ecall() {
    static_assert(kEcallFromSupervisor == kEcallFromUser + 1 && kEcallFromMachine == kEcallFromUser + 3);
    Raise(kEcallFromUser + static_cast<u32>(mode_.priv()), 0);
    return true;
  }
  bool Ebreak() {
    Raise(kBreakpoint, 0);  // mtval may be zero or the pc (Privileged 3.1.16); QEMU writes zero
    return true;
  }

  bool Csrrw(Field i, Reg s, Reg d) { return Csr(i, CsrOp::kWrite, d, Get(s), d.n != 0, true); }
  bool Csrrs(Field i, Reg s, Reg d) { return Csr(i, CsrOp::kSet, d, Get(s), true, s.n != 0); }
  bool Csrrc(Field i, Reg s, Reg d) { return Csr(i, CsrOp::kClear, d, Get(s), true, s.n != 0); }
  bool Csrrwi(Field i, Field s, Reg d) { return Csr(i, CsrOp::kWrite, d, CX(s.bits), d.n != 0, true); }
  bool Csrrsi(Field i, Field s, Reg d) { return Csr(i, CsrOp::kSet, d, CX(s.bits), true, s.bits != 0); }
  bool Csrrci(Field i, Field s, Reg d) { return Csr(i, CsrOp::kClear, d, CX(s.bits), true, s.bits != 0); }

  bool Mret() { return Return(kMret); }
  bool Sret() { return Return(kSret); }
  bool Wfi() { return CallAndLeave(kWfi, C64(word_), C64(0)); }
  // May end at any time (Zawrs 14.1), so it ends at once.
  bool Wrs() { return true; }
  bool SfenceVma(Reg t, Reg s) {
    (void)t;  // one address space is kept, whichever it is
    return CallAndLeave(kSfenceVma, C64(word_ | u64{s.n != 0} << 32), At(s));
  }
  bool SfenceInval() { return CallAndLeave(kSfenceInval, C64(word_), C64(0)); }

 private:
  bool Csr(Field number, CsrOp op, Reg d, X operand, bool reads, bool writes) {
    const CsrRequest request{number.bits, op, reads, writes, word_};
    const X old = Narrow(e_.Call(ir::Fn{&kCsr}, C64(request.Pack()), Wide(operand)));
    if (reads) Set(d, old);
    if (writes) return ContinueInDispatcher();
    EmitJump(next_pc_);
    return true;
  }
  bool Return(const Helper& helper) {
    e_.Call(ir::Fn{&helper}, C64(word_), C64(0));
    Leave();
    return true;
  }
};

}  // namespace emboard::riscv
