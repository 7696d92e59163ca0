# Machine-mode guest of the command line's tests: prints "ready", sleeps until a byte comes, echoes it.
# FIFOs stay off: turning them on would drop what has been typed before.
#   Q powers off, F powers off with status 3, R resets
# Board `virt`: UART at 0x10000000, PLIC at 0xc000000 (source 10), test finisher at 0x100000.
        .globl _start
_start:
        csrr    t0, mhartid
        bnez    t0, park
        li      s0, 0x10000000          # UART
        li      s1, 0xc000000           # PLIC
        li      s2, 0x100000            # finisher
        li      t0, 1
        sb      t0, 1(s0)               # IER: received data
        sw      t0, 40(s1)              # priority of source 10
        li      t1, 0x2000
        add     t1, t1, s1
        li      t0, 1 << 10
        sw      t0, 0(t1)               # enabled for hart 0's machine mode
        li      s3, 0x200000
        add     s3, s3, s1
        sw      zero, 0(s3)             # threshold
        li      t0, 1 << 11
        csrw    mie, t0                 # MEIE; mstatus.MIE stays clear, so that wfi ends without a trap
        la      a0, greeting
        jal     print
sleep:
        wfi
        lw      s4, 4(s3)               # claim
receive:
        lbu     t0, 5(s0)
        andi    t0, t0, 1
        beqz    t0, complete
        lbu     a1, 0(s0)
        li      t0, 'Q'
        beq     a1, t0, power_off
        li      t0, 'F'
        beq     a1, t0, fail
        li      t0, 'R'
        beq     a1, t0, reset
        jal     put
        j       receive
complete:
        sw      s4, 4(s3)
        j       sleep
power_off:
        li      t0, 0x5555
        sw      t0, 0(s2)
        j       park
fail:
        li      t0, 0x33333
        sw      t0, 0(s2)
        j       park
reset:
        li      t0, 0x7777
        sw      t0, 0(s2)
park:
        wfi
        j       park

print:
        mv      s5, ra
1:      lbu     a1, 0(a0)
        beqz    a1, 2f
        jal     put
        addi    a0, a0, 1
        j       1b
2:      jr      s5

put:    lbu     t1, 5(s0)
        andi    t1, t1, 0x20            # LSR: room for a byte
        beqz    t1, put
        sb      a1, 0(s0)
        ret

greeting:
        .asciz  "ready\n"
