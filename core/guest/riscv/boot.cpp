// The boot ROM: a few instructions, two addresses, and the record OpenSBI's fw_dynamic expects (OpenSBI
// docs/firmware/fw_dynamic.md). Register contract of all RISC-V firmware: a0 = hart ID, a1 = device tree;
// fw_dynamic adds a2 = record. The layout equals that of QEMU's virt machine, which guests have come to know.

#include "core/guest/riscv/boot.h"

#include <cstring>
#include <vector>

#include "core/base/units.h"

namespace emboard {
namespace {

constexpr u16 kElfMachineRiscv = 243;
constexpr u32 kImageMagic = 0x05435352;  // "RSC\x05", Linux boot-image-header.rst

// Where the data stands, from the ROM's first byte; in instructions it is the immediate in bits 31:20.
constexpr u32 kStartOffset = 0x18;
constexpr u32 kFdtOffset = 0x20;
constexpr u32 kInfoOffset = 0x28;

constexpr u32 kResetCode64[] = {
    0x0000'0297,                       // auipc t0, 0
    0x0002'8613 | kInfoOffset << 20,   // addi  a2, t0, kInfoOffset
    0xf140'2573,                       // csrr  a0, mhartid
    0x0002'b583 | kFdtOffset << 20,    // ld    a1, kFdtOffset(t0)
    0x0002'b283 | kStartOffset << 20,  // ld    t0, kStartOffset(t0)
    0x0002'8067,                       // jr    t0
};
constexpr u32 kResetCode32[] = {
    0x0000'0297,                       // auipc t0, 0
    0x0002'8613 | kInfoOffset << 20,   // addi  a2, t0, kInfoOffset
    0xf140'2573,                       // csrr  a0, mhartid
    0x0002'a583 | kFdtOffset << 20,    // lw    a1, kFdtOffset(t0)
    0x0002'a283 | kStartOffset << 20,  // lw    t0, kStartOffset(t0)
    0x0002'8067,                       // jr    t0
};
static_assert(sizeof(kResetCode64) <= kStartOffset && sizeof(kResetCode32) <= kStartOffset);

constexpr u64 kInfoMagic = 0x4942'534f;  // "OSBI"
constexpr u64 kInfoVersion = 2;
constexpr u64 kSupervisorMode = 1;

/// Appends a register-sized little-endian number.
void Append(std::vector<u8>& rom, u64 value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) rom.push_back(static_cast<u8>(value >> (8 * i)));
}

Result<u64> InstallBootRom(const BootInfo& info, PhysMap& bus) {
  std::vector<u8> rom;
  for (u32 word : info.xlen == 32 ? kResetCode32 : kResetCode64) Append(rom, word, 4);
  rom.resize(kStartOffset);
  Append(rom, info.start, 8);
  rom.resize(kFdtOffset);
  Append(rom, info.fdt_address, 8);
  rom.resize(kInfoOffset);
  // struct fw_dynamic_info: magic, version, next_addr, next_mode, options, boot_hart.
  for (u64 field : {kInfoMagic, kInfoVersion, info.next_stage, kSupervisorMode, u64{0}, u64{0}}) {
    Append(rom, field, info.xlen / 8);
  }
  if (rom.size() > info.rom_size_bytes || !bus.LoadBytes(PhysAddr{info.rom_base}, rom)) {
    return Error{"the board's boot ROM is too small"};
  }
  return info.rom_base;
}

/// A kernel is mapped with the largest page its MMU has below a gigabyte: 2 MiB (Sv39), 4 MiB (Sv32).
u64 KernelAlign(unsigned xlen) { return xlen == 32 ? 4_MiB : 2_MiB; }

}  // namespace

extern const BootRules kRiscvBoot;
constexpr BootRules kRiscvBoot{.elf_machine = kElfMachineRiscv,
                               .image_magic = kImageMagic,
                               .kernel_align = &KernelAlign,
                               .install = &InstallBootRom};

}  // namespace emboard
