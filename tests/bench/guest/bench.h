// A benchmark does `count` rounds of its work and returns a value that depends on all of it, so that no
// compiler can leave anything out.
#pragma once
#include <stdint.h>

uint64_t integer_loop(uint64_t count);
uint64_t core_mix(uint64_t count);
uint64_t float_mix(uint64_t count);
uint64_t float_fused(uint64_t count);
uint64_t memory_copy(uint64_t count);
uint64_t memory_chase(uint64_t count);
uint64_t system_call(uint64_t count);
uint64_t fork_wait(uint64_t count);

enum { kIntegerLoopInstructions = 1000 * 10, kCopyBytes = 1 << 20, kChaseSteps = 1000 };
