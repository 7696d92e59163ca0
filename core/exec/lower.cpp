#include "core/exec/lower.h"

#include <algorithm>
#include <cassert>
#include <optional>

#include "core/exec/cpu_context.h"
#include "core/ir/helper.h"

namespace emboard {
namespace {

using ir::Effect;
using ir::Inst;
using ir::Opcode;
using ir::ValueId;

constexpr u16 kNoCell = 0xffff;
constexpr u16 CellOf(u64 slot_offset) { return static_cast<u16>(slot_offset / sizeof(u64)); }
constexpr u16 kFirstTemp = static_cast<u16>(offsetof(CpuContext, temps) / sizeof(u64));
constexpr u16 kZeroCell = static_cast<u16>(offsetof(CpuContext, zero) / sizeof(u64));

constexpr Code Plain(Opcode op) { return static_cast<Code>(op); }

std::optional<Code> ImmediateForm(Opcode op) {
  switch (op) {
#define OP(...)
#define OP_BINARY(name, ...) \
  case Opcode::name:         \
    return Code::name##_Imm;
#include "core/ir/opcodes.def"
    default:
      return std::nullopt;
  }
}

std::optional<Code> SignedForm(Opcode op, bool immediate) {
  switch (op) {
#define X(name)      \
  case Opcode::name: \
    return immediate ? Code::name##_Imm_Signed : Code::name##_Signed;
    BYTECODE_SIGNED(X)
#undef X
    default:
      return std::nullopt;
  }
}

std::optional<Code> BranchForm(Opcode op, bool immediate) {
  switch (op) {
#define X(name)      \
  case Opcode::name: \
    return immediate ? Code::Branch_##name##_Imm : Code::Branch_##name;
    BYTECODE_BRANCH_ON(X)
#undef X
    default:
      return std::nullopt;
  }
}

bool IsConst(Opcode op) { return op == Opcode::Const32 || op == Opcode::Const64; }

class Lowering {
 public:
  Lowering(const ir::Block& block, CodeBlock& out)
      : insts_(block.insts), out_(out), info_(block.insts.size()), set_done_(block.insts.size(), false) {}

  void Run() {
    FindRoots();
    FindFusions();
    FindLifetimes();
    for (size_t i = 0; i < insts_.size(); ++i) LowerOne(i);
  }

 private:
  struct ValueInfo {
    ValueId root = 0;  // the value whose cell this one shares
    u32 uses = 0;
    size_t last_use = 0;        // of the root, through every alias
    bool fused = false;         // emitted as part of its only user
    bool wide_garbage = false;  // upper half of the cell is not zero (a truncation)
    u16 cell = kNoCell;
  };

  // --- analysis

  /// Operations that do nothing to the low bits share their operand's cell.
  bool IsAlias(const Inst& inst) const {
    switch (inst.op) {
      case Opcode::Truncate64x32:
      case Opcode::FromBitsF16:
      case Opcode::FromBitsF32:
      case Opcode::FromBitsF64:
      case Opcode::ToBitsF64:
      case Opcode::BoxF64:
      case Opcode::UnboxF64:
        return true;
      case Opcode::ZeroExtend32x64:
        return !info_[inst.arg[0]].wide_garbage;
      default:
        return false;
    }
  }

  void FindRoots() {
    for (size_t i = 0; i < insts_.size(); ++i) {
      const Inst& inst = insts_[i];
      ir::ForEachValueOperand(inst, [&](ValueId v) { ++info_[v].uses; });
      const bool alias = IsAlias(inst);
      info_[i].root = alias ? info_[inst.arg[0]].root : static_cast<ValueId>(i);
      if (!alias) continue;
      info_[i].wide_garbage = inst.op == Opcode::Truncate64x32 || info_[inst.arg[0]].wide_garbage;
    }
  }

  void FindFusions() {
    for (const Inst& inst : insts_) {
      const bool widening = inst.op == Opcode::SignExtend32x64;
      if (!widening && inst.op != Opcode::Branch) continue;
      const ValueId v = static_cast<ValueId>(inst.arg[0]);
      if (info_[v].uses != 1 || info_[v].root != v) continue;
      info_[v].fused = widening ? SignedForm(insts_[v].op, false).has_value()
                                : BranchForm(insts_[v].op, false).has_value();
    }
  }

