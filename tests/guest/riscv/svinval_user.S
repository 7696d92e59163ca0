# Svinval: what U mode may not do, and S mode may not under TVM. Privileged manual, "Svinval".
# xlen: 64 32
# cpu: svinval=on
# march: _svinval
#include "check.h"
        BEGIN
        CASE    1
        ENTER   0
        sfence.w.inval
        LEAVE
        EXPECT_TRAP 2, 0x18000073
        CASE    2
        ENTER   0
        sfence.inval.ir
        LEAVE
        EXPECT_TRAP 2, 0x18100073
        CASE    3
        ENTER   0
        sinval.vma zero, zero
        LEAVE
        EXPECT_TRAP 2, 0x16000073
        CASE    4
        ENTER   1
        sfence.w.inval
        sinval.vma zero, zero
        sfence.inval.ir
        LEAVE
        EXPECT_NO_TRAP
        CASE    5
        li      t0, 1 << 20             # mstatus.TVM
        csrs    mstatus, t0
        ENTER   1
        sfence.w.inval
        LEAVE
        EXPECT_NO_TRAP
        ENTER   1
        sinval.vma zero, zero
        LEAVE
        EXPECT_TRAP 2, 0x16000073
        j       pass
        END
