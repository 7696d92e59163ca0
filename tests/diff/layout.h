#pragma once
// Where everything stands in guest memory, and what a program consists of. Generator and harness agree
// through this.

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/base/types.h"

namespace emboard::diff {

// The harness; protected from S and U mode by physical memory protection.
inline constexpr u64 kHarnessBase = 0x80000000;
inline constexpr u64 kHarnessData = 0x80008000;  ///< mscratch points here while a program runs
inline constexpr u64 kTrapLog = 0x80009000;
// The area programs may touch: one naturally aligned power of two, so that one PMP entry opens it.
inline constexpr u64 kTestBase = 0x80040000;
inline constexpr u64 kTestSize = 0x40000;
inline constexpr u64 kPageTables = kTestBase;
inline constexpr u64 kPageTablePages = 32;
inline constexpr u64 kCodePages = kTestBase + 0x20000;  ///< two pages
inline constexpr u64 kDataPages = kTestBase + 0x28000;  ///< two pages
inline constexpr u64 kDataSize = 0x2000;
inline constexpr u64 kSupervisorPage = kTestBase + 0x30000;  ///< the S-mode trap handler
// The programs' descriptors.
inline constexpr u64 kBlobBase = 0x80080000;

inline constexpr u64 kUart = 0x10000000;
inline constexpr u64 kFinisher = 0x100000;
inline constexpr u64 kMtimecmp = 0x02004000;
inline constexpr u64 kMtime = 0x0200bff8;

/// A trap inside a slot ends the slot: handlers resume at the next one, so no handler reads the instruction.
inline constexpr u64 kSlotBytes = 16;
inline constexpr unsigned kTrapLimit = 120;

/// Written before each program, in this order. MTIE stays set in mie: a timer ends programs that hang.
inline constexpr std::array<u32, 35> kInitCsrs = {
    0x302, 0x303, 0x304, 0x344,                              // medeleg mideleg mie mip
    0x306, 0x30a, 0x342, 0x343,                              // mcounteren menvcfg mcause mtval
    0x105, 0x106, 0x10a, 0x140, 0x141, 0x142, 0x143, 0x180,  // stvec … satp
    0x3b0, 0x3b1, 0x3b2, 0x3b3, 0x3b4, 0x3b5, 0x3b6, 0x3b7,  // pmpaddr0…
    0x3b8, 0x3b9, 0x3ba, 0x3bb, 0x3bc, 0x3bd, 0x3be, 0x3bf, 0x3a0, 0x3a2, 0x003,  // pmpcfg0 pmpcfg2 fcsr
};
/// RV32 has these besides: pmpcfg1, pmpcfg3 (written as zero).
inline constexpr std::array<u32, 2> kInitCsrs32 = {0x3a1, 0x3a3};
/// Saved after each program, in this order, after mstatus and fcsr.
inline constexpr std::array<std::pair<u32, const char*>, 40> kDumpCsrs = {{
    {0x301, "misa"},      {0x302, "medeleg"},   {0x303, "mideleg"},    {0x304, "mie"},
    {0x344, "mip"},       {0x305, "mtvec"},     {0x306, "mcounteren"}, {0x30a, "menvcfg"},
    {0x341, "mepc"},      {0x342, "mcause"},    {0x343, "mtval"},      {0x100, "sstatus"},
    {0x104, "sie"},       {0x144, "sip"},       {0x105, "stvec"},      {0x106, "scounteren"},
    {0x10a, "senvcfg"},   {0x140, "sscratch"},  {0x141, "sepc"},       {0x142, "scause"},
    {0x143, "stval"},     {0x180, "satp"},      {0x3a0, "pmpcfg0"},    {0x3a2, "pmpcfg2"},
    {0x3b0, "pmpaddr0"},  {0x3b1, "pmpaddr1"},  {0x3b2, "pmpaddr2"},   {0x3b3, "pmpaddr3"},
    {0x3b4, "pmpaddr4"},  {0x3b5, "pmpaddr5"},  {0x3b6, "pmpaddr6"},   {0x3b7, "pmpaddr7"},
    {0x3b8, "pmpaddr8"},  {0x3b9, "pmpaddr9"},  {0x3ba, "pmpaddr10"},  {0x3bb, "pmpaddr11"},
    {0x3bc, "pmpaddr12"}, {0x3bd, "pmpaddr13"}, {0x3be, "pmpaddr14"},  {0x3bf, "pmpaddr15"},
}};

/// A program as the harness runs it. Addresses named `va` are what the program sees.
struct Program {
  u64 number = 0;
  std::vector<u8> code;
  u64 code_offset = 0;           ///< of the first byte in the two code pages, as the program sees them
  std::array<u64, 2> code_pa{};  ///< the page behind the first and the second
  u64 code_va = 0;               ///< of the first byte
  u64 exit_va = 0;               ///< reaching it ends the program
  u64 supervisor_exit_va = 0;    ///< so does the S-mode handler's ecall
  std::vector<u64> boundaries;   ///< offset of every generated instruction, in order, then the exit
  std::vector<std::pair<u64, u64>> patches;  ///< (address, XLEN-wide value): page tables and special data
  u64 data_seed = 0;
  u64 mstatus = 0;
  std::array<u64, kInitCsrs.size()> csrs{};
  std::array<u64, 32> x{};
  std::array<u64, 32> f{};
  std::string summary;  ///< "S Sv39 …", for people

  /// Ends the program before its `count`-th instruction.
  void Truncate(size_t count);
};

}  // namespace emboard::diff
