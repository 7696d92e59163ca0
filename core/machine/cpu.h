#pragma once
// What the machine knows of a CPU: a thing that runs, waits, takes interrupts and can be saved.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/base/snapshot.h"
#include "core/base/types.h"
#include "core/device/clock.h"
#include "core/device/irq.h"
#include "core/device/time_source.h"
#include "core/memory/phys_map.h"

namespace emboard {

class FdtBuilder;

enum class CpuState : u8 {
  kBudgetSpent,  ///< ran all it was given
  kWaiting,      ///< sleeps until an interrupt (WFI)
  kYield,        ///< wants the machine to look at timers and requests now
};

struct CpuRun {
  CpuState state = CpuState::kBudgetSpent;
  u64 executed = 0;  ///< instructions
};

class Cpu : public IrqSink {
 public:
  virtual void Reset() = 0;
  /// Executes at most `budget` instructions, exactly as many unless it waits or yields.
  virtual CpuRun Run(u64 budget) = 0;
  /// Instructions executed so far in the Run under way (0 outside one); exact in device and CSR accesses.
  virtual u64 ExecutedInRun() const = 0;
  /// The Run under way leaves after the current instruction. Called on the machine's thread.
  virtual void RequestYield() = 0;
  /// True when an enabled interrupt is pending, that is, when a waiting CPU would go on.
  virtual bool HasWork() const = 0;
  /// Where the next instruction comes from after Reset.
  virtual void SetResetPc(u64 pc) = 0;
  virtual void Save(SnapshotWriter& out) const = 0;
  virtual Result<void> Load(SnapshotReader& in) = 0;
  virtual std::string Dump() const = 0;
  virtual std::string Statistics() const = 0;
  /// Fills the open `/cpus/cpu@N` node, with the interrupt controller below it as `intc_phandle`.
  virtual void Describe(FdtBuilder& fdt, u32 intc_phandle) const = 0;
  /// 32 or 64: the widest address space the CPU starts with.
  virtual unsigned xlen() const = 0;
};

class Engine;

struct CpuConfig {
  std::string model;  ///< "" or the text after -cpu: "rv64,zba=false"
  unsigned index = 0;
  PhysMap* bus = nullptr;
  Clock* clock = nullptr;
  TimeSource* time = nullptr;
  LogSink* log = nullptr;
  /// The machine owns it; its CPUs share the translated code. Never null.
  Engine* engine = nullptr;
};

struct CpuModel {
  std::string_view name;
  std::string_view description;
};

/// Where the machine has put things, for the code that runs first.
struct BootInfo {
  unsigned xlen = 0;
  u64 rom_base = 0;
  u64 rom_size_bytes = 0;
  u64 start = 0;       ///< firmware, flash or bare-metal kernel that gets control
  u64 next_stage = 0;  ///< what the firmware should start; 0: nothing
  u64 fdt_address = 0;
};

/// How machines of an architecture start.
struct BootRules {
  u16 elf_machine = 0;  ///< e_machine
  u32 image_magic = 0;  ///< at offset 0x38 of a Linux Image
  /// The kernel goes to the first such boundary after the firmware.
  u64 (*kernel_align)(unsigned xlen) = nullptr;
  /// Writes the boot ROM; the result is where the CPUs start.
  Result<u64> (*install)(const BootInfo& info, PhysMap& bus) = nullptr;
};

/// One guest architecture, as boards name it. Everything else about it stays in its folder.
struct CpuFamily {
  std::string_view name;
  std::span<const CpuModel> models;           ///< the first is the default
  std::span<const CpuModel> (*properties)();  ///< what may follow the model: "zba" "Zba address generation"
  Result<std::unique_ptr<Cpu>> (*create)(const CpuConfig& config);
  const BootRules* boot = nullptr;
};

}  // namespace emboard
