# Code that changes under the processor: by its own stores, in the block that runs, across a page's edge, through
# another mapping, and by remapping the page. Every loop runs often enough to be compiled. Unprivileged 6 (Zifencei).
# xlen: 64
# qemu: yes
#include "check.h"
#include "paging.h"
        .equ    ROUNDS, 3000
        BEGIN
        CASE    1                       # a function in other code is patched between calls
        la      s0, patched
        lw      s1, add1
        lw      s2, add2
        li      s3, ROUNDS
        li      a0, 0
1:      sw      s1, (s0)
        fence.i
        jal     ra, patched             # a0 += 1
        sw      s2, (s0)
        fence.i
        jal     ra, patched             # a0 += 2
        addi    s3, s3, -1
        bnez    s3, 1b
        EXPECT  a0, ROUNDS * 3

        CASE    2                       # a store changes the instruction right behind it
        la      s0, 2f
        li      s3, ROUNDS
        li      a0, 0
1:      andi    t0, s3, 1
        mv      t1, s1
        beqz    t0, 3f
        mv      t1, s2
3:      sw      t1, (s0)
        fence.i
2:      addi    a0, a0, 1
        addi    s3, s3, -1
        bnez    s3, 1b
        EXPECT  a0, ROUNDS / 2 * 3

        CASE    3                       # only the half of an instruction that lies on the next page is patched
        la      s0, edge
        addi    s0, s0, 2
        la      t0, add1
        lhu     s1, 2(t0)
        lhu     s2, 6(t0)
        li      s3, ROUNDS
        li      a0, 0
1:      sh      s1, (s0)
        fence.i
        jal     ra, edge
        sh      s2, (s0)
        fence.i
        jal     ra, edge
        addi    s3, s3, -1
        bnez    s3, 1b
        EXPECT  a0, ROUNDS * 3

        CASE    4                       # data beside code on one page: stores there change no code
        la      s0, beside
        li      s3, ROUNDS
        li      a0, 0
1:      sd      s3, (s0)
        jal     ra, neighbour           # a0 += 1
        ld      t0, (s0)
        bne     t0, s3, fail
        addi    s3, s3, -1
        bnez    s3, 1b
        EXPECT  a0, ROUNDS

        CASE    5                       # one virtual page, two physical ones in turn
        PAGING_ON
        lw      s1, add1
        lw      s2, add2
        lw      s4, return
        la      t0, page
        sw      s1, (t0)
        sw      s4, 4(t0)
        la      t0, other
        sw      s2, (t0)
        sw      s4, 4(t0)
        fence.i
        li      s3, ROUNDS
        li      a0, 0
        li      s5, 0x40000000
1:      la      t5, page
        jal     s6, call_mapped
        la      t5, other
        jal     s6, call_mapped
        addi    s3, s3, -1
        bnez    s3, 1b
        EXPECT  a0, ROUNDS * 3

        CASE    6                       # a store through the physical address reaches code run through the mapping
        la      s0, page
        li      s3, ROUNDS
        li      a0, 0
1:      sw      s1, (s0)
        fence.i
        la      t5, page
        jal     s6, call_mapped
        sw      s2, (s0)
        fence.i
        la      t5, page
        jal     s6, call_mapped
        addi    s3, s3, -1
        bnez    s3, 1b
        EXPECT  a0, ROUNDS * 3
        j       pass

# Maps the page at t5 executable and calls its code in S mode; back to s6.
call_mapped:
        srli    t5, t5, 2
        ori     t5, t5, 0xcb            # D A X R V
        la      t6, leaf
        sd      t5, (t6)
        sfence.vma s5
        la      t5, from_mapped
        csrw    mtvec, t5
        li      t5, 0x1800
        csrc    mstatus, t5
        li      t5, 0x0800
        csrs    mstatus, t5
        csrw    mepc, s5
        mret
        .balign 4
from_mapped:                            # the code ends in an ecall, which arrives here in M mode
        csrr    t5, mcause
        li      t6, 9
        bne     t5, t6, fail
        la      t5, trap
        csrw    mtvec, t5
        jr      s6

add1:   addi    a0, a0, 1
add2:   addi    a0, a0, 2
return: ecall
        END

        .option norelax                 # addresses on these pages are what they seem
        .balign 4096
patched:
        addi    a0, a0, 1
        ret
        .balign 64
neighbour:
        addi    a0, a0, 1
        ret
        .balign 64
beside: .dword  0
        .org    patched + 4096 - 2
edge:   .2byte  0x0513, 0x0015          # addi a0, a0, 1: the second half is the next page's
        .2byte  0x8067, 0x0000          # ret
        .balign 4096
        TABLES
other:  .space  4096
