// The RISC-V `virt` board: the memory map of QEMU 7.2's machine of the same name
// (docs/system/riscv/virt.rst), so that OpenSBI, U-Boot and kernels built for it run unmodified. No PCIe.

#include "core/base/units.h"
#include "core/guest/riscv/family.h"
#include "core/machine/board_spec.h"

namespace emboard {
namespace {

// RISC-V interrupt causes: Privileged Architecture 20240411, table "mcause values".
constexpr Wire kMsip{"msip", "cpu*:3"};
constexpr Wire kMtip{"mtip", "cpu*:7"};
constexpr Wire kMeip{"meip", "cpu*:11"};
constexpr Wire kSeip{"seip", "cpu*:9"};

constexpr Part kParts[] = {
    {.type = "sifive-test", .name = "test", .base = 0x10'0000, .size_bytes = 0x1000},
    {.type = "goldfish-rtc",
     .name = "rtc",
     .base = 0x10'1000,
     .size_bytes = 0x1000,
     .wires = {Wire{"irq", "plic:11"}}},
    {.type = "aclint", .name = "clint", .base = 0x200'0000, .size_bytes = 0x1'0000, .wires = {kMsip, kMtip}},
    {.type = "plic",
     .name = "plic",
     .base = 0xc00'0000,
     .size_bytes = 0x60'0000,
     .properties = {PartProperty{"sources", "97"}},
     .wires = {kMeip, kSeip}},
    {.type = "ns16550a",
     .name = "uart0",
     .base = 0x1000'0000,
     .size_bytes = 0x100,
     .properties = {PartProperty{"clock-frequency", "3686400"}},
     .wires = {Wire{"irq", "plic:10"}}},
    {.type = "fw-cfg-mmio", .name = "fw-cfg", .base = 0x1010'0000, .size_bytes = 0x18},
    {.type = "cfi-flash", .name = "flash0", .base = 0x2000'0000, .size_bytes = 32_MiB},
    {.type = "cfi-flash", .name = "flash1", .base = 0x2200'0000, .size_bytes = 32_MiB},
};

}  // namespace

extern const BoardSpec kVirtBoard;
constexpr BoardSpec kVirtBoard{
    .name = "virt",
    .title = "RISC-V VirtIO board",
    .description =
        "A paravirtual RISC-V machine with the memory map of QEMU's `virt`: ns16550a console, PLIC and "
        "ACLINT, "
        "Goldfish RTC, two CFI flash banks, fw_cfg and eight virtio-mmio slots.",
    .compatible = "riscv-virtio",
    .model = "riscv-virtio,emboard",
    .family = &RiscvFamily,
    .default_cpu = "rv64",
    .max_cpus = 8,
    .ram_base = 0x8000'0000,
    .default_ram_bytes = 128_MiB,
    .min_ram_bytes = 4_MiB,
    .max_ram_bytes = 16_GiB,
    .rom_base = 0x1000,
    .rom_size_bytes = 0xf000,
    .parts = kParts,
    .time_source = "clint",
    .stdout_part = "uart0",
    .flash_banks = {"flash0", "flash1"},
    .virtio = {.type = "virtio-mmio",
               .controller = "plic",
               .base = 0x1000'1000,
               .stride = 0x1000,
               .first_irq = 1,
               .count = 8},
};

}  // namespace emboard
