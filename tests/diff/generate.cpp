#include "tests/diff/generate.h"

#include "tests/diff/writer.h"

namespace emboard::diff {

void Program::Truncate(size_t count) {
  const u64 end = boundaries[count];
  boundaries.resize(count + 1);
  for (size_t at = end; at < code.size(); at += 2) {
    code[at] = 0x02;  // c.ebreak
    code[at + 1] = 0x90;
  }
  exit_va = code_va + end;
  x[3] = x[24] = exit_va;
}

Program Generate(u64 seed, u64 number, unsigned xlen) {
  Rng rng(seed * 0x2545f4914f6cdd1d + number * 2 + (xlen == 32));
  rng.Next();
  Program program;
  program.number = number;
  const Scenario scenario = MakeScenario(rng, xlen, program);
  CodeWriter writer(rng, scenario, program.code_va, static_cast<unsigned>(rng.Between(8, 48)));
  writer.WriteAll();
  program.code = writer.TakeCode();
  program.boundaries = writer.TakeBoundaries();
  program.exit_va = program.code_va + program.code.size();
  for (unsigned i = 0; i < kSlotBytes / 2; i++) {
    program.code.push_back(0x02);
    program.code.push_back(0x90);
  }
  FillRegisters(rng, scenario, program);
  return program;
}

}  // namespace emboard::diff