  void FindLifetimes() {
    for (size_t i = 0; i < insts_.size(); ++i) Use(insts_[i], i);
  }
  void Use(const Inst& inst, size_t at) {
    ir::ForEachValueOperand(inst, [&](ValueId v) {
      ValueInfo& root = info_[info_[v].root];
      root.last_use = std::max(root.last_use, at);
      if (info_[v].fused) Use(insts_[v], at);  // its operands are read where it is emitted
    });
  }

  /// Is the slot written in (from, to]? A helper may write any.
  bool WrittenBetween(u64 slot, size_t from, size_t to) const {
    for (size_t i = from + 1; i <= to && i < insts_.size(); ++i)
      if ((ir::IsSetState(insts_[i].op) && insts_[i].arg[0] == slot) || insts_[i].op == Opcode::Call)
        return true;
    return false;
  }

  /// The SetState that a fresh result may write at once, if nothing between can see the difference.
  std::optional<size_t> DirectTarget(size_t def) const {
    for (size_t i = def + 1; i < insts_.size(); ++i) {
      const Inst& inst = insts_[i];
      if (ir::IsSetState(inst.op) && info_[inst.arg[1]].root == def && !info_[inst.arg[1]].wide_garbage)
        return CanWriteEarly(inst.arg[0], def, i) ? std::optional(i) : std::nullopt;
      const Effect effect = ir::Info(inst.op).effect;
      if (effect == Effect::MayFault || effect == Effect::Exits || effect == Effect::Fp) return std::nullopt;
    }
    return std::nullopt;
  }
  bool CanWriteEarly(u64 slot, size_t def, size_t set) const {
    for (size_t i = def + 1; i < set; ++i)
      if ((ir::IsGetState(insts_[i].op) || ir::IsSetState(insts_[i].op)) && insts_[i].arg[0] == slot)
        return false;
    for (const auto& [alias_slot, until] : slot_aliases_)
      if (alias_slot == slot && until > def) return false;
    return !WrittenBetween(slot, set, info_[def].last_use);
  }

  // --- cells

  u16 NewTemp() {
    assert(temps_ < kTempCells);
    return static_cast<u16>(kFirstTemp + temps_++);
  }

  u16 Cell(u64 value) {
    const ValueId root = info_[value].root;
    ValueInfo& info = info_[root];
    if (info.cell == kNoCell) {
      assert(IsConst(insts_[root].op));
      if (insts_[root].arg[0] == 0) return kZeroCell;
      info.cell = NewTemp();
      Put({Code::LoadImm, info.cell, 0, 0, insts_[root].arg[0]});
    }
    return info.cell;
  }

  std::optional<u64> Constant(u64 value) const {
    const Inst& inst = insts_[info_[value].root];
    if (!IsConst(inst.op)) return std::nullopt;
    return inst.arg[0];
  }

  /// Where a result goes: straight into its slot, or a new temporary.
  u16 Place(size_t def) {
    if (const auto set = DirectTarget(def)) {
      set_done_[*set] = true;
      slot_aliases_.emplace_back(insts_[*set].arg[0], info_[def].last_use);
      return info_[def].cell = CellOf(insts_[*set].arg[0]);
    }
    return info_[def].cell = NewTemp();
  }

  void Put(const Bytecode& bytecode) { out_.code.push_back(bytecode); }

  // --- emission

  void LowerOne(size_t i) {
    const Inst& inst = insts_[i];
    if (info_[i].fused || IsConst(inst.op) || info_[i].root != i) return;
    switch (ir::Info(inst.op).effect) {
      case Effect::Marker:
        return Boundary(inst);
      case Effect::ReadsState:
        return Get(i);
      case Effect::WritesState:
        return Set(i);
      case Effect::MayFault:
        return Faulting(i);
      case Effect::Exits:
        return Exit(inst);
      case Effect::Barrier:
        return;  // one thread runs all CPUs
      case Effect::Pure:
      case Effect::Fp:
        return Compute(i);
    }
  }

  void Boundary(const Inst& inst) {
    ordinal_ = static_cast<u16>(inst.arg[1]);
    out_.offsets.resize(ordinal_ + size_t{1});
    out_.offsets[ordinal_] = static_cast<u16>(inst.arg[0] - out_.pc);
  }

  void Get(size_t i) {
    const u64 slot = insts_[i].arg[0];
    if (!WrittenBetween(slot, i, info_[i].last_use)) {
      info_[i].cell = CellOf(slot);
      slot_aliases_.emplace_back(slot, info_[i].last_use);
    } else {
      Put({Code::Move, info_[i].cell = NewTemp(), CellOf(slot)});
    }
  }

