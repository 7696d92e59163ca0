#pragma once
// One RISC-V hart: the machine's Cpu and the engine's GuestIsa in one object.

#include <memory>
#include <string>

#include "core/exec/engine.h"
#include "core/exec/guest_isa.h"
#include "core/guest/riscv/state.h"
#include "core/guest/riscv/translate.h"
#include "core/machine/cpu.h"

namespace emboard::riscv {

class Hart final : public Cpu, public GuestIsa {
 public:
  Hart(const CpuConfig& machine, const Config& config);
  ~Hart() override;

  // --- Cpu (hart.cpp)
  void Reset() override;
  CpuRun Run(u64 budget) override;
  u64 ExecutedInRun() const override { return running_ ? ctx_->ExecutedInSlice() : 0; }
  void RequestYield() override { ctx_->EndSlice(); }
  bool HasWork() const override { return (Mip() & s().mie) != 0; }
  void SetResetPc(u64 pc) override { reset_pc_ = pc; }
  void SetIrq(unsigned input, bool level) override;
  void Save(SnapshotWriter& out) const override;
  Result<void> Load(SnapshotReader& in) override;
  std::string Dump() const override;
  std::string Statistics() const override { return engine_->Statistics(); }
  void Describe(FdtBuilder& fdt, u32 intc_phandle) const override;
  unsigned xlen() const override { return config_.xlen; }

  // --- GuestIsa
  TranslatedSize Translate(u64 pc, u32 mode, unsigned max_instructions, CodeReader& code,
                           ir::Emitter& emitter) override {
    return translator_.Translate(pc, mode, max_instructions, code, emitter);
  }
  std::string Disassemble(u64 pc, u32, CodeReader& code, unsigned& length_bytes) override {
    return translator_.Disassemble(pc, code, length_bytes);
  }
  std::optional<Translation> TranslateAddress(CpuContext& ctx, u64 va, unsigned size_bytes, Access access,
                                              unsigned regime) override;  // mmu.cpp
  void RaiseAccessFault(CpuContext& ctx, u64 va, Access access) override;
  void RaiseMisaligned(CpuContext& ctx, u64 va, Access access) override;
  void TakeFault(CpuContext& ctx) override;      // trap.cpp
  void TakeInterrupt(CpuContext& ctx) override;  // trap.cpp

  // --- for the parts of this folder
  static Hart& Of(CpuContext& ctx) { return static_cast<Hart&>(*ctx.isa); }
  State& s() { return StateOf(*ctx_); }
  const State& s() const { return StateOf(*ctx_); }
  CpuContext& ctx() { return *ctx_; }
  const Config& config() const { return config_; }
  bool rv32() const { return config_.xlen == 32; }
  unsigned index() const { return index_; }
  LogSink* log() const { return log_; }
  TimeSource* time() const { return time_; }

  u64 Mip() const { return s().mip_soft | s().lines; }
  u64 InstructionsNow() const { return s().executed + ExecutedInRun(); }

  /// Recomputes the translation mode and the MMU regimes after a change of privilege, mstatus or fcsr.
  void UpdateMode();
  /// After satp, PMP or fences: nothing that was translated before may be relied on.
  void FlushTranslations();
  /// Interrupt sources or enables changed: look before the next block.
  void InterruptsChanged();
  /// stimecmp, menvcfg.STCE or time moved: sets or clears STIP and arms the timer (Sstc).
  void UpdateTimer();
  bool sstc_on() const { return config_.has(Ext::Sstc) && (s().menvcfg & envcfg::kStce); }
  bool hardware_ad() const;

  void Trap(u64 cause, bool interrupt, u64 tval);
  /// mret and sret: back to `previous`, with pc from an epc.
  void ReturnTo(Priv previous, u64 pc);

 private:
  void LogTranslation(u64 va, Access access, const std::optional<Translation>& translation);

  const Config config_;
  const unsigned index_;
  BlockTranslator translator_;
  TimeSource* const time_;
  LogSink* const log_;
  ClockTimer timer_;
  Engine* const engine_;
  std::unique_ptr<CpuContext> ctx_;
  u64 reset_pc_ = 0;
  bool running_ = false;
};

/// Regimes of the software TLB.
enum Regime : unsigned {
  kMachineRegime = 0,
  kSupervisorRegime = 1,
  kSupervisorSumRegime = 2,
  kUserRegime = 3
};

/// What PMP grants to an access (Privileged 3.7).
struct PmpGrant {
  bool read, write, execute;
  bool whole_page;  ///< the same for all of the 4 KiB page
};
PmpGrant CheckPmp(const State& state, const Config& config, Priv priv, u64 phys, unsigned size_bytes);

/// Reads and writes a CSR as an instruction does; false: illegal.
bool AccessCsr(Hart& hart, u32 number, bool reads, bool writes, u64 operand, unsigned op, u64& old);

}  // namespace emboard::riscv
