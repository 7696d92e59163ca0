# Svadu: menvcfg.ADUE chooses between hardware updates of A and D and page faults. Privileged manual, "Svadu".
# xlen: 64
# cpu: svadu=on
#include "check.h"
#include "paging.h"
        BEGIN
        PAGING_ON
        li      s0, 1 << 61             # ADUE
        CASE    1                       # off: A = 0 faults, and the entry stays
        csrc    menvcfg, s0
        LEAF    0x07
        AS_SUPERVISOR lw a1, 8(a0)
        EXPECT_TRAP 13, 0x40000008
        ld      a2, leaf
        andi    a2, a2, 0xff
        EXPECT  a2, 0x07
        CASE    2                       # A = 1, D = 0: loads work, stores fault
        LEAF    0x47
        AS_SUPERVISOR lw a1, 8(a0)
        EXPECT_NO_TRAP
        AS_SUPERVISOR sw a1, 8(a0)
        EXPECT_TRAP 15, 0x40000008
        CASE    3                       # on: a load sets A, a store D
        csrs    menvcfg, s0
        LEAF    0x07
        AS_SUPERVISOR lw a1, 8(a0)
        EXPECT_NO_TRAP
        ld      a2, leaf
        andi    a2, a2, 0xff
        EXPECT  a2, 0x47
        AS_SUPERVISOR sw a1, 8(a0)
        EXPECT_NO_TRAP
        ld      a2, leaf
        andi    a2, a2, 0xff
        EXPECT  a2, 0xc7
        j       pass
        END
        TABLES
