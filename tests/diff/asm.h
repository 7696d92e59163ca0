#pragma once
// A small RISC-V assembler: enough for the harness and for the fixed sequences inside random programs.

#include <vector>

#include "core/base/types.h"

namespace emboard::diff {

/// Integer registers by ABI name, as far as the harness uses them.
enum Reg : u32 {
  kZero = 0,
  kRa = 1,
  kSp = 2,
  kGp = 3,
  kTp = 4,
  kT0 = 5,
  kT1 = 6,
  kT2 = 7,
  kS0 = 8,
  kS1 = 9,
  kA0 = 10,
  kA1 = 11,
  kA2 = 12,
  kA3 = 13,
  kA4 = 14,
  kA5 = 15,
  kX23 = 23,
  kX24 = 24,
  kX25 = 25,
  kX26 = 26,
  kX27 = 27,
  kX28 = 28,
  kX29 = 29,
  kX30 = 30,
  kX31 = 31,
};

enum class Cond : u32 { kEq = 0, kNe = 1, kLt = 4, kGe = 5, kLtu = 6, kGeu = 7 };

class Assembler {
 public:
  using Label = u32;

  Assembler(u64 base, unsigned xlen) : base_(base), xlen_(xlen) {}

  u64 here() const { return base_ + bytes_.size(); }
  unsigned xlen() const { return xlen_; }
  i32 word_bytes() const { return static_cast<i32>(xlen_ / 8); }
  const std::vector<u8>& bytes() const { return bytes_; }

  Label NewLabel();
  void Bind(Label label) { targets_[label] = here(); }
  u64 AddressOf(Label label) const { return targets_[label]; }
  /// Fills in every reference; all labels must be bound.
  void Resolve();

  void Half(u32 value);
  void Word(u32 value);

  void Rtype(u32 match, u32 rd, u32 rs1, u32 rs2) { Word(match | rd << 7 | rs1 << 15 | rs2 << 20); }
  void Itype(u32 match, u32 rd, u32 rs1, i32 imm) {
    Rtype(match, rd, rs1, 0), Patch(static_cast<u32>(imm) << 20);
  }
  void Stype(u32 match, u32 rs2, u32 rs1, i32 imm);

  void Add(u32 rd, u32 rs1, u32 rs2) { Rtype(0x33, rd, rs1, rs2); }
  void Sub(u32 rd, u32 rs1, u32 rs2) { Rtype(0x40000033, rd, rs1, rs2); }
  void Xor(u32 rd, u32 rs1, u32 rs2) { Rtype(0x4033, rd, rs1, rs2); }
  void Mul(u32 rd, u32 rs1, u32 rs2) { Rtype(0x02000033, rd, rs1, rs2); }
  void Sltu(u32 rd, u32 rs1, u32 rs2) { Rtype(0x3033, rd, rs1, rs2); }
  void Addi(u32 rd, u32 rs1, i32 imm) { Itype(0x13, rd, rs1, imm); }
  void Andi(u32 rd, u32 rs1, i32 imm) { Itype(0x7013, rd, rs1, imm); }
  void Slli(u32 rd, u32 rs1, i32 shift) { Itype(0x1013, rd, rs1, shift); }
  void Srli(u32 rd, u32 rs1, i32 shift) { Itype(0x5013, rd, rs1, shift); }
  void Mv(u32 rd, u32 rs1) { Addi(rd, rs1, 0); }
  void Lui(u32 rd, u32 imm20) { Word(0x37 | rd << 7 | imm20 << 12); }
  /// An XLEN-wide load or store.
  void Load(u32 rd, u32 rs1, i32 imm) { Itype(xlen_ == 64 ? 0x3003 : 0x2003, rd, rs1, imm); }
  void Store(u32 rs2, u32 rs1, i32 imm) { Stype(xlen_ == 64 ? 0x3023 : 0x2023, rs2, rs1, imm); }
  void Lbu(u32 rd, u32 rs1, i32 imm) { Itype(0x4003, rd, rs1, imm); }
  void Lhu(u32 rd, u32 rs1, i32 imm) { Itype(0x5003, rd, rs1, imm); }
  void Lw(u32 rd, u32 rs1, i32 imm) { Itype(0x2003, rd, rs1, imm); }
  void Sb(u32 rs2, u32 rs1, i32 imm) { Stype(0x0023, rs2, rs1, imm); }
  void Sh(u32 rs2, u32 rs1, i32 imm) { Stype(0x1023, rs2, rs1, imm); }
  void Sw(u32 rs2, u32 rs1, i32 imm) { Stype(0x2023, rs2, rs1, imm); }
  void Fld(u32 fd, u32 rs1, i32 imm) { Itype(0x3007, fd, rs1, imm); }
  void Fsd(u32 fs, u32 rs1, i32 imm) { Stype(0x3027, fs, rs1, imm); }
  void Csrrw(u32 rd, u32 csr, u32 rs1) { Itype(0x1073, rd, rs1, static_cast<i32>(csr)); }
  void Csrrs(u32 rd, u32 csr, u32 rs1) { Itype(0x2073, rd, rs1, static_cast<i32>(csr)); }
  void Csrrc(u32 rd, u32 csr, u32 rs1) { Itype(0x3073, rd, rs1, static_cast<i32>(csr)); }
  void Csrr(u32 rd, u32 csr) { Csrrs(rd, csr, kZero); }
  void Csrw(u32 csr, u32 rs1) { Csrrw(kZero, csr, rs1); }
  void Mret() { Word(0x30200073); }
  void Sret() { Word(0x10200073); }
  void Ecall() { Word(0x00000073); }
  void FenceI() { Word(0x0000100f); }
  void SfenceVma() { Word(0x12000073); }

  /// Any constant, in as few as one and as many as eight instructions.
  void Li(u32 rd, u64 value);
  void Branch(Cond cond, u32 rs1, u32 rs2, Label target);
  void Jal(u32 rd, Label target);
  void La(u32 rd, Label target);
  void J(Label target) { Jal(kZero, target); }
  void Call(Label target) { Jal(kRa, target); }
  void Ret() { Itype(0x67, kZero, kRa, 0); }

 private:
  struct Fixup {
    size_t offset;
    Label label;
  };
  void Patch(u32 bits);
  void PatchAt(size_t offset, u32 bits);

  u64 base_;
  unsigned xlen_;
  std::vector<u8> bytes_;
  std::vector<u64> targets_;
  std::vector<Fixup> fixups_;
};

/// The immediate of a branch or jump instruction, scattered as its format wants it.
u32 BranchBits(i64 offset);
u32 JumpBits(i64 offset);

}  // namespace emboard::diff
