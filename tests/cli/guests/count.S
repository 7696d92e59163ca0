# Machine-mode guest: counts to a million in steps, prints a dot each, powers off. Never sleeps.
        .globl _start
_start:
        li      s0, 0x10000000
        li      s2, 0x100000
        li      s3, 20
1:      li      t0, 50000
2:      addi    t0, t0, -1
        bnez    t0, 2b
        li      t1, '.'
        sb      t1, 0(s0)
        addi    s3, s3, -1
        bnez    s3, 1b
        li      t1, '\n'
        sb      t1, 0(s0)
        li      t0, 0x5555
        sw      t0, 0(s2)
3:      j       3b
