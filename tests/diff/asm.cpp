#include "tests/diff/asm.h"

#include <cassert>

#include "core/base/bits.h"

namespace emboard::diff {

u32 BranchBits(i64 offset) {
  const u64 o = static_cast<u64>(offset);
  return static_cast<u32>(Bits(o, 12, 12) << 31 | Bits(o, 10, 5) << 25 | Bits(o, 4, 1) << 8 |
                          Bits(o, 11, 11) << 7);
}

u32 JumpBits(i64 offset) {
  const u64 o = static_cast<u64>(offset);
  return static_cast<u32>(Bits(o, 20, 20) << 31 | Bits(o, 10, 1) << 21 | Bits(o, 11, 11) << 20 |
                          Bits(o, 19, 12) << 12);
}

Assembler::Label Assembler::NewLabel() {
  targets_.push_back(0);
  return static_cast<Label>(targets_.size() - 1);
}

void Assembler::Half(u32 value) {
  bytes_.push_back(static_cast<u8>(value));
  bytes_.push_back(static_cast<u8>(value >> 8));
}

void Assembler::Word(u32 value) {
  Half(value & 0xffff);
  Half(value >> 16);
}

void Assembler::Patch(u32 bits) { PatchAt(bytes_.size() - 4, bits); }

void Assembler::PatchAt(size_t offset, u32 bits) {
  for (unsigned i = 0; i < 4; i++) bytes_[offset + i] |= static_cast<u8>(bits >> 8 * i);
}

void Assembler::Stype(u32 match, u32 rs2, u32 rs1, i32 imm) {
  const u32 bits = static_cast<u32>(imm);
  Word(match | rs1 << 15 | rs2 << 20 | (bits & 0x1f) << 7 | (bits >> 5) << 25);
}

void Assembler::Li(u32 rd, u64 value) {
  if (xlen_ == 32) value = SignExtend(value, 32);
  const u64 low = SignExtend(value, 12);
  if (value == low) return Addi(rd, kZero, static_cast<i32>(low));
  if (value == SignExtend(value, 32)) {
    Lui(rd, static_cast<u32>((value - low) >> 12) & 0xfffff);
    // addiw on RV64: lui sign-extends, and 0x7ffff800 and up need the sum to wrap at 32 bits.
    if (low != 0) Itype(xlen_ == 64 ? 0x1b : 0x13, rd, rd, static_cast<i32>(low));
    return;
  }
  Li(rd, static_cast<u64>(static_cast<i64>(value - low) >> 12));
  Slli(rd, rd, 12);
  if (low != 0) Addi(rd, rd, static_cast<i32>(low));
}

void Assembler::Branch(Cond cond, u32 rs1, u32 rs2, Label target) {
  fixups_.push_back({bytes_.size(), target});
  Word(0x63 | static_cast<u32>(cond) << 12 | rs1 << 15 | rs2 << 20);
}

void Assembler::Jal(u32 rd, Label target) {
  fixups_.push_back({bytes_.size(), target});
  Word(0x6f | rd << 7);
}

void Assembler::La(u32 rd, Label target) {
  fixups_.push_back({bytes_.size(), target});
  Word(0x17 | rd << 7);
  Addi(rd, rd, 0);
}

void Assembler::Resolve() {
  for (const Fixup& fixup : fixups_) {
    const i64 offset = static_cast<i64>(targets_[fixup.label] - (base_ + fixup.offset));
    assert(targets_[fixup.label] != 0);
    switch (bytes_[fixup.offset] & 0x7f) {
      case 0x63:
        assert(offset >= -4096 && offset < 4096);
        PatchAt(fixup.offset, BranchBits(offset));
        break;
      case 0x6f:
        PatchAt(fixup.offset, JumpBits(offset));
        break;
      default:  // auipc; addi
        PatchAt(fixup.offset, static_cast<u32>(offset + 0x800) & 0xfffff000);
        PatchAt(fixup.offset + 4, static_cast<u32>(offset) << 20);
    }
  }
  fixups_.clear();
}

}  // namespace emboard::diff
