#include "tests/diff/writer.h"

namespace emboard::diff {

void CodeWriter::PutHalf(u32 half) {
  boundaries_.push_back(bytes_.size());
  bytes_.push_back(static_cast<u8>(half));
  bytes_.push_back(static_cast<u8>(half >> 8));
}

void CodeWriter::Put(u32 word) {
  boundaries_.push_back(bytes_.size());
  for (unsigned i = 0; i < 4; i++) bytes_.push_back(static_cast<u8>(word >> 8 * i));
}

void CodeWriter::Stype(u32 match, u32 rs2, u32 rs1, i64 imm) {
  const u32 bits = static_cast<u32>(imm);
  Put(match | rs1 << 15 | rs2 << 20 | (bits & 0x1f) << 7 | (bits >> 5) << 25);
}

void CodeWriter::Auipc(u32 rd, i64 offset) {
  const u32 bits = static_cast<u32>(offset);
  Put(0x17 | rd << 7 | ((bits + 0x800) & 0xfffff000));
  Itype(0x13, rd, rd, bits & 0xfff);
}

// gp, tp and x23 to x27 carry the harness's state. Base registers keep their values: always in M mode, where
// a wild store could reach anything, and mostly elsewhere, so that accesses go on hitting something. Where
// code is writable they keep them too: a register that holds a code address would make a store rewrite code
// without a fence.
bool CodeWriter::IsProtected(u32 reg) const {
  if (reg == kReservedGp || reg == kReservedTp || (reg >= 23 && reg <= 27)) return true;
  if (reg >= 18 && reg <= 21) return true;
  return IsBase(reg) && (s_.machine() || !wild_);
}

u32 CodeWriter::TargetReg() {
  wild_ = !s_.code_writable && rng_.Percent(3);
  for (;;) {
    const u32 reg = AnyReg();
    if (!IsProtected(reg)) return reg;
  }
}

u64 CodeWriter::LaterSlot(u64 reach) {
  const u64 first = slot() + 1;
  const u64 last = std::max(first, std::min(slots_, slot() + reach / kSlotBytes - 2));
  const u64 chosen = first + rng_.Below(std::min<u64>(last - first + 1, 8));
  return IsSheltered(chosen) ? chosen + 1 : chosen;
}

void CodeWriter::FillSlot() {
  const u64 end = (bytes_.size() / kSlotBytes + 1) * kSlotBytes;
  while (bytes_.size() < end) Plain();
}

void CodeWriter::WriteAll() {
  while (slot() < slots_) {
    if (loop_head_ != 0 && slot() >= loop_close_) {
      CloseLoop();
      continue;
    }
    switch (rng_.Below(s_.machine() ? 26 : 24)) {
      case 0:
      case 1:
        ForwardBranch();
        break;
      case 2:
        ForwardJump();
        break;
      case 3:
        IndirectJump();
        break;
      case 4:
        if (rng_.Percent(30)) WildJump();
        break;
      case 5:
        if (loop_head_ == 0) OpenLoop();
        break;
      case 6:
        if (s_.code_writable) SelfModify();
        break;
      case 7:
      case 8:
        Csr();
        break;
      case 9:
        if (rng_.Percent(50)) SystemInstruction();
        break;
      case 10:
        FloatingCsr();
        break;
      case 11:
        if (rng_.Percent(40)) SupervisorReturn();
        break;
      case 12:
        if (rng_.Percent(30)) WaitForInterrupt();
        break;
      case 24:
        MprvAccess();
        break;
      case 25:
        if (rng_.Percent(30)) LeaveMachineMode();
        break;
      default:
        Plain();
    }
  }
  StartSlot();
  boundaries_.push_back(bytes_.size());
}

}  // namespace emboard::diff
