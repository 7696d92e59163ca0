// The skeleton of a region's code: entry, blocks, edges between them, ways out.

#include <algorithm>

#include "core/exec/bytecode_use.h"
#include "wasm-backend/jit/region_emitter.h"

namespace emboard::wasm {
namespace {

bool Uses(const Region& region, bool (*which)(Code)) {
  for (const Region::Node& node : region.nodes)
    for (const Bytecode& op : node.block->code)
      if (which(op.code)) return true;
  return false;
}
bool IsFp(Code code) {
  const auto index = static_cast<size_t>(code);
  return index < ir::kOpcodeCount && ir::kOpcodes[index].effect == ir::Effect::Fp;
}

u32 AddressOf(const void* place) { return static_cast<u32>(reinterpret_cast<uintptr_t>(place)); }

}  // namespace

RegionEmitter::RegionEmitter(const Region& region, RegionData& data, const CompiledRegion* self,
                             const HostFeatures& host)
    : region_(region),
      data_(data),
      self_(self),
      host_(host),
      flow_(region),
      locals_(region, kFirstCell),
      label_(region.nodes.size()),
      loop_(region.nodes.size()) {
  data_.slots.resize(2 * region.nodes.size());
  for (const Region::Node& node : region.nodes)
    for (u16 exit = 0; exit < 2; ++exit) data_.points.push_back({node.block, exit});
}

FunctionBody RegionEmitter::Emit() {
  leave_ = Open(kBlock);
  indirect_ = Open(kBlock);
  exit_near_ = Open(kBlock);
  exit_far_ = Open(kBlock);
  EmitEntry();
  if (flow_.reducible())
    EmitTree(0);
  else
    EmitSwitch();
  Put(kUnreachable);
  EmitEndings();
  Put(kEnd);
  Writer function;
  const struct {
    u32 count;
    Type type;
  } groups[] = {
      {kFloat - kPoint, kI32}, {1, kF32}, {1, kF64}, {kFirstCell - kBudget + locals_.count(), kI64}};
  function.Unsigned(std::size(groups));
  for (const auto& group : groups) function.Unsigned(group.count), function.Byte(group.type);
  for (u32& offset : unlikely_) offset += static_cast<u32>(function.size());
  function.Bytes(w_.bytes());
  return {std::move(function), std::move(unlikely_)};
}

// State is in memory, whoever calls. The entry is a test point; if it is a loop's head too, that one serves.
void RegionEmitter::EmitEntry() {
  uses_memory_ = Uses(region_, MayFault);
  uses_fp_ = Uses(region_, IsFp);
  EmitLoadState();
}

void RegionEmitter::EmitLoadState() {
  Get(kCtx), Access(kI64Load, offsetof(CpuContext, budget)), Set(kBudget);
  for (const CellLocals::Slot& slot : locals_.slots())
    Get(kCtx), Access(kI64Load, OffsetOf(slot.cell)), Set(slot.local);
  if (uses_memory_) Get(kCtx), Access(kI32Load, offsetof(CpuContext, data_tlb)), Set(kTlb);
  if (uses_fp_) RefreshFpOk();
}

void RegionEmitter::EmitTree(u16 node) {
  const bool loop = flow_.is_loop_head(node);
  if (loop) loop_[node] = Open(kLoop);
  EmitWithin(flow_.merge_children(node), flow_.merge_children(node).size(), [&] { EmitBlock(node); });
  if (loop) Close();
}

// The last merge node in the order is what follows the outermost block.
template <class F>
void RegionEmitter::EmitWithin(const std::vector<u16>& merges, size_t left, F&& emit_inside) {
  if (left == 0) return emit_inside();
  const u16 merge = merges[left - 1];
  label_[merge] = Open(kBlock);
  EmitWithin(merges, left - 1, emit_inside);
  Close();
  EmitTree(merge);
}

void RegionEmitter::EmitSwitch() {
  switch_ = Open(kLoop);
  EmitWithin(flow_.root_merge_children(), flow_.root_merge_children().size(), [&] {
    Get(kDispatch), Put(kBrTable), w_.Unsigned(flow_.entries().size() - 1);
    for (const u16 entry : flow_.entries()) w_.Unsigned(depth_ - label_[entry]);
  });
  Close();
}

void RegionEmitter::EmitBlock(u16 index) {
  const Region::Node& node = region_.nodes[index];
  const CodeBlock& block = *node.block;  // an edge may emit what follows, and change block_
  block_ = &block;
  if (index == 0 || node.back_edge_target) EmitBudgetTest(index);
  Get(kBudget), Const64(block.count), Put(kI64Sub), Set(kBudget);
  locals_.BeginBlock(block);
  for (size_t i = 0; i < block.code.size(); ++i) {
    const Bytecode& op = block.code[i];
    locals_.Advance(i);
    switch (op.code) {
      case Code::Jump:
        EmitEdge(index, 0);
        break;
      case Code::JumpIndirect:
        EmitIndirect(index, op);
        break;
      case Code::Leave:
        EmitLeave(NativeLeft::kDispatch);
        break;
      case Code::Call:
        EmitHelperCall(op);
        break;
      default:
        if (i + 1 == block.code.size())
          EmitBranch(index, op);
        else
          EmitOperation(op);
    }
  }
}

// The budget must reach to the next test point.
void RegionEmitter::EmitBudgetTest(u16 node) {
  Get(kBudget), Const64(region_.nodes[node].longest), Put(kI64LtS);
  Unlikely(), Open(kIf);
  StorePc(region_.nodes[node].block->pc);
  EmitLeave(NativeLeft::kBudget);
  Close();
}

void RegionEmitter::EmitOperation(const Bytecode& op) {
  if (EmitInteger(op) || EmitMemory(op) || EmitFloat(op)) return;
  EmitGeneric(op);
}

void RegionEmitter::EmitEdge(u16 node, unsigned exit) {
  const u16 next = region_.nodes[node].next[exit];
  if (next == Region::Node::kNone) return EmitExit(node, exit);
  if (next > node) return flow_.is_merge(next) ? Branch(kBr, label_[next]) : EmitTree(next);
  if (flow_.IsLoop(node, next)) return Branch(kBr, loop_[next]);
  const auto entry =
      std::find(flow_.entries().begin(), flow_.entries().end(), next) - flow_.entries().begin();
  Const32(static_cast<u32>(entry)), Set(kDispatch);
  Branch(kBr, switch_);
}

void RegionEmitter::EmitExit(u16 node, unsigned exit) {
  const CodeBlock& block = *region_.nodes[node].block;
  const u64 pc = block.exits[exit].pc;
  StorePc(pc);
  Const32(2 * node + exit), Set(kPoint);
  Branch(kBr, ((pc ^ block.pc) & kPageMask) != 0 ? exit_far_ : exit_near_);
}

void RegionEmitter::EmitIndirect(u16 node, const Bytecode& op) {
  const Region::Node& from = region_.nodes[node];
  Get64(op.a), Set(kVa);
  if (from.next[0] != Region::Node::kNone) {
    Get(kVa), Const64(from.predicted_pc), Put(kI64Eq);
    Open(kIf);
    EmitEdge(node, 0);
    Close();
  }
  Get(kCtx), Get(kVa), Access(kI64Store, offsetof(CpuContext, pc));
  Branch(kBr, indirect_);
}

void RegionEmitter::EmitBranch(u16 node, const Bytecode& op) {
  const auto compare = [&](Op code, bool wide, bool immediate) { Compare(op, code, wide, immediate); };
  switch (op.code) {
#define BRANCH(name, code, wide)  \
  case Code::Branch_##name:       \
    compare(code, wide, false);   \
    break;                        \
  case Code::Branch_##name##_Imm: \
    compare(code, wide, true);    \
    break;
#define BRANCHES(N, wide)             \
  BRANCH(CmpEq##N, kI##N##Eq, wide)   \
  BRANCH(CmpNe##N, kI##N##Ne, wide)   \
  BRANCH(CmpLtS##N, kI##N##LtS, wide) \
  BRANCH(CmpGeS##N, kI##N##GeS, wide) \
  BRANCH(CmpLtU##N, kI##N##LtU, wide) \
  BRANCH(CmpGeU##N, kI##N##GeU, wide)
    BRANCHES(32, false)
    BRANCHES(64, true)
#undef BRANCHES
#undef BRANCH
    default:
      Get32(op.a);
  }
  Open(kIf);
  EmitEdge(node, 0);
  Put(kElse);
  EmitEdge(node, 1);
  Close();
}

// --- ways out

void RegionEmitter::StorePc(u64 pc) { Get(kCtx), Const64(pc), Access(kI64Store, offsetof(CpuContext, pc)); }

void RegionEmitter::EmitLeave(NativeLeft left) {
  Const32(static_cast<u32>(left)), Set(kLeft);
  Branch(kBr, leave_);
}

void RegionEmitter::EmitSpill() {
  for (const CellLocals::Slot& slot : locals_.slots())
    if (slot.written) Get(kCtx), Get(slot.local), Access(kI64Store, OffsetOf(slot.cell));
  Get(kCtx), Get(kBudget), Access(kI64Store, offsetof(CpuContext, budget));
}

// Every way out ends in one of these; kPoint says which exit it is, the pc is in memory.
void RegionEmitter::EmitEndings() {
  const u32 slots = AddressOf(data_.slots.data());
  const auto slot = [&](size_t field) {
    Get(kPoint), Const32(sizeof(LinkSlot)), Put(kI32Mul), Access(kI32Load, slots + field);
  };
  Close();  // exit_far_: a link to another page is valid only in its generation
  Const32(static_cast<u32>(NativeLeft::kUnlinkedExit)), Set(kLeft);
  slot(offsetof(LinkSlot, generation));
  Get(kCtx), Access(kI32Load, offsetof(CpuContext, generation)), Put(kI32Ne);
  BranchUnlikely(leave_);
  Close();  // exit_near_
  Const32(static_cast<u32>(NativeLeft::kUnlinkedExit)), Set(kLeft);
  slot(offsetof(LinkSlot, target)), Tee(kEntry), Put(kI32Eqz);
  BranchUnlikely(leave_);
  EmitSpill();
  EmitGoTo();
  Close();  // indirect_
  EmitJumpCacheLookup();
  EmitSpill();
  EmitGoTo();
  Close();  // leave_
  EmitSpill();
  Get(kCtx), Get(kPoint), Put(kI64ExtendI32U), Access(kI64Store, offsetof(CpuContext, native_point));
  Get(kCtx), Const32(AddressOf(self_)), Access(kI32Store, offsetof(CpuContext, native_region));
  Get(kLeft);
}

// The entry's mode and generation are compared as one.
void RegionEmitter::EmitJumpCacheLookup() {
  static_assert(offsetof(JumpCacheEntry, generation) == offsetof(JumpCacheEntry, mode) + 4);
  static_assert(offsetof(CpuContext, generation) == offsetof(CpuContext, mode) + 4);
  Const32(static_cast<u32>(NativeLeft::kDispatch)), Set(kLeft);
  Get(kVa), Const64(1), Put(kI64ShrU), Get(kVa), Const64(13), Put(kI64ShrU), Put(kI64Xor), Put(kI32WrapI64);
  Const32(kJumpCacheEntries - 1), Put(kI32And), Const32(sizeof(JumpCacheEntry)), Put(kI32Mul);
  Get(kCtx), Put(kI32Add), Tee(kEntry);
  constexpr size_t kCache = offsetof(CpuContext, jump_cache);
  Access(kI64Load, kCache + offsetof(JumpCacheEntry, pc)), Get(kVa), Put(kI64Ne), BranchUnlikely(leave_);
  Get(kEntry), Access(kI64Load, kCache + offsetof(JumpCacheEntry, mode));
  Get(kCtx), Access(kI64Load, offsetof(CpuContext, mode)), Put(kI64Ne), BranchUnlikely(leave_);
  Get(kEntry), Access(kI32Load, kCache + offsetof(JumpCacheEntry, native));
  Tee(kEntry), Put(kI32Eqz), BranchUnlikely(leave_);
}

/// To the function whose table index is in kEntry.
void RegionEmitter::EmitGoTo() {
  if (host_.tail_calls) {
    Get(kCtx), Get(kEntry), CallIndirect(kReturnCallIndirect);
    return;
  }
  Get(kCtx), Get(kEntry), Put(kI64ExtendI32U), Access(kI64Store, offsetof(CpuContext, native_point));
  Const32(kLeftToNext), Put(kReturn);
}

// --- operands

void RegionEmitter::Get64(u16 cell) {
  if (cell == 0) return Const64(0);
  if (const auto local = locals_.LocalOf(cell)) return Get(*local);
  Get(kCtx), Access(kI64Load, OffsetOf(cell));
}

void RegionEmitter::Get32(u16 cell) {
  if (cell == 0) return Const32(0);
  if (const auto local = locals_.LocalOf(cell)) return Get(*local), Put(kI32WrapI64);
  Get(kCtx), Access(kI32Load, OffsetOf(cell));
}

void RegionEmitter::Begin(u16 dst) {
  if (!locals_.LocalOf(dst)) Get(kCtx);
}

void RegionEmitter::End(u16 dst) {
  if (const auto local = locals_.LocalOf(dst)) return Set(*local);
  Access(kI64Store, OffsetOf(dst));
}

}  // namespace emboard::wasm
