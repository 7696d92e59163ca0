// The boot ROM, word for word what qemu-system-riscv64 7.2 -M virt shows at 0x1000 (xp/24wx), which firmware
// relies on.

#include <gtest/gtest.h>

#include <array>

#include "core/guest/riscv/boot.h"

namespace emboard {
namespace {

constexpr u64 kRomBase = 0x1000;

template <size_t N>
std::array<u32, N> Install(const BootInfo& info) {
  PhysMap bus;
  EXPECT_TRUE(bus.AddRom("rom", PhysAddr{kRomBase}, 0xf000, nullptr).ok());
  const auto pc = kRiscvBoot.install(info, bus);
  EXPECT_TRUE(pc.ok());
  EXPECT_EQ(pc.value(), kRomBase);
  std::array<u32, N> words{};
  EXPECT_TRUE(bus.ReadValue(PhysAddr{kRomBase}, words));
  return words;
}

BootInfo Info(unsigned xlen) {
  return {.xlen = xlen,
          .rom_base = kRomBase,
          .rom_size_bytes = 0xf000,
          .start = 0x8000'0000,
          .next_stage = 0x8020'0000,
          .fdt_address = 0x8fe0'0000};
}

TEST(RiscvBoot, Rom64) {
  const std::array<u32, 22> expected{0x00000297, 0x02828613, 0xf1402573, 0x0202b583, 0x0182b283, 0x00028067,
                                     0x80000000, 0,          0x8fe00000, 0,          0x4942534f, 0,
                                     2,          0,          0x80200000, 0,          1,          0,
                                     0,          0,          0,          0};
  EXPECT_EQ(Install<22>(Info(64)), expected);
}

TEST(RiscvBoot, Rom32) {
  const std::array<u32, 16> expected{0x00000297, 0x02828613, 0xf1402573, 0x0202a583, 0x0182a283, 0x00028067,
                                     0x80000000, 0,          0x8fe00000, 0,          0x4942534f, 2,
                                     0x80200000, 1,          0,          0};
  EXPECT_EQ(Install<16>(Info(32)), expected);
}

TEST(RiscvBoot, RomTooSmall) {
  PhysMap bus;
  BootInfo info = Info(64);
  info.rom_size_bytes = 16;
  EXPECT_FALSE(kRiscvBoot.install(info, bus).ok());
}

TEST(RiscvBoot, KernelAlignment) {
  EXPECT_EQ(kRiscvBoot.kernel_align(64), 0x20'0000u);
  EXPECT_EQ(kRiscvBoot.kernel_align(32), 0x40'0000u);
}

}  // namespace
}  // namespace emboard
