# What every test here has: a trap handler that notes and skips, and the ways to pass and to fail.
#
# Registers: gp is the number of the case under way; s10 and s11 are the last trap's mcause and mtval, s10 is -1 where
# none came. t5 and t6 belong to the macros.

        .option norvc

        .macro  BEGIN
        .globl  _start
_start: la      t5, trap
        csrw    mtvec, t5
        li      t5, -1                  # everything is S and U mode's to use
        csrw    pmpaddr0, t5
        li      t5, 0x1f
        csrw    pmpcfg0, t5
        li      t5, 0x7800              # MPP = M, FS = dirty
        csrs    mstatus, t5
        .endm

        # Case `number` of the test, which fails with that exit status.
        .macro  CASE number
        li      gp, \number
        li      s10, -1
        li      s11, -1
        .endm

        .macro  EXPECT reg, value
        li      t6, \value
        bne     \reg, t6, fail
        .endm

        .macro  EXPECT_TRAP cause, value
        EXPECT  s10, \cause
        EXPECT  s11, \value
        li      s10, -1
        .endm

        .macro  EXPECT_NO_TRAP
        EXPECT  s10, -1
        .endm

        # One load or store (`access`) with the rights of S mode, through satp.
        .macro  AS_SUPERVISOR access:vararg
        li      t5, 0x1800
        csrc    mstatus, t5
        li      t5, 0x20800             # MPRV, MPP = S
        csrs    mstatus, t5
        \access
        csrc    mstatus, t5
        .endm

        # Goes on in `mode` (0 U, 1 S); an ecall from there comes back to M mode behind it.
        .macro  ENTER mode
        li      t5, 0x1800
        csrc    mstatus, t5
        li      t5, \mode << 11
        csrs    mstatus, t5
        la      t5, 1f
        csrw    mepc, t5
        mret
1:
        .endm

        .macro  LEAVE
        ecall
        .endm

        .macro  END
pass:   li      t5, 0x5555
        j       finish
fail:   slli    t5, gp, 16
        li      t6, 0x3333
        or      t5, t5, t6
finish: li      t6, 0x100000            # the test finisher
        sw      t5, (t6)
        j       finish

        .balign 4
trap:   csrr    t6, mepc
        addi    t6, t6, 4
        csrw    mepc, t6
        csrr    t6, mcause
        addi    t6, t6, -8
        beqz    t6, back                # ecall from U
        addi    t6, t6, -1
        beqz    t6, back                # ecall from S
        csrr    s10, mcause
        csrr    s11, mtval
        mret
back:   li      t6, 0x1800
        csrs    mstatus, t6
        mret
        .endm
