# Locked PMP entries bind M mode and cannot be changed; four bytes are the smallest region. Privileged manual 3.7.1.
# xlen: 64 32
#include "check.h"
        BEGIN
        la      a0, area
        srli    t0, a0, 2
        csrw    pmpaddr0, t0
        addi    t1, t0, 16
        csrw    pmpaddr2, t1            # TOR: [area + 4, area + 64)
        addi    t1, t0, 1
        csrw    pmpaddr1, t1
        li      t1, -1
        csrw    pmpaddr3, t1
        li      t0, 0x1f << 24 | 0x89 << 16 | 0x00 << 8 | 0x91  # 0: NA4 R L; 2: TOR R L; 3: all
        csrw    pmpcfg0, t0
        CASE    1                       # read yes, write no, in M mode too
        lw      a1, (a0)
        EXPECT_NO_TRAP
        sw      a1, (a0)
        mv      s2, s11
        EXPECT  s10, 7
        bne     s2, a0, fail
        CASE    2                       # beside it everything is as it was
        sw      a1, -4(a0)
        EXPECT_NO_TRAP
        CASE    3                       # locked addresses and configurations stay; so does the one a locked TOR starts at
        csrr    a2, pmpaddr0
        csrw    pmpaddr0, zero
        csrr    a3, pmpaddr0
        bne     a2, a3, fail
        csrr    a2, pmpaddr1
        csrw    pmpaddr1, zero
        csrr    a3, pmpaddr1
        bne     a2, a3, fail
        csrw    pmpcfg0, zero
        csrr    a2, pmpcfg0
        li      a4, 0x00890091          # entry 3 is not locked
        bne     a2, a4, fail
        EXPECT_NO_TRAP
        CASE    4                       # an access of which an entry covers a part fails
        lw      a1, -2(a0)
        EXPECT  s10, 5
        li      s10, -1
        lw      a1, 2(a0)
        EXPECT  s10, 5
        j       pass
        END
        .data
        .balign 64
        .fill   16, 4, 0
area:   .fill   32, 4, 0
