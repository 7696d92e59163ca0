#pragma once
// Writes a program's code: slots of kSlotBytes, each filled with instructions and short fixed sequences.

#include <algorithm>
#include <vector>

#include "tests/diff/encodings.h"
#include "tests/diff/scenario.h"

namespace emboard::diff {

inline constexpr u32 kReservedGp = 3, kReservedTp = 4;

class CodeWriter {
 public:
  CodeWriter(Rng& rng, const Scenario& scenario, u64 code_va, unsigned slots)
      : rng_(rng), s_(scenario), code_va_(code_va), slots_(slots) {}

  void WriteAll();
  std::vector<u8> TakeCode() { return std::move(bytes_); }
  std::vector<u64> TakeBoundaries() { return std::move(boundaries_); }

 private:
  // writer.cpp: placing instructions
  void Put(u32 word);
  void PutHalf(u32 half);
  u64 room() const { return kSlotBytes - bytes_.size() % kSlotBytes; }
  u64 slot() const { return bytes_.size() / kSlotBytes; }
  u64 pc() const { return code_va_ + bytes_.size(); }
  i64 OffsetTo(u64 slot) const {
    return static_cast<i64>(slot * kSlotBytes) - static_cast<i64>(bytes_.size());
  }
  /// A later slot, at most `reach` bytes away.
  u64 LaterSlot(u64 reach);
  /// Nothing jumps to such a slot: it may hold the second half of a sequence.
  static bool IsSheltered(u64 slot) { return slot % 4 == 3; }
  /// Begins a slot that a sheltered one follows.
  void StartPair() {
    do FillSlot();
    while (!IsSheltered(slot() + 1));
  }
  void FillSlot();
  /// Fills up so that `size` bytes fit the current slot.
  void Reserve(u64 size) {
    if (room() < size) FillSlot();
  }
  void StartSlot() {
    if (room() != kSlotBytes) FillSlot();
  }
  u32 AnyReg() { return static_cast<u32>(rng_.Below(32)); }
  u32 TargetReg();
  bool IsProtected(u32 reg) const;
  static bool IsBase(u32 reg) {
    return reg == 2 || reg == 8 || reg == 9 || reg == 15 || (reg >= 18 && reg <= 21);
  }
  bool has_xlen(u8 xlens) const { return (xlens & (s_.xlen == 64 ? k64 : k32)) != 0; }
  void Itype(u32 match, u32 rd, u32 rs1, i64 imm) {
    Put(match | rd << 7 | rs1 << 15 | static_cast<u32>(imm) << 20);
  }
  void Stype(u32 match, u32 rs2, u32 rs1, i64 imm);
  void Auipc(u32 rd, i64 offset);  // with an addi: rd = pc + offset

  // writer_basic.cpp: what any mode may do
  void Plain();
  void Computation();
  void CountTrailingZeros();
  void Compressed();
  void LoadOrStore();
  void CompressedMemoryAccess();
  void Atomic();
  void ReserveAndStore();
  void RandomWord();
  void RandomHalf();
  u32 Base();

  // writer_flow.cpp
  void ForwardBranch();
  void ForwardJump();
  void IndirectJump();
  void WildJump();
  void OpenLoop();
  void CloseLoop();
  void SelfModify();

  // writer_system.cpp
  void Csr();
  void CsrOf(u32 csr, u64 value_mask);
  void SwapCsrAndBack(u32 csr);
  void SystemInstruction();
  void WaitForInterrupt();
  void MprvAccess();
  void LeaveMachineMode();
  void SupervisorReturn();
  void FloatingCsr();

  Rng& rng_;
  const Scenario& s_;
  u64 code_va_;
  u64 slots_;
  std::vector<u8> bytes_;
  std::vector<u64> boundaries_;
  u64 loop_head_ = 0;  // slot; 0: no loop is open
  u64 loop_close_ = 0;
  bool left_machine_ = false;
  bool wild_ = false;  // the next target register may be a base register
};

}  // namespace emboard::diff
