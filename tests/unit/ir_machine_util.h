#pragma once
// A machine just large enough to run one IR block on an engine: a guest whose "translator" hands out that
// block.

#include <gtest/gtest.h>

#include <algorithm>

#include "core/exec/engine.h"
#include "core/exec/guest_isa.h"
#include "native-backend/jit/jit_engine.h"

namespace emboard {

inline constexpr u64 kIrRamBase = 0x10000;
inline constexpr u64 kIrRamBytes = 0x4000;

/// Addresses are physical; the second page of RAM may not be written, and nothing stands outside RAM.
class IrGuest final : public GuestIsa {
 public:
  static constexpr u32 kAccessCode = 5, kMisalignedCode = 6;
  explicit IrGuest(const ir::Block& block) : block_(block) {
    for (const ir::Inst& inst : block.insts)
      if (inst.op == ir::Opcode::Boundary) ++instructions_;
  }

  TranslatedSize Translate(u64 pc, u32, unsigned max_instructions, CodeReader&,
                           ir::Emitter& emitter) override {
    if (pc != kIrRamBase || max_instructions < instructions_) {
      emitter.Boundary(ir::Pc{pc}, ir::Imm{0});
      emitter.Leave();
      return {1, 4};
    }
    const_cast<ir::Block&>(emitter.block()) = block_;
    return {static_cast<u16>(std::max(1u, instructions_)), 4 * std::max(1u, instructions_)};
  }
  std::optional<Translation> TranslateAddress(CpuContext& ctx, u64 va, unsigned, Access access,
                                              unsigned) override {
    const bool read_only = (va & kPageMask) == kIrRamBase + kPageSize;
    if (read_only && access == Access::kWrite) {
      RaiseAccessFault(ctx, va, access);
      return std::nullopt;
    }
    return Translation{.phys = va, .read = true, .write = !read_only, .execute = true};
  }
  void RaiseAccessFault(CpuContext& ctx, u64 va, Access) override { ctx.RaiseFault(kAccessCode, va); }
  void RaiseMisaligned(CpuContext& ctx, u64 va, Access) override { ctx.RaiseFault(kMisalignedCode, va); }
  void TakeFault(CpuContext& ctx) override {
    faulted = ctx.fault;
    faulted_pc = ctx.pc;
    ctx.fault.pending = false;
    ctx.waiting = true;
  }
  void TakeInterrupt(CpuContext&) override {}
  std::string Disassemble(u64, u32, CodeReader&, unsigned& length) override {
    length = 4;
    return "ir";
  }

  Fault faulted;
  u64 faulted_pc = 0;
  unsigned instructions() const { return std::max(1u, instructions_); }

 private:
  ir::Block block_;
  unsigned instructions_ = 0;
};

/// What a run left behind.
struct IrOutcome {
  std::array<u64, kGuestCells> cells{};
  u64 fp_flags = 0, pc = 0;
  Fault fault;
  u64 fault_pc = 0;
  std::vector<u8> ram;
};

/// The ways to run a block that must agree.
enum class IrEngine { kInterpreted, kOptimised, kCompiled };

inline std::unique_ptr<Engine> MakeIrEngine(PhysMap& bus, IrEngine kind) {
  EngineConfig config{.bus = &bus};
  config.optimise = kind != IrEngine::kInterpreted;
  config.hot_entries = 0;
  config.code_budget_bytes = 1 << 20;
  if (kind != IrEngine::kCompiled) return MakeInterpreter(config);
  auto engine = MakeJitEngine(config);
  EXPECT_TRUE(engine.ok()) << engine.error().message;
  return std::move(engine).value();
}

/// Runs the block once from the given cells and memory.
inline IrOutcome RunIr(const ir::Block& block, const std::array<u64, kGuestCells>& cells,
                       const std::vector<u8>& ram, IrEngine kind) {
  PhysMap bus;
  const auto host = bus.AddRam("ram", PhysAddr{kIrRamBase}, kIrRamBytes);
  EXPECT_TRUE(host.ok());
  std::copy(ram.begin(), ram.end(), host.value());
  const auto engine = MakeIrEngine(bus, kind);
  IrGuest guest(block);
  auto ctx = std::make_unique<CpuContext>();
  ctx->isa = &guest;
  ctx->bus = &bus;
  ctx->SetRegimes(0, 0);
  engine->AddCpu(*ctx);
  ctx->guest = cells;
  ctx->pc = kIrRamBase;
  ctx->budget = ctx->slice = guest.instructions();
  engine->Run(*ctx);
  IrOutcome out{ctx->guest, ctx->fp_flags, ctx->pc, guest.faulted, guest.faulted_pc, {}};
  out.ram.assign(host.value(), host.value() + kIrRamBytes);
  engine->RemoveCpu(*ctx);
  return out;
}

}  // namespace emboard
