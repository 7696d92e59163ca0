# Sstc: stimecmp raises STIP by itself, where menvcfg.STCE says so. Manual "Sstc" 1.0.
# xlen: 64
# cpu: sstc=on
# qemu: yes
#include "check.h"
        BEGIN
        li      s0, 1 << 63
        li      s1, -1
        CASE    1                       # S mode needs STCE and mcounteren.TM
        csrc    menvcfg, s0
        csrw    mcounteren, s1
        ENTER   1
        csrr    a0, 0x14d
        LEAVE
        EXPECT_TRAP 2, 0x14d02573
        CASE    2
        csrs    menvcfg, s0
        csrw    mcounteren, zero
        ENTER   1
        csrr    a0, 0x14d
        LEAVE
        EXPECT_TRAP 2, 0x14d02573
        CASE    3
        csrw    mcounteren, s1
        ENTER   1
        csrw    0x14d, s1
        LEAVE
        EXPECT_NO_TRAP
        csrr    a0, mip
        andi    a0, a0, 0x20
        EXPECT  a0, 0
        CASE    4                       # a time that has passed
        csrw    0x14d, zero
        csrr    a0, mip
        andi    a0, a0, 0x20
        EXPECT  a0, 0x20
        CASE    5                       # STIP is read-only then
        li      t0, 0x20
        csrc    mip, t0
        csrr    a0, mip
        andi    a0, a0, 0x20
        EXPECT  a0, 0x20
        CASE    6                       # wfi ends when it comes
        csrci   mstatus, 8
        csrr    t0, time
        li      t1, 1000
        add     t0, t0, t1
        csrw    0x14d, t0
        li      t1, 0x20
        csrw    mie, t1
        wfi
        csrr    t2, time
        bltu    t2, t0, fail
        EXPECT_NO_TRAP
        j       pass
        END
