# Sv39 tables: `leaf` is the entry for the page at VA 0x40000000, whose physical page is `page`.

        .macro  PAGING_ON
        la      t5, middle
        srli    t5, t5, 2
        ori     t5, t5, 1
        la      t6, root
        sd      t5, 8(t6)
        la      t5, leaf
        srli    t5, t5, 2
        ori     t5, t5, 1
        la      t6, middle
        sd      t5, (t6)
        la      t5, root
        srli    t5, t5, 12
        li      t6, 8 << 60
        or      t5, t5, t6
        csrw    satp, t5
        sfence.vma
        li      a0, 0x40000000
        .endm

        # The entry becomes page | flags.
        .macro  LEAF flags
        la      t5, page
        srli    t5, t5, 2
        li      t6, \flags
        or      t5, t5, t6
        la      t6, leaf
        sd      t5, (t6)
        sfence.vma
        .endm

        .macro  TABLES
        .bss
        .balign 4096
root:   .space  4096
middle: .space  4096
leaf:   .space  4096
page:   .space  4096
        .endm
