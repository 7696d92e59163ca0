# Zawrs: both waits end by themselves here; wrs.nto obeys mstatus.TW only by waiting for ever. Manual "Zawrs".
# xlen: 64 32
# cpu: zawrs=on
#include "check.h"
        BEGIN
        la      a0, word
        CASE    1
        lr.w    a1, (a0)
        .word   0x01d00073              # wrs.sto
        lr.w    a1, (a0)
        .word   0x00d00073              # wrs.nto
        EXPECT_NO_TRAP
        CASE    2                       # without a reservation they do not wait
        .word   0x01d00073
        .word   0x00d00073
        EXPECT_NO_TRAP
        EXPECT  a1, 0x55
        j       pass
        END
        .data
        .balign 8
word:   .word   0x55
