#pragma once
// Rare work that translated RISC-V code calls. Each helper's arguments are said here.

#include "core/ir/helper.h"

namespace emboard::riscv {

extern const Helper kRaise;  ///< cause, tval: raises an exception at this instruction
extern const Helper
    kRaiseIf;  ///< condition, target: instruction-address-misaligned if the condition is not 0
extern const Helper kCheckTarget;  ///< target, -: the same if it is no multiple of four; yields it
extern const Helper kCsr;          ///< CsrRequest bits, operand: yields the old value
extern const Helper kMret;         ///< -, -: sets pc
extern const Helper kSret;         ///< instruction word, -: sets pc
extern const Helper kWfi;          ///< instruction word, -
extern const Helper kSfenceVma;    ///< instruction word, address; bit 32 of the word: rs1 is not x0
extern const Helper kSfenceInval;  ///< instruction word, -
extern const Helper kCboClean;     ///< instruction word, address
extern const Helper kCboInval;     ///< instruction word, address
extern const Helper kCboZero;      ///< instruction word, address

/// What a CSR instruction asks, packed into a helper's argument.
enum class CsrOp : unsigned { kWrite = 0, kSet = 1, kClear = 2 };
struct CsrRequest {
  u32 number;
  CsrOp op;
  bool reads;   ///< csrrw with rd = x0 does not read (Unprivileged 6.1)
  bool writes;  ///< csrrs and csrrc with rs1 = x0 do not write
  u32 word;     ///< the instruction, for mtval

  u64 Pack() const {
    return u64{word} << 32 | number | u64{static_cast<unsigned>(op)} << 12 | u64{reads} << 14 |
           u64{writes} << 15;
  }
  static CsrRequest Unpack(u64 bits) {
    return {static_cast<u32>(bits & 0xfff), static_cast<CsrOp>(bits >> 12 & 3), (bits >> 14 & 1) != 0,
            (bits >> 15 & 1) != 0, static_cast<u32>(bits >> 32)};
  }
};

}  // namespace emboard::riscv
