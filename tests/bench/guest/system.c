// Memory and kernel work.
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

uint64_t memory_copy(uint64_t count) {
  static char from[kCopyBytes], to[kCopyBytes];
  if (from[0] == 0) memset(from, 1, sizeof from);
  for (uint64_t i = 0; i < count; i++) {
    memcpy(to, from, sizeof to);
    from[i % sizeof from] ^= to[(i * 7) % sizeof to];
  }
  return (uint64_t)to[count % sizeof to];
}

// Dependent loads over 8 MiB in an order with no pattern: misses every cache and TLB on the way.
uint64_t memory_chase(uint64_t count) {
  enum { kEntries = 1 << 20 };
  static uint32_t *next, at;
  if (!next) {
    next = malloc(kEntries * 2 * sizeof *next);
    for (uint32_t i = 0; i < kEntries; i++) next[2 * i] = i;
    uint32_t seed = 1;
    for (uint32_t i = kEntries - 1; i > 0; i--) {  // Sattolo: one cycle through all
      seed = seed * 1664525 + 1013904223;
      const uint32_t j = (uint32_t)(((uint64_t)seed * i) >> 32), held = next[2 * i];
      next[2 * i] = next[2 * j];
      next[2 * j] = held;
    }
  }
  for (uint64_t i = 0; i < count * kChaseSteps; i++) at = next[2 * at];
  return at;
}

uint64_t system_call(uint64_t count) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < count * 100; i++) sum += (uint64_t)syscall(SYS_getppid);
  return sum;
}

uint64_t fork_wait(uint64_t count) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < count; i++) {
    const pid_t child = fork();
    if (child == 0) _exit((int)(i & 63));
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) _exit(99);
    sum += (uint64_t)WEXITSTATUS(status);
  }
  return sum;
}
