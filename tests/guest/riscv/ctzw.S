# Counts of 32-bit halves where the other half differs. Unprivileged manual, "Zbb".
# xlen: 64
# march: _zbb
#include "check.h"
        BEGIN
        CASE    1
        li      a0, 0x8000000000000000
        ctzw    a1, a0
        EXPECT  a1, 32
        CASE    2
        li      a0, 0x0000000180000000
        ctzw    a1, a0
        EXPECT  a1, 31
        CASE    3
        li      a0, 0xffffffff00000000
        clzw    a1, a0
        EXPECT  a1, 32
        CASE    4
        cpopw   a1, a0
        EXPECT  a1, 0
        CASE    5
        ctzw    a1, zero
        EXPECT  a1, 32
        j       pass
        END
