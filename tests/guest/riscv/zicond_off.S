# Without the extension its instructions are illegal, and mtval holds them.
# xlen: 64 32
# cpu: zicond=off
# qemu: yes
#include "check.h"
        BEGIN
        CASE    1
        .insn r 0x33, 5, 7, a2, a0, a1
        EXPECT_TRAP 2, 0x0eb55633
        j       pass
        END
