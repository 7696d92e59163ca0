// Process 1 of the bench machine: runs every benchmark, prints a line each, powers off.
//   bench NAME VALUE UNIT
// The kernel passes bench_ms=N from its command line: how long each benchmark runs at least.
#include <stdio.h>
#include <stdlib.h>
#include <sys/reboot.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

struct benchmark {
  const char* name;
  uint64_t (*work)(uint64_t count);
  double per_round;  // units of work in a round
  double scale;      // of the printed value: 1e-6 prints millions
  const char* unit;
};

static const struct benchmark kBenchmarks[] = {
    {"integer-loop", integer_loop, kIntegerLoopInstructions, 1e-6, "Minsn/s"},
    {"core-mix", core_mix, 1, 1, "rounds/s"},
    {"float-mix", float_mix, 10 * 1000, 1e-6, "Mop/s"},
    {"float-fused", float_fused, 100 * 64, 1e-6, "Mfma/s"},
    {"memory-copy", memory_copy, kCopyBytes, 1.0 / (1 << 20), "MiB/s"},
    {"memory-chase", memory_chase, kChaseSteps, 1e-6, "Mload/s"},
    {"system-call", system_call, 100, 1e-3, "k/s"},
    {"fork-wait", fork_wait, 1, 1, "/s"},
};

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void run(const struct benchmark* b, double seconds, volatile uint64_t* sink) {
  *sink += b->work(1);  // what the first round sets up does not count
  for (uint64_t count = 1;; count *= 2) {
    const double start = now();
    *sink += b->work(count);
    const double took = now() - start;
    if (took < seconds) continue;
    const double value = (double)count * b->per_round * b->scale / took;
    printf("bench %s %.*f %s\n", b->name, value >= 100 ? 0 : value >= 10 ? 1 : 2, value, b->unit);
    return;
  }
}

int main(void) {
  static volatile uint64_t sink;
  const char* ms = getenv("bench_ms");
  const double seconds = (ms ? atof(ms) : 300) * 1e-3;
  setvbuf(stdout, NULL, _IONBF, 0);
  puts("bench booted");
  for (size_t i = 0; i < sizeof kBenchmarks / sizeof *kBenchmarks; i++) run(&kBenchmarks[i], seconds, &sink);
  puts("bench done");
  if (getpid() == 1) reboot(RB_POWER_OFF);
  return 0;
}
