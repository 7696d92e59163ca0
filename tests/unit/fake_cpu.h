#pragma once
// A CPU of five instructions, for testing machines: it shows what a machine does to a CPU, not what a CPU
// does.

#include <memory>
#include <vector>

#include "core/machine/cpu.h"
#include "core/machine/fdt.h"
#include "core/machine/machine.h"

namespace emboard {

/// Instructions are three doublewords: what, address, value.
enum class FakeOp : u64 {
  kNop,
  kStore,      ///< 32-bit `value` to `address`, RAM or device
  kIncrement,  ///< the doubleword at `address` in RAM
  kJump,       ///< to the address `value`
  kSplit,      ///< CPU `address` jumps to the address `value`
  kWait,       ///< until an interrupt is pending
  kYield,
};

struct FakeInsn {
  FakeOp op = FakeOp::kNop;
  u64 address = 0;
  u64 value = 0;
};

class FakeCpu : public Cpu {
 public:
  explicit FakeCpu(const CpuConfig& config) : index_(config.index), bus_(*config.bus) {}

  void SetIrq(unsigned input, bool level) override {
    pending_ = level ? pending_ | u64{1} << input : pending_ & ~(u64{1} << input);
  }
  void Reset() override {
    pc_ = reset_pc_;
    pending_ = 0;
    waiting_ = false;
  }
  CpuRun Run(u64 budget) override {
    yield_ = false;
    executed_ = 0;
    CpuState state = CpuState::kBudgetSpent;
    while (executed_ < budget && state == CpuState::kBudgetSpent) {
      if (waiting_ && pending_ == 0) {
        state = CpuState::kWaiting;
        break;
      }
      waiting_ = false;
      state = Step();
    }
    const u64 executed = executed_;
    executed_ = 0;
    return {state, executed};
  }
  u64 ExecutedInRun() const override { return executed_; }
  void RequestYield() override { yield_ = true; }
  bool HasWork() const override { return pending_ != 0; }
  void SetResetPc(u64 pc) override { reset_pc_ = pc; }
  void Save(SnapshotWriter& out) const override {
    out.Value("pc", pc_);
    out.Value("pending", pending_);
    out.Value("waiting", waiting_);
  }
  Result<void> Load(SnapshotReader& in) override {
    TRY(in.Value("pc", pc_));
    TRY(in.Value("pending", pending_));
    return in.Value("waiting", waiting_);
  }
  std::string Dump() const override { return "pc " + std::to_string(pc_) + "\n"; }
  std::string Statistics() const override { return ""; }
  void Describe(FdtBuilder& fdt, u32 intc_phandle) const override {
    fdt.String("compatible", "riscv");
    fdt.BeginNode("interrupt-controller");
    fdt.U32("#interrupt-cells", 1);
    fdt.U32("#address-cells", 0);
    fdt.Empty("interrupt-controller");
    fdt.String("compatible", "riscv,cpu-intc");
    fdt.U32("phandle", intc_phandle);
    fdt.EndNode();
  }
  unsigned xlen() const override { return 64; }

 private:
  CpuState Step() {
    FakeInsn insn;
    if (!bus_.ReadValue(PhysAddr{pc_}, insn)) return CpuState::kWaiting;
    pc_ += sizeof(insn);
    switch (insn.op) {
      case FakeOp::kStore:
        Store(insn.address, static_cast<u32>(insn.value));
        break;
      case FakeOp::kIncrement: {
        u64 value = 0;
        bus_.ReadValue(PhysAddr{insn.address}, value);
        bus_.WriteValue(PhysAddr{insn.address}, value + 1);
        break;
      }
      case FakeOp::kJump:
        pc_ = insn.value;
        break;
      case FakeOp::kSplit:
        if (insn.address == index_) pc_ = insn.value;
        break;
      case FakeOp::kWait:
        waiting_ = true;
        break;
      case FakeOp::kNop:
      case FakeOp::kYield:
        break;
    }
    ++executed_;
    if (insn.op == FakeOp::kYield || yield_) return CpuState::kYield;
    return CpuState::kBudgetSpent;
  }

  void Store(u64 address, u32 value) {
    PhysMap::Range* range = bus_.Find(PhysAddr{address});
    if (range != nullptr && range->mmio != nullptr) {
      range->mmio->MmioWrite(address - range->base, 4, value);
    } else {
      bus_.WriteValue(PhysAddr{address}, value);
    }
  }

  unsigned index_;
  PhysMap& bus_;
  u64 reset_pc_ = 0;
  u64 pc_ = 0;
  u64 pending_ = 0;
  bool waiting_ = false;
  bool yield_ = false;
  u64 executed_ = 0;
};

inline constexpr CpuModel kFakeModels[] = {{"fake", "five instructions"}};
/// RISC-V's numbers, so that tests can use RISC-V files.
inline const BootRules kFakeBoot{
    .elf_machine = 243,
    .image_magic = 0x0543'5352,
    .kernel_align = [](unsigned) -> u64 { return 0x20'0000; },
    .install = [](const BootInfo& info, PhysMap&) -> Result<u64> { return info.start; },
};

inline const CpuFamily& FakeFamily() {
  static const CpuFamily family{
      .name = "fake",
      .models = kFakeModels,
      .properties = nullptr,
      .create = [](const CpuConfig& config) -> Result<std::unique_ptr<Cpu>> {
        return std::unique_ptr<Cpu>(std::make_unique<FakeCpu>(config));
      },
      .boot = &kFakeBoot,
  };
  return family;
}

inline NamedBytes FakeProgram(const std::vector<FakeInsn>& insns) {
  const u8* first = reinterpret_cast<const u8*>(insns.data());
  return {"program", {first, first + insns.size() * sizeof(FakeInsn)}};
}

}  // namespace emboard
