#pragma once
// The guest-visible state of a hart. Every field is one cell of CpuContext, so the IR can address it.

#include "core/base/bits.h"
#include "core/exec/cpu_context.h"
#include "core/guest/riscv/extensions.h"

namespace emboard::riscv {

inline constexpr unsigned kPmpEntries = 16;

/// FIELD(name): in snapshots and dumps under that name. Array fields have a count.
// clang-format off
#define RISCV_STATE(FIELD, ARRAY)                                                                      \
  ARRAY(x, 32)                                                                                         \
  ARRAY(f, 32) FIELD(priv) FIELD(mstatus) FIELD(medeleg) FIELD(mideleg) FIELD(mie) FIELD(mip_soft)     \
      FIELD(mtvec) FIELD(mcounteren) FIELD(mcountinhibit) FIELD(mscratch) FIELD(mepc) FIELD(mcause)    \
          FIELD(mtval) FIELD(menvcfg) FIELD(stvec) FIELD(scounteren) FIELD(sscratch) FIELD(sepc)       \
              FIELD(scause) FIELD(stval) FIELD(senvcfg) FIELD(satp) FIELD(stimecmp) FIELD(lines)       \
                  FIELD(executed) FIELD(cycle_offset) FIELD(instret_offset) ARRAY(pmpcfg, kPmpEntries) \
                      ARRAY(pmpaddr, kPmpEntries)
// clang-format on

struct State {
#define FIELD(name) u64 name;
#define ARRAY(name, count) u64 name[count];
  RISCV_STATE(FIELD, ARRAY)
#undef FIELD
#undef ARRAY

  Priv privilege() const { return static_cast<Priv>(priv); }
};
static_assert(sizeof(State) <= kGuestCells * sizeof(u64));

inline State& StateOf(CpuContext& ctx) { return *reinterpret_cast<State*>(ctx.guest.data()); }
inline const State& StateOf(const CpuContext& ctx) {
  return *reinterpret_cast<const State*>(ctx.guest.data());
}

/// A field's slot in the IR; elements of an array follow one another.
#define RISCV_SLOT(field) ::emboard::GuestSlot(offsetof(::emboard::riscv::State, field) / sizeof(u64))
constexpr ir::Slot XSlot(unsigned n) { return GuestSlot(offsetof(State, x) / sizeof(u64) + n); }
constexpr ir::Slot FSlot(unsigned n) { return GuestSlot(offsetof(State, f) / sizeof(u64) + n); }

// mstatus (Privileged 3.1.6); SD and UXL/SXL are computed on reading.
namespace mstatus {
inline constexpr u64 kSie = 1u << 1, kMie = 1u << 3, kSpie = 1u << 5, kMpie = 1u << 7, kSpp = 1u << 8;
inline constexpr unsigned kMppShift = 11, kFsShift = 13;
inline constexpr u64 kMpp = 3u << kMppShift, kFs = 3u << kFsShift, kMprv = 1u << 17, kSum = 1u << 18;
inline constexpr u64 kMxr = 1u << 19, kTvm = 1u << 20, kTw = 1u << 21, kTsr = 1u << 22;
inline constexpr u64 kSstatus = kSie | kSpie | kSpp | kFs | kSum | kMxr;
}  // namespace mstatus

// Interrupt causes, which are also the bits of mip and mie (Privileged 3.1.9).
enum Interrupt : unsigned { kSsi = 1, kMsi = 3, kSti = 5, kMti = 7, kSei = 9, kMei = 11 };
inline constexpr u64 kSupervisorInterrupts = 1u << kSsi | 1u << kSti | 1u << kSei;
inline constexpr u64 kMachineInterrupts = 1u << kMsi | 1u << kMti | 1u << kMei;

// Exception causes (Privileged 3.1.15).
enum Cause : u32 {
  kInstructionMisaligned = 0,
  kInstructionAccess = 1,
  kIllegalInstruction = 2,
  kBreakpoint = 3,
  kLoadMisaligned = 4,
  kLoadAccess = 5,
  kStoreMisaligned = 6,
  kStoreAccess = 7,
  kEcallFromUser = 8,
  kEcallFromSupervisor = 9,
  kEcallFromMachine = 11,
  kInstructionPage = 12,
  kLoadPage = 13,
  kStorePage = 15,
};

// menvcfg and senvcfg (Privileged 3.1.18, 10.1.10).
namespace envcfg {
inline constexpr u64 kFiom = 1u << 0, kCbie = 3u << 4, kCbcfe = 1u << 6, kCbze = 1u << 7;
inline constexpr u64 kAdue = u64{1} << 61, kPbmte = u64{1} << 62, kStce = u64{1} << 63;
}  // namespace envcfg

}  // namespace emboard::riscv
