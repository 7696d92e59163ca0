#pragma once
// What an engine asks of a guest architecture. Implemented once in each guest folder.

#include <optional>
#include <string>

#include "core/exec/cpu_context.h"
#include "core/ir/emitter.h"
#include "core/memory/soft_mmu.h"

namespace emboard {

/// Hands the translator its instruction stream in 16-bit units.
class CodeReader {
 public:
  virtual ~CodeReader() = default;
  /// False when the unit lies on another page than the block's first instruction began on, unless that
  /// instruction itself runs over the edge; false too when it cannot be fetched (the fault is then recorded).
  virtual bool Read16(u64 va, u16& unit) = 0;
};

struct TranslatedSize {
  u16 instructions = 0;
  u32 bytes = 0;
};

class GuestIsa {
 public:
  virtual ~GuestIsa() = default;

  /// Emits one block from `pc` under `mode`, at most `max_instructions` long and ending with an exit. Zero
  /// instructions mean that the first one could not be fetched.
  virtual TranslatedSize Translate(u64 pc, u32 mode, unsigned max_instructions, CodeReader& code,
                                   ir::Emitter& emitter) = 0;
  /// Walks the page tables and checks every permission; records the fault and returns nothing when it fails.
  virtual std::optional<Translation> TranslateAddress(CpuContext& ctx, u64 va, unsigned size_bytes,
                                                      Access access, unsigned regime) = 0;
  /// Nothing answers at `va` (after translation), or the access is not one its device takes.
  virtual void RaiseAccessFault(CpuContext& ctx, u64 va, Access access) = 0;
  /// A misaligned atomic access; `access` is kWrite for read-modify-write.
  virtual void RaiseMisaligned(CpuContext& ctx, u64 va, Access access) = 0;
  /// Turns ctx.fault into a trap: ctx.pc is the faulting instruction on entry and the handler afterwards.
  virtual void TakeFault(CpuContext& ctx) = 0;
  /// Takes the most urgent enabled interrupt, if any; wakes a waiting CPU.
  virtual void TakeInterrupt(CpuContext& ctx) = 0;
  /// One line for `-d in_asm`.
  virtual std::string Disassemble(u64 pc, u32 mode, CodeReader& code, unsigned& length_bytes) = 0;
};

}  // namespace emboard
