#pragma once
// What a RISC-V CPU implements, and the bits that select translated code.

#include "core/base/types.h"

namespace emboard::riscv {

/// EXT(enumerator, name in -cpu and riscv,isa-extensions, on by default, description)
#define RISCV_EXTENSIONS(EXT)                                                           \
  EXT(I, "i", true, "base integer instructions")                                        \
  EXT(M, "m", true, "multiplication and division")                                      \
  EXT(A, "a", true, "atomics")                                                          \
  EXT(F, "f", true, "single-precision floating point")                                  \
  EXT(D, "d", true, "double-precision floating point")                                  \
  EXT(C, "c", true, "compressed instructions")                                          \
  EXT(Zicbom, "zicbom", true, "cache-block management")                                 \
  EXT(Zicboz, "zicboz", true, "cache-block zeroing")                                    \
  EXT(Zicntr, "zicntr", true, "cycle, time and instret counters")                       \
  EXT(Zicond, "zicond", true, "conditional zeroing")                                    \
  EXT(Zicsr, "zicsr", true, "control and status registers")                             \
  EXT(Zifencei, "zifencei", true, "instruction-fetch fence")                            \
  EXT(Zihintpause, "zihintpause", true, "pause hint")                                   \
  EXT(Zihpm, "zihpm", true, "hardware performance counters")                            \
  EXT(Zawrs, "zawrs", true, "wait on reservation set")                                  \
  EXT(Zfh, "zfh", true, "half-precision floating point")                                \
  EXT(Zba, "zba", true, "address generation")                                           \
  EXT(Zbb, "zbb", true, "basic bit manipulation")                                       \
  EXT(Zbc, "zbc", true, "carry-less multiplication")                                    \
  EXT(Zbs, "zbs", true, "single-bit instructions")                                      \
  EXT(Sstc, "sstc", true, "supervisor timer compare")                                   \
  EXT(Svadu, "svadu", false, "menvcfg.ADUE chooses hardware updates of A and D bits")   \
  EXT(Svade, "svade", false, "page faults instead of hardware updates of A and D bits") \
  EXT(Svinval, "svinval", true, "fine-grained TLB invalidation")                        \
  EXT(Svnapot, "svnapot", true, "naturally aligned power-of-two pages")                 \
  EXT(Svpbmt, "svpbmt", true, "page-based memory types")

/// S and U are modes, not lines of the isa string's extension list; pmp and mmu are switches of their own.
enum class Ext : u8 {
#define EXT(id, ...) id,
  RISCV_EXTENSIONS(EXT)
#undef EXT
      S,
  U,
  Pmp,
  Mmu,
};

struct Config {
  unsigned xlen = 64;
  u64 extensions = 0;
  unsigned pmp_count = 16;
  unsigned max_levels = 5;  ///< of Sv57; 4 is Sv48, 3 Sv39

  bool has(Ext ext) const { return (extensions >> static_cast<unsigned>(ext)) & 1; }
  void set(Ext ext, bool on) {
    const u64 bit = u64{1} << static_cast<unsigned>(ext);
    extensions = on ? extensions | bit : extensions & ~bit;
  }
};

enum class Priv : u8 { kUser = 0, kSupervisor = 1, kMachine = 3 };

/// CpuContext::mode for RISC-V: everything the translator takes for granted.
struct ModeKey {
  u32 bits = 0;
  static constexpr u32 kFsOn = 1u << 2;
  static constexpr u32 kFsDirty = 1u << 3;
  static constexpr u32 kFrmValid = 1u << 4;

  Priv priv() const { return static_cast<Priv>(bits & 3); }
  bool fs_on() const { return bits & kFsOn; }
  bool fs_dirty() const { return bits & kFsDirty; }
  bool frm_valid() const { return bits & kFrmValid; }
};

}  // namespace emboard::riscv
