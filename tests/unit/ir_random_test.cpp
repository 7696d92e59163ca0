// Random blocks give the same cells, memory, flags and faults with and without the optimiser, interpreted
// and compiled. The forms lower to quite different bytecode, so this tests the lowering's placement of
// values as much as the passes.

#include <random>

#include "core/ir/emitter.h"
#include "core/ir/text.h"
#include "core/ir/verifier.h"
#include "tests/unit/ir_machine_util.h"

namespace emboard {
namespace {

constexpr unsigned kSlots = 4;  // of either width; few, so that values collide

class BlockMaker {
 public:
  explicit BlockMaker(u32 seed) : random_(seed) {}

  ir::Block Make() {
    ir::Emitter e(block_);
    const unsigned instructions = 1 + Pick(6);
    for (unsigned i = 0; i < instructions; ++i) {
      e.Boundary(ir::Pc{kIrRamBase + 4 * i}, ir::Imm{i});
      for (unsigned n = 2 + Pick(8); n-- > 0;) Append();
    }
    AppendExit();
    return block_;
  }

 private:
  unsigned Pick(unsigned n) { return random_() % n; }
  u64 Number() {
    static constexpr u64 kSpecial[] = {0,
                                       1,
                                       ~u64{0},
                                       0x7fffffff,
                                       0x80000000,
                                       0x7fffffffffffffff,
                                       0x8000000000000000,
                                       0x3ff0000000000000,
                                       0x7ff0000000000000,
                                       0xffffffff3f800000,
                                       63,
                                       31};
    return Pick(2) ? kSpecial[Pick(std::size(kSpecial))] : (u64{random_()} << 32 | random_());
  }
  /// 64-bit cells come first, then the 32-bit ones.
  u64 Slot(bool narrow) { return offsetof(CpuContext, guest) + 8 * (Pick(kSlots) + (narrow ? kSlots : 0)); }

  /// A value of that type, made if there is none yet.
  u64 Value(ir::OperandKind kind) {
    std::vector<u64> fitting;
    for (size_t i = 0; i < block_.insts.size(); ++i)
      if (static_cast<ir::OperandKind>(ir::Info(block_.insts[i].op).result) == kind) fitting.push_back(i);
    if (!fitting.empty() && Pick(8)) return fitting[Pick(static_cast<unsigned>(fitting.size()))];
    ir::Emitter e(block_);
    if (kind == ir::OperandKind::I32) return e.Const32(ir::Imm{static_cast<u32>(Number())}).id;
    const ir::I64 bits = e.Const64(ir::Imm{Number()});
    if (kind == ir::OperandKind::F16) return e.FromBitsF16(bits).id;
    if (kind == ir::OperandKind::F32) return e.FromBitsF32(bits).id;
    if (kind == ir::OperandKind::F64) return e.FromBitsF64(bits).id;
    return bits.id;
  }

  /// An address in RAM, on its read-only page, at a page's edge, or nowhere.
  u64 Address() {
    static constexpr u64 kPlaces[] = {0x10000, 0x10ff8, 0x10ffd, 0x11000, 0x12000, 0x13ff0, 0x14000};
    return ir::Emitter(block_).Const64(ir::Imm{kPlaces[Pick(std::size(kPlaces))] + Pick(16)}).id;
  }

  void Append() {
    const unsigned kind = Pick(8);
    if (kind == 0) return Put(Pick(2) ? ir::Opcode::GetState64 : ir::Opcode::GetState32);
    if (kind <= 2) return Put(Pick(2) ? ir::Opcode::SetState64 : ir::Opcode::SetState32);
    for (;;) {
      const auto op = static_cast<ir::Opcode>(Pick(ir::kOpcodeCount));
      const ir::Effect effect = ir::Info(op).effect;
      if (effect == ir::Effect::Exits || effect == ir::Effect::Marker || op == ir::Opcode::Call) continue;
      if (effect == ir::Effect::MayFault && Pick(4) != 0) continue;  // blocks should mostly get to their ends
      return Put(op);
    }
  }

  void Put(ir::Opcode op) {
    ir::Inst inst{op, {}};
    const ir::OpcodeInfo& info = ir::Info(op);
    for (size_t k = 0; k < info.operand_count; ++k) {
      const ir::OperandKind kind = info.operands[k];
      if (info.effect == ir::Effect::MayFault && k == 0)
        inst.arg[k] = Address();
      else if (ir::IsValue(kind))
        inst.arg[k] = Value(kind);
      else if (kind == ir::OperandKind::Slot)
        inst.arg[k] = Slot(op == ir::Opcode::GetState32 || op == ir::Opcode::SetState32);
      else if (kind == ir::OperandKind::Rm)
        inst.arg[k] = Pick(5);
      else if (kind == ir::OperandKind::Disp)
        inst.arg[k] = static_cast<u64>(static_cast<i64>(Pick(17)) - 8);
      else
        inst.arg[k] = op == ir::Opcode::Const32 ? static_cast<u32>(Number()) : Number();
    }
    block_.insts.push_back(inst);
  }

  void AppendExit() {
    switch (Pick(4)) {
      case 0:
        return Put(ir::Opcode::Leave);
      case 1:
        return Put(ir::Opcode::JumpIndirect);
      default:
        return Put(ir::Opcode::Branch);
    }
  }

  std::mt19937 random_;
  ir::Block block_;
};

void ExpectSame(const IrOutcome& plain, const IrOutcome& other, u32 seed, const ir::Block& block) {
  SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + ir::Print(block));
  EXPECT_EQ(plain.cells, other.cells);
  EXPECT_EQ(plain.ram, other.ram);
  EXPECT_EQ(plain.fp_flags, other.fp_flags);
  EXPECT_EQ(plain.pc, other.pc);
  EXPECT_EQ(plain.fault.code, other.fault.code);
  EXPECT_EQ(plain.fault_pc, other.fault_pc);
}

TEST(IrRandom, EveryEngineDoesTheSame) {
  constexpr u32 kBlocks = 30000;
  std::mt19937_64 values(1);
  std::array<u64, kGuestCells> cells{};
  std::vector<u8> ram(kIrRamBytes);
  unsigned faults = 0;
  for (u32 seed = 0; seed < kBlocks; ++seed) {
    for (unsigned i = 0; i < kSlots; ++i) cells[i] = values(), cells[kSlots + i] = static_cast<u32>(values());
    for (size_t i = 0; i < ram.size(); i += 64) ram[i] = static_cast<u8>(values());
    const ir::Block block = BlockMaker(seed).Make();
    ASSERT_EQ(ir::Verify(block), std::nullopt) << ir::Print(block);
    const IrOutcome plain = RunIr(block, cells, ram, IrEngine::kInterpreted);
    ExpectSame(plain, RunIr(block, cells, ram, IrEngine::kOptimised), seed, block);
    ExpectSame(plain, RunIr(block, cells, ram, IrEngine::kCompiled), seed, block);
    if (testing::Test::HasFailure()) return;
    faults += plain.fault.code != 0;
  }
  // Both kinds of block must have been tried.
  EXPECT_GT(faults, kBlocks / 20);
  EXPECT_LT(faults, kBlocks / 2);
}

}  // namespace
}  // namespace emboard
