// The decoder, translator and engine: random words as a machine-mode program, for some thousand instructions.

#include "tests/fuzz/input.h"
#include "tests/fuzz/machine.h"

using namespace emboard;

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size_bytes) {
  FuzzInput input(data, size_bytes);
  const u8 choice = input.Take<u8>();
  constexpr size_t kMostBytes = 64 * 1024;
  std::vector<u8> program(input.rest().begin(),
                          input.rest().begin() + std::min(input.rest().size(), kMostBytes));
  program.insert(program.begin(), 4, 0);
  program[0] = 0x13;  // nop: keeps the loader from taking the program for an ELF or gzip file
  FuzzMachine fuzz(program, (choice & 1) != 0 ? "rv32" : "rv64", 1 + ((choice >> 1) & 1));
  constexpr u64 kInstructions = 5000;
  for (int slice = 0; slice < 4; slice++) {
    if (fuzz.machine->Run(kInstructions / 4).state != RunState::kRunning) break;
  }
  return 0;
}
