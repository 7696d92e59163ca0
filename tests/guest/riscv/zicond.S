# Zicond: czero.eqz and czero.nez. Unprivileged manual, chapter "Zicond".
# xlen: 64 32
# cpu: zicond=on
#include "check.h"
        BEGIN
        li      a0, 0x1234
        li      a1, 7
        CASE    1
        .insn r 0x33, 5, 7, a2, a0, a1  # czero.eqz: the condition is not zero, so the value stays
        EXPECT  a2, 0x1234
        CASE    2
        .insn r 0x33, 5, 7, a2, a0, zero
        EXPECT  a2, 0
        CASE    3
        .insn r 0x33, 7, 7, a2, a0, a1  # czero.nez
        EXPECT  a2, 0
        CASE    4
        .insn r 0x33, 7, 7, a2, a0, zero
        EXPECT  a2, 0x1234
        CASE    5
        li      a1, 1
        slli    a1, a1, __riscv_xlen - 1  # only the top bit makes the condition
        .insn r 0x33, 5, 7, a2, a0, a1
        EXPECT  a2, 0x1234
        CASE    6
        .insn r 0x33, 7, 7, a0, a0, a0  # all one register
        EXPECT  a0, 0
        EXPECT_NO_TRAP
        j       pass
        END
