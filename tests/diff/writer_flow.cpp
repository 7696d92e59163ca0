// Branches, jumps, loops, self-modifying code.
#include "tests/diff/asm.h"
#include "tests/diff/writer.h"

namespace emboard::diff {
namespace {

u32 CompressedJumpBits(i64 offset) {
  const u64 o = static_cast<u64>(offset);
  return static_cast<u32>(Bits(o, 11, 11) << 12 | Bits(o, 4, 4) << 11 | Bits(o, 9, 8) << 9 |
                          Bits(o, 10, 10) << 8 | Bits(o, 6, 6) << 7 | Bits(o, 7, 7) << 6 |
                          Bits(o, 3, 1) << 3 | Bits(o, 5, 5) << 2);
}

u32 CompressedBranchBits(i64 offset) {
  const u64 o = static_cast<u64>(offset);
  return static_cast<u32>(Bits(o, 8, 8) << 12 | Bits(o, 4, 3) << 10 | Bits(o, 7, 6) << 5 |
                          Bits(o, 2, 1) << 3 | Bits(o, 5, 5) << 2);
}

}  // namespace

void CodeWriter::ForwardBranch() {
  if (room() == 2 || rng_.Percent(25)) {
    const i64 offset = OffsetTo(LaterSlot(240));
    return PutHalf((rng_.Percent(50) ? 0xc001u : 0xe001u) | static_cast<u32>(rng_.Below(8)) << 7 |
                   CompressedBranchBits(offset));
  }
  const u32 condition = rng_.Pick<u32>({0, 1, 4, 5, 6, 7});
  Put(0x63 | condition << 12 | AnyReg() << 15 | AnyReg() << 20 | BranchBits(OffsetTo(LaterSlot(4000))));
}

void CodeWriter::ForwardJump() {
  if (room() == 2 || rng_.Percent(30)) return PutHalf(0xa001 | CompressedJumpBits(OffsetTo(LaterSlot(2000))));
  Put(0x6f | TargetReg() << 7 | JumpBits(OffsetTo(LaterSlot(4000))));
}

void CodeWriter::IndirectJump() {
  Reserve(12);
  u32 reg = TargetReg();
  while (reg == 0 || (reg == 1 && rng_.Percent(50))) reg = TargetReg();
  const i64 to = OffsetTo(LaterSlot(4000));
  if (rng_.Percent(40)) {
    Auipc(reg, to);
    return PutHalf((rng_.Percent(50) ? 0x8002u : 0x9002u) | reg << 7);  // c.jr, c.jalr
  }
  Put(0x17 | reg << 7);
  if (to >= 2040) return;
  Itype(0x67, rng_.Percent(50) ? 0 : TargetReg(), reg,
        to + static_cast<i64>(rng_.Below(2)));  // bit 0 is dropped
}

// Out of the program: into data, into nothing. gp is where the handlers resume.
void CodeWriter::WildJump() {
  Reserve(16);
  Auipc(kReservedGp, OffsetTo(slot() + 1));
  // In M mode there is only the hole below the boot ROM.
  if (s_.machine()) return Itype(0x67, TargetReg(), 0, 2 * rng_.Between(0x90, 0x3f0));
  u32 base = rng_.Pick<u32>({2, 8, 15});
  if (s_.data_executable || rng_.Percent(60)) {
    do base = TargetReg();
    while (base == 0);
    Put(0x37 | base << 7 | (static_cast<u32>(rng_.Next()) & 0xfffff000));
  }
  Itype(0x67, TargetReg(), base, rng_.Between(-64, 63));
}

// The counter is tp, which only loops touch; a loop entered from the side finds it used up.
void CodeWriter::OpenLoop() {
  if (slot() + 4 >= slots_) return;
  StartSlot();
  Itype(0x13, kReservedTp, 0, rng_.Percent(80) ? rng_.Between(1, 6) : rng_.Between(7, 60));
  FillSlot();
  loop_head_ = slot();
  loop_close_ = loop_head_ + static_cast<u64>(rng_.Between(1, 4));
}

void CodeWriter::CloseLoop() {
  StartSlot();
  Itype(0x13, kReservedTp, kReservedTp, -1);
  Put(0x63 | 4u << 12 | kReservedTp << 20 | BranchBits(OffsetTo(loop_head_)));  // blt zero, tp
  loop_head_ = 0;
}

// Builds an instruction, stores it over a coming one, and runs it.
void CodeWriter::SelfModify() {
  if (slot() + 5 >= slots_ || loop_head_ != 0) return;
  StartSlot();
  // QEMU 7.2 can hang when a store hits the second page of the block it stands in (known.md): a jump begins a
  // new block, and that block and the target share a page.
  if ((pc() + kSlotBytes) >> 12 != (pc() + 4 * kSlotBytes) >> 12) return;
  Put(0x6f | JumpBits(kSlotBytes));
  FillSlot();
  const u32 word = 0x33 | TargetReg() << 7 | AnyReg() << 15 | AnyReg() << 20 |
                   rng_.Pick<u32>({0, 0x40000000, 0x4000, 0x2000000, 0x40007000});
  u32 value = TargetReg(), pointer = TargetReg();
  while (value == 0) value = TargetReg();
  while (pointer == 0 || pointer == value) pointer = TargetReg();
  Put(0x37 | value << 7 | ((word + 0x800) & 0xfffff000));
  Itype(s_.xlen == 64 ? 0x1b : 0x13, value, value, word & 0xfff);
  const u64 target = slot() + 2;  // behind the fence
  const i64 offset = OffsetTo(target);
  Put(0x17 | pointer << 7);
  Stype(0x2023, value, pointer, offset);
  Put(0x0000100f);  // fence.i
  FillSlot();
  Itype(0x13, 0, 0, 0);  // what is replaced
  FillSlot();
}

}  // namespace emboard::diff
