# Zicboz and Zicbom: blocks of 64 bytes, and who may use them. CMO manual 1.0.1.
# xlen: 64 32
# cpu: zicbom=on,zicboz=on
# march: _zicbom_zicboz
#include "check.h"
        BEGIN
        la      a0, block
        CASE    1                       # cbo.zero clears the block around the address and nothing beside it
        addi    a1, a0, 37
        cbo.zero (a1)
        EXPECT_NO_TRAP
        lw      a2, -4(a0)
        EXPECT  a2, 0x11111111
        mv      a3, a0
        addi    a4, a0, 64
1:      lw      a2, (a3)
        bnez    a2, fail
        addi    a3, a3, 4
        bne     a3, a4, 1b
        lw      a2, (a4)
        EXPECT  a2, 0x22222222
        CASE    2                       # the others change nothing in memory
        cbo.clean (a4)
        cbo.flush (a4)
        cbo.inval (a4)
        EXPECT_NO_TRAP
        lw      a2, (a4)
        EXPECT  a2, 0x22222222
        CASE    3                       # menvcfg forbids them below M mode
        csrw    menvcfg, zero
        ENTER   1
        cbo.zero (a0)
        LEAVE
        EXPECT_TRAP 2, 0x0045200f
        CASE    4
        ENTER   1
        cbo.clean (a0)
        LEAVE
        EXPECT_TRAP 2, 0x0015200f
        CASE    5                       # and senvcfg in U mode besides
        li      t0, 0xf0
        csrw    menvcfg, t0
        csrw    senvcfg, zero
        ENTER   0
        cbo.zero (a0)
        LEAVE
        EXPECT_TRAP 2, 0x0045200f
        CASE    6
        csrw    senvcfg, t0
        ENTER   0
        cbo.zero (a0)
        cbo.flush (a0)
        cbo.inval (a0)
        LEAVE
        EXPECT_NO_TRAP
        CASE    7                       # a block that may not be written: a store's access fault, at the address
        li      a1, 0x06000024         # nothing is there
        cbo.zero (a1)
        EXPECT_TRAP 7, 0x06000024
        j       pass
        END
        .data
        .balign 64
        .fill   16, 4, 0x11111111
block:  .fill   16, 4, 0x33333333
        .fill   16, 4, 0x22222222
