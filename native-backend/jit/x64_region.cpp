// The skeleton of a region's code: entry, blocks, edges between them, ways out.

#include "core/ir/helper.h"
#include "native-backend/jit/x64_emitter.h"

namespace emboard::jit {

RegionEmitter::RegionEmitter(const Region& region, const HostFeatures& host, RegionData& data,
                             CompiledRegion* self)
    : Xbyak::CodeGenerator(kMaxCodeBytes),
      region_(region),
      host_(host),
      data_(data),
      self_(self),
      registers_(region),
      labels_(region.nodes.size()),
      exit_labels_(2 * region.nodes.size()),
      budget_labels_(region.nodes.size()),
      exit_used_(2 * region.nodes.size()),
      budget_used_(region.nodes.size()) {
  data_.slots.resize(2 * region.nodes.size());
  data_.unlinked.resize(2 * region.nodes.size());
  for (const Region::Node& node : region.nodes)
    for (u16 exit = 0; exit < 2; ++exit) data_.points.push_back({node.block, exit});
}

bool RegionEmitter::Emit() {
  EmitEntry();
  for (size_t i = 0; i < region_.nodes.size(); ++i) EmitNode(i);
  while (!cold_.empty()) {
    const auto emit = std::move(cold_.front());
    cold_.pop_front();
    emit();
  }
  for (size_t i = 0; i < exit_used_.size(); ++i)
    if (exit_used_[i]) EmitExitStub(i / 2, i % 2);
  for (size_t i = 0; i < budget_used_.size(); ++i)
    if (budget_used_[i]) EmitBudgetStub(i);
  // edx: the point, eax: NativeLeft.
  L(leave_);
  SpillPinned();
  mov(Field(&CpuContext::native_point), rdx);
  mov(rcx, reinterpret_cast<uintptr_t>(self_));
  mov(Field(&CpuContext::native_region), rcx);
  L(return_);
  Return();
  ready();
  return Xbyak::GetError() == Xbyak::ERR_NONE && (Xbyak::ClearError(), true);
}

// Control arrives here from the engine's thunk or from another region: state in memory, budget in r15.
void RegionEmitter::EmitEntry() {
  Label enough;
  cmp(r15, region_.nodes[0].longest);
  jge(enough, T_NEAR);
  mov(rax, region_.nodes[0].block->pc);
  mov(Field(&CpuContext::pc), rax);
  mov(eax, static_cast<u32>(NativeLeft::kBudget));
  jmp(return_, T_NEAR);
  L(enough);
  LoadPinned();
}

void RegionEmitter::EmitNode(size_t index) {
  block_ = region_.nodes[index].block;
  registers_.BeginBlock(*block_);
  L(labels_[index]);
  sub(r15, block_->count);
  for (size_t i = 0; i < block_->code.size(); ++i) {
    const Bytecode& op = block_->code[i];
    registers_.Advance(i);
    switch (op.code) {
      case Code::Jump:
        EmitEdge(index, 0, true);
        break;
      case Code::JumpIndirect:
        EmitIndirect(index, op);
        break;
      case Code::Leave:
        SpillPinned();
        LeaveWith(NativeLeft::kDispatch);
        break;
      case Code::Call:
        EmitHelperCall(op);
        break;
      default:
        if (i + 1 == block_->code.size())
          EmitBranch(index, op);
        else
          EmitOperation(op);
    }
  }
}

void RegionEmitter::EmitOperation(const Bytecode& op) {
  if (EmitInteger(op) || EmitMemory(op) || EmitFloat(op)) return;
  EmitGeneric(op, Capture(op), *block_);
}

// A helper sees and may change all state, and ends the slice by changing the budget. In a block of one
// instruction it may reach devices. Temporaries in registers that the call destroys are kept.
void RegionEmitter::EmitHelperCall(const Bytecode& op) {
  const auto* helper = reinterpret_cast<const Helper*>(static_cast<uintptr_t>(HelperOf(op.imm)));
  const OpRegs regs = Capture(op);
  SpillPinned();
  Load64(rdx, op.b);
  Load64(rsi, op.a);
  mov(Field(&CpuContext::budget), r15);
  const bool alone = block_->count == 1;
  if (alone) mov(byte[rbx + static_cast<int>(offsetof(CpuContext, may_do_io))], 1);
  mov(rdi, rbx);
  for (size_t i = 0; i < regs.live.size(); ++i)
    mov(qword[rbx + static_cast<int>(offsetof(CpuContext, native_saved) + 8 * i)], Reg64(regs.live[i]));
  mov(rax, reinterpret_cast<uintptr_t>(helper->run));
  call(rax);
  for (size_t i = 0; i < regs.live.size(); ++i)
    mov(Reg64(regs.live[i]), qword[rbx + static_cast<int>(offsetof(CpuContext, native_saved) + 8 * i)]);
  if (alone) mov(byte[rbx + static_cast<int>(offsetof(CpuContext, may_do_io))], 0);
  mov(r15, Field(&CpuContext::budget));
  LoadPinned();
  xor_(ecx, ecx);
  cmp(byte[rbx + static_cast<int>(offsetof(CpuContext, fault) + offsetof(Fault, pending))], 0);
  setne(cl);
  mov(rdx, rax);
  mov(eax, ecx);  // as an AccessResult: none or a fault
  mov(Field(&CpuContext::native_value), rdx);
  EmitLeaveIfNotDone(op, *block_);
  mov(rax, Field(&CpuContext::native_value));
  Finish(op.dst, rax);
}

// An edge to a block that a back edge leads to is a test point: the budget must reach to the next one.
void RegionEmitter::EmitEdge(size_t node, unsigned exit, bool may_fall_through) {
  const u16 next = region_.nodes[node].next[exit];
  if (next == Region::Node::kNone) {
    exit_used_[2 * node + exit] = true;
    jmp(exit_labels_[2 * node + exit], T_NEAR);
    return;
  }
  if (NeedsTest(next)) {
    cmp(r15, region_.nodes[next].longest);
    budget_used_[next] = true;
    jge(labels_[next], T_NEAR);
    jmp(budget_labels_[next], T_NEAR);
    return;
  }
  if (!may_fall_through || next != node + 1) jmp(labels_[next], T_NEAR);
}

void RegionEmitter::EmitExitStub(size_t node, unsigned exit) {
  const size_t point = 2 * node + exit;
  const CodeBlock& block = *region_.nodes[node].block;
  const u64 pc = block.exits[exit].pc;
  Label unlinked;
  L(exit_labels_[point]);
  SpillPinned();
  mov(rax, reinterpret_cast<uintptr_t>(&data_.slots[point]));
  if (((pc ^ block.pc) & kPageMask) != 0) {
    mov(ecx, Field(&CpuContext::generation));
    cmp(dword[rax + static_cast<int>(offsetof(LinkSlot, generation))], ecx);
    jne(unlinked);
  }
  jmp(qword[rax]);
  L(unlinked);
  data_.unlinked[point] = getSize();
  mov(rax, pc);
  mov(Field(&CpuContext::pc), rax);
  mov(edx, static_cast<u32>(point));
  mov(Field(&CpuContext::native_point), rdx);
  mov(rcx, reinterpret_cast<uintptr_t>(self_));
  mov(Field(&CpuContext::native_region), rcx);
  LeaveWith(NativeLeft::kUnlinkedExit);
}

void RegionEmitter::EmitBudgetStub(size_t node) {
  L(budget_labels_[node]);
  SpillPinned();
  mov(rax, region_.nodes[node].block->pc);
  mov(Field(&CpuContext::pc), rax);
  LeaveWith(NativeLeft::kBudget);
}

void RegionEmitter::EmitIndirect(size_t node, const Bytecode& op) {
  Load64(rax, op.a);
  if (region_.nodes[node].next[0] != Region::Node::kNone) {
    Label miss;
    mov(rcx, region_.nodes[node].predicted_pc);
    cmp(rax, rcx);
    jne(miss, T_NEAR);
    EmitEdge(node, 0, false);
    L(miss);
  }
  SpillPinned();
  mov(Field(&CpuContext::pc), rax);
  EmitJumpCacheLookup();
}

// rax: the target. The entry's mode and generation are compared as one.
void RegionEmitter::EmitJumpCacheLookup() {
  static_assert(sizeof(JumpCacheEntry) == 32 &&
                offsetof(JumpCacheEntry, generation) == offsetof(JumpCacheEntry, mode) + 4);
  static_assert(offsetof(CpuContext, generation) == offsetof(CpuContext, mode) + 4);
  Label miss;
  mov(rcx, rax);
  mov(rdx, rax);
  shr(rcx, 1);
  shr(rdx, 13);
  xor_(ecx, edx);
  and_(ecx, kJumpCacheEntries - 1);
  shl(ecx, 5);
  lea(rcx, ptr[rbx + rcx + static_cast<int>(offsetof(CpuContext, jump_cache))]);
  cmp(qword[rcx + static_cast<int>(offsetof(JumpCacheEntry, pc))], rax);
  jne(miss);
  mov(rdx, Field(&CpuContext::mode));
  cmp(qword[rcx + static_cast<int>(offsetof(JumpCacheEntry, mode))], rdx);
  jne(miss);
  mov(rcx, qword[rcx + static_cast<int>(offsetof(JumpCacheEntry, native))]);
  test(rcx, rcx);
  jz(miss);
  jmp(rcx);
  L(miss);
  LeaveWith(NativeLeft::kDispatch);
}

void RegionEmitter::EmitBranch(size_t node, const Bytecode& op) {
  switch (op.code) {
#define BRANCH(name, wide, jump_if, jump_unless)                                        \
  case Code::Branch_##name:                                                             \
    EmitCompare(op, wide, false);                                                       \
    return EmitConditional(node, &RegionEmitter::jump_if, &RegionEmitter::jump_unless); \
  case Code::Branch_##name##_Imm:                                                       \
    EmitCompare(op, wide, true);                                                        \
    return EmitConditional(node, &RegionEmitter::jump_if, &RegionEmitter::jump_unless);
#define BRANCHES(n, wide)                \
  BRANCH(CmpEq##n, wide, JumpE, JumpNe)  \
  BRANCH(CmpNe##n, wide, JumpNe, JumpE)  \
  BRANCH(CmpLtS##n, wide, JumpL, JumpGe) \
  BRANCH(CmpGeS##n, wide, JumpGe, JumpL) \
  BRANCH(CmpLtU##n, wide, JumpB, JumpAe) \
  BRANCH(CmpGeU##n, wide, JumpAe, JumpB)
    // clang-format off
    BRANCHES(32, false) BRANCHES(64, true)
    // clang-format on
#undef BRANCHES
#undef BRANCH
        default : Load32(rax, op.a);
    test(eax, eax);
    return EmitConditional(node, &RegionEmitter::JumpNe, &RegionEmitter::JumpE);
  }
}

void RegionEmitter::EmitConditional(size_t node, Jump jump_if, Jump jump_unless) {
  const u16 taken = region_.nodes[node].next[0];
  if (taken != Region::Node::kNone && !NeedsTest(taken)) {
    (this->*jump_if)(labels_[taken]);
  } else if (taken == Region::Node::kNone) {
    exit_used_[2 * node] = true;
    (this->*jump_if)(exit_labels_[2 * node]);
  } else {
    Label other;
    (this->*jump_unless)(other);
    EmitEdge(node, 0, false);
    L(other);
  }
  EmitEdge(node, 1, true);
}

void RegionEmitter::SpillPinned() {
  for (const RegisterMap::Pinned& pin : registers_.pinned())
    if (pin.written) mov(Cell(pin.cell), Reg64(pin.reg));
  SpillXmm();
}

void RegionEmitter::SpillXmm() {
  for (const RegisterMap::Pinned& pin : registers_.pinned_xmm())
    if (pin.written) movsd(Cell(pin.cell), Xbyak::Xmm(pin.reg));
}

void RegionEmitter::LoadXmmPinned() {
  for (const RegisterMap::Pinned& pin : registers_.pinned_xmm()) movsd(Xbyak::Xmm(pin.reg), Cell(pin.cell));
}

void RegionEmitter::LoadPinned() {
  for (const RegisterMap::Pinned& pin : registers_.pinned()) mov(Reg64(pin.reg), Cell(pin.cell));
  LoadXmmPinned();
}

void RegionEmitter::LeaveWith(NativeLeft left) {
  mov(eax, static_cast<u32>(left));
  jmp(return_, T_NEAR);
}

// Undoes the thunk's prologue (x64_compiler.cpp).
void RegionEmitter::Return() {
  mov(Field(&CpuContext::budget), r15);
  add(rsp, 8);
  for (const Reg64& reg : {r15, r14, r13, r12, rbp, rbx}) pop(reg);
  ret();
}

// --- operands

void RegionEmitter::Load64(const Reg64& to, u16 cell) {
  if (const auto xmm = registers_.XmmOf(cell)) return movq(to, Xbyak::Xmm(*xmm));
  if (!InRegister(cell)) return mov(to, Cell(cell));
  if (RegOf(cell).getIdx() != to.getIdx()) mov(to, RegOf(cell));
}

void RegionEmitter::Load32(const Reg64& to, u16 cell) {
  if (InRegister(cell))
    mov(to.cvt32(), RegOf(cell).cvt32());
  else
    mov(to.cvt32(), Cell(cell, 32));
}

void RegionEmitter::Store(u16 cell, const Reg64& from) {
  if (const auto xmm = registers_.XmmOf(cell)) return movq(Xbyak::Xmm(*xmm), from);
  if (!InRegister(cell)) return mov(Cell(cell), from);
  if (RegOf(cell).getIdx() != from.getIdx()) mov(RegOf(cell), from);
}

void RegionEmitter::StoreImm(u16 cell, u64 value) {
  if (InRegister(cell)) {
    if (value == 0)
      xor_(RegOf(cell).cvt32(), RegOf(cell).cvt32());
    else
      mov(RegOf(cell), value);
  } else if (FitsInt32(value)) {
    mov(Cell(cell), value);
  } else {
    mov(rax, value);
    mov(Cell(cell), rax);
  }
}

void RegionEmitter::Finish(u16 cell, const Reg64& computed) { Store(cell, computed); }

}  // namespace emboard::jit
