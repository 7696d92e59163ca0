# Page-table entries that must fault and that QEMU 7.2 accepts. Privileged manual 10.4.1, "Svpbmt", 3.1.18.
# xlen: 64
# cpu: svpbmt=on,svnapot=on
#include "check.h"
#include "paging.h"
        BEGIN
        PAGING_ON
        li      s0, 1 << 62             # PBMTE
        CASE    1
        LEAF    0xcf
        AS_SUPERVISOR lw a1, (a0)
        EXPECT_NO_TRAP
        CASE    2                       # reserved bits
        LEAF    0xcf | 1 << 54
        AS_SUPERVISOR lw a1, (a0)
        EXPECT_TRAP 13, 0x40000000
        LEAF    0xcf | 1 << 60
        AS_SUPERVISOR sw a1, 4(a0)
        EXPECT_TRAP 15, 0x40000004
        CASE    3                       # PBMT, while menvcfg.PBMTE is 0
        csrc    menvcfg, s0
        LEAF    0xcf | 1 << 61
        AS_SUPERVISOR lw a1, (a0)
        EXPECT_TRAP 13, 0x40000000
        CASE    4                       # and while it is 1
        csrs    menvcfg, s0
        sfence.vma
        AS_SUPERVISOR lw a1, (a0)
        EXPECT_NO_TRAP
        CASE    5                       # PBMT 3 is reserved
        LEAF    0xcf | 3 << 61
        AS_SUPERVISOR lw a1, (a0)
        EXPECT_TRAP 13, 0x40000000
        j       pass
        END
        TABLES
