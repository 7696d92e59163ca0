// The decoder, translator and engines: random words as a machine-mode program, for some thousand
// instructions. The interpreter and compiled code must end in the same state.

#include "tests/fuzz/input.h"
#include "tests/fuzz/machine.h"

using namespace emboard;

namespace {

constexpr size_t kMostBytes = 16 * 1024;
constexpr u64 kInstructions = 2000;

/// Traps go on behind the instruction at fault.
constexpr u32 kPrologue[] = {
    0x00000297,  // auipc t0, 0
    0x01428293,  // addi t0, t0, 20
    0x30529073,  // csrw mtvec, t0
    0x00000013,  // nop
    0x0140006f,  // j body
    0x34102373,  // csrr t1, mepc
    0x00430313,  // addi t1, t1, 4
    0x34131073,  // csrw mepc, t1
    0x30200073,  // mret
};

std::string FinalState(std::span<const u8> program, u8 choice, bool compiled) {
  FuzzMachine fuzz(program, (choice & 1) != 0 ? "rv32" : "rv64", 1 + ((choice >> 1) & 1), compiled);
  for (int slice = 0; slice < 4; slice++) {
    if (fuzz.machine->Run(kInstructions / 4).state != RunState::kRunning) break;
  }
  return fuzz.machine->DumpCpus() + std::to_string(fuzz.machine->instructions());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size_bytes) {
  FuzzInput input(data, size_bytes);
  const u8 choice = input.Take<u8>();
  std::vector<u8> program(sizeof kPrologue + std::min(input.rest().size(), kMostBytes));
  std::memcpy(program.data(), kPrologue, sizeof kPrologue);
  std::copy_n(input.rest().begin(), program.size() - sizeof kPrologue, program.begin() + sizeof kPrologue);
  const std::string interpreted = FinalState(program, choice, false);
  if ((choice & 4) != 0 && FinalState(program, choice, true) != interpreted) __builtin_trap();
  return 0;
}
