#pragma once
// The setting a program runs in: privilege, address translation, protection, starting state.

#include <array>

#include "tests/diff/layout.h"
#include "tests/diff/rng.h"

namespace emboard::diff {

enum class Mode : u8 { kUser = 0, kSupervisor = 1, kMachine = 3 };

struct Scenario {
  unsigned xlen = 64;
  Mode mode = Mode::kMachine;
  unsigned levels = 0;         ///< of page tables; 0 without translation
  u64 code_va = 0;             ///< page-aligned
  u64 data_va = 0;             ///< page-aligned
  u64 alias_va = 0;            ///< the data once more, with other permissions
  bool code_writable = false;  ///< stores into the program reach it
  bool data_executable =
      false;        ///< then nothing jumps there: data that runs may rewrite itself without fence.i
  unsigned fs = 3;  ///< mstatus.FS at the start
  u64 mideleg = 0;
  u64 pending = 2;     ///< the one interrupt that may be pending: QEMU 7.2 ranks several wrongly (known.md)
  bool pbmte = false;  ///< menvcfg.PBMTE
  bool tvm = false;    ///< mstatus.TVM at the start

  bool machine() const { return mode == Mode::kMachine; }
};

/// Chooses the registers; called last, when the addresses are known.
void FillRegisters(Rng& rng, const Scenario& scenario, Program& program);

/// Chooses a setting and fills everything of `program` except its code and registers.
Scenario MakeScenario(Rng& rng, unsigned xlen, Program& program);

/// `program.csrs` entry for `csr`, which must be one of kInitCsrs.
u64& InitCsr(Program& program, u32 csr);

/// Adds page tables for `scenario` to `program`: sets the virtual addresses, satp and the patches.
void MakePageTables(Rng& rng, Scenario& scenario, Program& program);

/// Adds PMP entries: one opens the test area, others cut pieces out of it.
void MakeProtection(Rng& rng, const Scenario& scenario, Program& program);

/// A floating-point register's content: boxed, unboxed, special, ordinary.
u64 FloatingValue(Rng& rng);

}  // namespace emboard::diff
