#pragma once
// One vCPU as engines see it: the cells that IR addresses by slot, and the tables that speed up memory and
// jumps.

#include <array>
#include <memory>

#include "core/base/types.h"
#include "core/fp/env.h"
#include "core/ir/types.h"
#include "core/memory/soft_mmu.h"

namespace emboard {

class GuestIsa;
class Engine;
class CodeMap;
class CompiledRegion;
struct CodeBlock;

inline constexpr size_t kGuestCells = 192;
inline constexpr size_t kTempCells = 2048;

/// A guest fault on its way from where it is found to the dispatcher. `code` and `value` are the guest's own.
struct Fault {
  bool pending = false;
  u32 code = 0;
  u64 value = 0;
  u64 extra = 0;
};

/// Remembers where an indirect jump to an address led.
struct JumpCacheEntry {
  u64 pc = ~u64{0};
  u32 mode = 0;
  u32 generation = 0;
  CodeBlock* block = nullptr;
  const void* native = nullptr;  ///< entry of the block's compiled region
};
inline constexpr size_t kJumpCacheEntries = 4096;

inline constexpr u64 kNoReservation = ~u64{0};

struct CpuContext {
  // Cells of 8 bytes; a 32-bit value sits zero-extended in its cell. Slots are their byte offsets.
  u64 zero = 0;         ///< always 0, so that engines need no constant for it
  u64 pc = 0;           ///< exact whenever control is outside translated code
  u64 fp_flags = 0;     ///< accumulated, fp::Flag bits
  u64 fp_rounding = 0;  ///< an fp::Rounding
  u64 reservation_address = kNoReservation;
  u64 reservation_value = 0;
  std::array<u64, kGuestCells> guest{};
  std::array<u64, kTempCells> temps{};

  // Counting. A slice starts with budget = slice; translated blocks take their instructions from budget as
  // they begin.
  i64 budget = 0;
  i64 slice = 0;
  i64 yielded = 0;         ///< taken from budget to make the run end early
  bool executing = false;  ///< inside a block, whose count is already taken
  bool may_do_io = false;  ///< the block is one instruction long, so that device time is exact

  bool attention = false;   ///< look at interrupts before the next block
  bool waiting = false;     ///< asleep until an interrupt
  alignas(8) u32 mode = 0;  ///< key of translated code: privilege, register width, floating-point state ...
  u32 generation = 0;       ///< changes whenever an instruction page may have moved
  /// Pages that jumps and links of this generation rely on, by a hash of their number.
  std::array<u64, 64> code_pages_used{};
  Fault fault;

  Tlb* data_tlb = nullptr;  ///< of the regime that loads and stores use now
  Tlb* fetch_tlb = nullptr;
  unsigned data_regime = 0;
  unsigned fetch_regime = 0;
  std::array<std::unique_ptr<Tlb>, kMaxRegimes> tlbs;
  std::array<JumpCacheEntry, kJumpCacheEntries> jump_cache;

  // Between compiled code and its engine.
  u64 native_value = 0;  ///< operand or result of a slow-path call
  u64 native_point = 0;  ///< where a region was left
  CompiledRegion* native_region = nullptr;
  std::array<u64, 16> native_saved{};  ///< host registers during slow-path calls

  const fp::NanRules* nan_rules = &fp::kDefaultNanRules;
  GuestIsa* isa = nullptr;
  Engine* engine = nullptr;
  PhysMap* bus = nullptr;
  const CodeMap* code_map = nullptr;  ///< set by the engine
  u64 tlb_misses = 0;

  void RaiseFault(u32 code, u64 value, u64 extra = 0) { fault = {true, code, value, extra}; }

  /// Instructions completed in this slice, without the one under way.
  u64 ExecutedInSlice() const { return static_cast<u64>(slice - yielded - budget - (executing ? 1 : 0)); }

  /// The slice ends after the instruction under way.
  void EndSlice() {
    yielded += budget;
    budget = 0;
  }

  void NoteCodePage(u64 pc) {
    const size_t bit = PageHash(pc);
    code_pages_used[bit / 64] |= u64{1} << (bit % 64);
  }
  bool MayUseCodePage(u64 pc) const {
    const size_t bit = PageHash(pc);
    return code_pages_used[bit / 64] >> (bit % 64) & 1;
  }
  static size_t PageHash(u64 pc) { return ((pc >> 12) ^ (pc >> 24)) & 4095; }

  static size_t JumpIndex(u64 pc) { return ((pc >> 1) ^ (pc >> 13)) & (kJumpCacheEntries - 1); }

  void SetRegimes(unsigned fetch, unsigned data) {
    fetch_regime = fetch;
    data_regime = data;
    for (const unsigned regime : {fetch, data})
      if (!tlbs[regime]) tlbs[regime] = std::make_unique<Tlb>();
    fetch_tlb = tlbs[fetch].get();
    data_tlb = tlbs[data].get();
  }
  void FlushTlbs();
  void FlushTlbPage(u64 va);
};

/// The slot of a cell, for the IR.
constexpr ir::Slot GuestSlot(size_t cell) {
  return ir::Slot{static_cast<u16>(offsetof(CpuContext, guest) + cell * sizeof(u64))};
}

}  // namespace emboard