  void Set(size_t i) {
    if (set_done_[i]) return;
    const Inst& inst = insts_[i];
    const u16 slot = CellOf(inst.arg[0]);
    if (const auto constant = Constant(inst.arg[1]))
      Put({Code::LoadImm, slot, 0, 0,
           inst.op == Opcode::SetState32 ? static_cast<u32>(*constant) : *constant});
    else if (inst.op == Opcode::SetState32 && info_[inst.arg[1]].wide_garbage)
      Put({Code::ZeroExtend32x64, slot, Cell(inst.arg[1])});
    else
      Put({Code::Move, slot, Cell(inst.arg[1])});
  }

  void Compute(size_t i) {
    const Inst& inst = insts_[i];
    if (inst.op == Opcode::SignExtend32x64 && info_[inst.arg[0]].fused) return FusedWidening(i);
    const ir::OpcodeInfo& info = ir::Info(inst.op);
    const auto immediate = ImmediateForm(inst.op);
    if (const auto constant = immediate ? Constant(inst.arg[1]) : std::nullopt) {
      const u16 a = Cell(inst.arg[0]);
      return Put({*immediate, Place(i), a, 0, *constant});
    }
    Bytecode bytecode{Plain(inst.op)};
    u64 operands[3] = {};
    unsigned count = 0;
    for (size_t k = 0; k < info.operand_count; ++k) {
      if (ir::IsValue(info.operands[k]))
        operands[count++] = Cell(inst.arg[k]);
      else
        bytecode.imm = inst.arg[k] << 16;  // Rm, above a third cell
    }
    bytecode.a = static_cast<u16>(operands[0]);
    bytecode.b = static_cast<u16>(operands[1]);
    bytecode.imm |= operands[2];
    bytecode.dst = Place(i);
    Put(bytecode);
  }

  void FusedWidening(size_t i) {
    const Inst& narrow = insts_[insts_[i].arg[0]];
    const auto constant = Constant(narrow.arg[1]);
    const u16 a = Cell(narrow.arg[0]);
    const u16 b = constant ? 0 : Cell(narrow.arg[1]);
    Put({*SignedForm(narrow.op, constant.has_value()), Place(i), a, b, constant.value_or(0)});
  }

  void Faulting(size_t i) {
    const Inst& inst = insts_[i];
    const ir::OpcodeInfo& info = ir::Info(inst.op);
    Bytecode bytecode{Plain(inst.op)};
    u16* next = &bytecode.a;
    u64 low = 0;
    for (size_t k = 0; k < info.operand_count; ++k) {
      if (!ir::IsValue(info.operands[k])) {
        low = info.operands[k] == ir::OperandKind::Disp ? static_cast<u32>(inst.arg[k]) : inst.arg[k];
        continue;
      }
      *next = Cell(inst.arg[k]);
      next = &bytecode.b;
    }
    bytecode.imm = PackFaulting(ordinal_, low);
    if (info.result != ir::Type::Void) bytecode.dst = Place(i);
    Put(bytecode);
  }

  void Exit(const Inst& inst) {
    switch (inst.op) {
      case Opcode::Jump:
        out_.exits[0].pc = inst.arg[0];
        return Put({Code::Jump});
      case Opcode::JumpIndirect:
        return Put({Code::JumpIndirect, 0, Cell(inst.arg[0])});
      case Opcode::Branch:
        return Branch(inst);
      default:
        return Put({Code::Leave});
    }
  }

  void Branch(const Inst& inst) {
    out_.exits[0].pc = inst.arg[1];
    out_.exits[1].pc = inst.arg[2];
    const Inst& compare = insts_[inst.arg[0]];
    if (!info_[inst.arg[0]].fused) return Put({Code::Branch, 0, Cell(inst.arg[0])});
    const auto constant = Constant(compare.arg[1]);
    const u16 a = Cell(compare.arg[0]);
    const u16 b = constant ? 0 : Cell(compare.arg[1]);
    Put({*BranchForm(compare.op, constant.has_value()), 0, a, b, constant.value_or(0)});
  }

  const std::vector<Inst>& insts_;
  CodeBlock& out_;
  std::vector<ValueInfo> info_;
  std::vector<bool> set_done_;
  std::vector<std::pair<u64, size_t>> slot_aliases_;  // values that live in a slot's own cell, and until when
  u16 ordinal_ = 0;
  size_t temps_ = 0;
};

}  // namespace

void Lower(const ir::Block& block, CodeBlock& out) {
  Lowering(block, out).Run();
  out.code.shrink_to_fit();  // there are a hundred thousand of these
}

}  // namespace emboard
