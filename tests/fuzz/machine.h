#pragma once
// A small deterministic machine for fuzzers, with a raw program at the start of its memory.

#include <memory>

#include "boards/boards.h"
#include "core/base/units.h"
#include "core/block/memory_block.h"
#include "core/machine/machine.h"
#include "core/ports/seeded_entropy.h"
#include "native-backend/host/clock.h"
#include "native-backend/jit/jit_engine.h"

namespace emboard {

struct FuzzMachine {
  SystemClock clock;
  SeededEntropy entropy;
  std::unique_ptr<Machine> machine;

  FuzzMachine(std::span<const u8> program, const char* cpu, unsigned cpus, bool compiled = false) {
    MachineConfig config;
    config.board = AllBoards().front();
    config.cpu = cpu;
    config.smp = cpus;
    config.ram_bytes = 4_MiB;
    config.kernel = NamedBytes{"program", {program.begin(), program.end()}};
    config.icount_shift = 0;
    config.make_engine = [compiled](EngineConfig engine) -> Result<std::unique_ptr<Engine>> {
      engine.hot_entries = 2;  // compile early
      if (compiled) return MakeJitEngine(engine);
      return MakeInterpreter(engine);
    };
    config.devices.push_back({"virtio-rng-device", {}});
    HostPorts ports;
    ports.clock = &clock;
    ports.entropy = &entropy;
    Result<std::unique_ptr<Machine>> created = Machine::Create(std::move(config), std::move(ports));
    if (!created) __builtin_trap();
    machine = std::move(created).value();
  }
};

}  // namespace emboard
