# Several interrupts at once: SEI, then SSI, then STI. Privileged manual 3.1.9.
# xlen: 64 32
#include "check.h"
        BEGIN
        li      s0, 0x222
        csrw    mie, s0
        csrw    mip, s0
        csrw    mideleg, zero
        la      t0, taken
        csrw    mtvec, t0
        li      s1, 0                   # what was taken, a digit each
        li      gp, 1
        csrsi   mstatus, 8              # MIE: all three come, one after the other
        csrci   mstatus, 8
        EXPECT  s1, 0x915
        j       pass

        .balign 4
taken:  csrr    t5, mcause
        bgez    t5, fail
        andi    t5, t5, 15
        slli    s1, s1, 4
        or      s1, s1, t5
        li      t6, 1
        sll     t6, t6, t5
        csrc    mip, t6
        mret
        END
