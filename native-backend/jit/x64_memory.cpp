// Guest memory, and operations that have no code of their own.

#include "core/exec/interpreter_ops.h"
#include "core/exec/memory_access.h"
#include "core/exec/run_one.h"
#include "native-backend/jit/x64_emitter.h"

namespace emboard::jit {
namespace {

/// The slow paths as translated code calls them; operand and result stand in native_value.
template <class C, class Cell>
u32 SlowLoadFor(CpuContext* ctx, u64 va) {
  std::make_unsigned_t<C> raw = 0;
  const AccessResult result = SlowLoad(*ctx, va, raw);
  ctx->native_value = static_cast<Cell>(static_cast<C>(raw));
  return static_cast<u32>(result);
}
template <class C>
u32 SlowStoreFor(CpuContext* ctx, u64 va) {
  return static_cast<u32>(SlowStore(*ctx, va, static_cast<C>(ctx->native_value)));
}
u32 RunOneFor(CpuContext* ctx, const Bytecode* op) { return static_cast<u32>(RunOne(*ctx, *op)); }

}  // namespace

bool RegionEmitter::EmitMemory(const Bytecode& op) {
  switch (op.code) {
#define OP(...)
#define OP_LOAD(name, R, ctype)                                                          \
  case Code::name:                                                                       \
    EmitLoad(op, sizeof(ctype), std::is_signed_v<ctype>, std::is_same_v<ir::R, ir::I64>, \
             reinterpret_cast<uintptr_t>(&SlowLoadFor<ctype, interp::Cell<ir::R>>));     \
    return true;
#define OP_STORE(name, V, ctype)                                                     \
  case Code::name:                                                                   \
    EmitStore(op, sizeof(ctype), reinterpret_cast<uintptr_t>(&SlowStoreFor<ctype>)); \
    return true;
#include "core/ir/opcodes.def"
    default:
      return false;
  }
}

RegionEmitter::OpRegs RegionEmitter::Capture(const Bytecode& op) const {
  OpRegs regs;
  regs.use = UseOf(op);
  if (regs.use.a) regs.a = registers_.RegisterOf(op.a);
  if (regs.use.b) regs.b = registers_.RegisterOf(op.b);
  if (regs.use.third) regs.third = registers_.RegisterOf(ThirdCellOf(op));
  if (regs.use.writes) regs.dst = registers_.RegisterOf(op.dst);
  if (regs.use.b) regs.xmm_b = registers_.XmmOf(op.b);
  if (regs.use.writes) regs.xmm_dst = registers_.XmmOf(op.dst);
  regs.live = registers_.LiveCallerSaved();
  return regs;
}

// Leaves the virtual address in rax and the TLB entry's address in rcx (soft_mmu.h says what a tag is).
void RegionEmitter::EmitAddressAndCheck(const Bytecode& op, unsigned bytes, Access access, Label& miss) {
  static_assert(sizeof(TlbEntry) == 32 && offsetof(Tlb, entries) == 0 && offsetof(TlbEntry, tag) == 0);
  const int displacement = static_cast<int>(static_cast<i32>(op.imm));
  if (InRegister(op.a)) {
    lea(rax, ptr[RegOf(op.a) + displacement]);
  } else {
    mov(rax, Cell(op.a));
    if (displacement != 0) add(rax, displacement);
  }
  mov(rcx, rax);
  shr(rcx, kPageBits - 5);
  and_(ecx, static_cast<u32>((kTlbEntries - 1) << 5));
  add(rcx, Field(&CpuContext::data_tlb));
  if (bytes == 1)
    mov(rdx, rax);
  else
    lea(rdx, ptr[rax + static_cast<int>(bytes - 1)]);
  and_(rdx, -static_cast<int>(kPageSize));
  cmp(rdx, qword[rcx + static_cast<int>(8 * static_cast<unsigned>(access))]);
  jne(miss, T_NEAR);
}

void RegionEmitter::EmitLoad(const Bytecode& op, unsigned bytes, bool sign, bool wide, uintptr_t slow) {
  Label &miss = NewLabel(), &done = NewLabel();
  EmitAddressAndCheck(op, bytes, Access::kRead, miss);
  mov(rcx, qword[rcx + static_cast<int>(offsetof(TlbEntry, addend))]);
  const Reg64 to = ResultIn(op.dst, rax);
  const auto xmm = registers_.XmmOf(op.dst);  // only for whole cells
  if (xmm)
    movsd(Xbyak::Xmm(*xmm), qword[rax + rcx]);
  else if (bytes == 8)
    mov(to, qword[rax + rcx]);
  else if (bytes == 4 && sign && wide)
    movsxd(to, dword[rax + rcx]);
  else if (bytes == 4)
    mov(to.cvt32(), dword[rax + rcx]);
  else if (sign && wide)
    bytes == 2 ? movsx(to, word[rax + rcx]) : movsx(to, byte[rax + rcx]);
  else if (sign)
    bytes == 2 ? movsx(to.cvt32(), word[rax + rcx]) : movsx(to.cvt32(), byte[rax + rcx]);
  else
    bytes == 2 ? movzx(to.cvt32(), word[rax + rcx]) : movzx(to.cvt32(), byte[rax + rcx]);
  if (!xmm) Finish(op.dst, to);
  L(done);
  Cold([this, &op, &miss, &done, slow, regs = Capture(op), block = block_] {
    L(miss);
    EmitSlowAccess(slow, regs, op, *block);
    mov(rax, Field(&CpuContext::native_value));
    if (regs.xmm_dst)
      movq(Xbyak::Xmm(*regs.xmm_dst), rax);
    else
      regs.dst ? mov(Reg64(*regs.dst), rax) : mov(Cell(op.dst), rax);
    jmp(done, T_NEAR);
  });
}

void RegionEmitter::EmitStore(const Bytecode& op, unsigned bytes, uintptr_t slow) {
  Label &miss = NewLabel(), &done = NewLabel();
  EmitAddressAndCheck(op, bytes, Access::kWrite, miss);
  add(rax, qword[rcx + static_cast<int>(offsetof(TlbEntry, addend))]);
  const auto xmm = registers_.XmmOf(op.b);
  if (op.b != 0 && !xmm && !InRegister(op.b)) Load64(rdx, op.b);
  const Reg64 value = InRegister(op.b) ? RegOf(op.b) : rdx;
  switch (bytes) {
    case 1:
      op.b == 0 ? mov(byte[rax], 0) : mov(byte[rax], value.cvt8());
      break;
    case 2:
      op.b == 0 ? mov(word[rax], 0) : mov(word[rax], value.cvt16());
      break;
    case 4:
      op.b == 0 ? mov(dword[rax], 0) : mov(dword[rax], value.cvt32());
      break;
    default:
      if (xmm)
        movsd(qword[rax], Xbyak::Xmm(*xmm));
      else
        op.b == 0 ? mov(qword[rax], 0) : mov(qword[rax], value);
      break;
  }
  L(done);
  Cold([this, &op, &miss, &done, slow, regs = Capture(op), block = block_] {
    L(miss);
    if (regs.xmm_b)
      movq(rdx, Xbyak::Xmm(*regs.xmm_b));
    else if (!regs.b)
      mov(rdx, Cell(op.b));
    mov(Field(&CpuContext::native_value), regs.b ? Reg64(*regs.b) : rdx);
    EmitSlowAccess(slow, regs, op, *block);
    jmp(done, T_NEAR);
  });
}

// rax: the address.
void RegionEmitter::EmitSlowAccess(uintptr_t function, const OpRegs& regs, const Bytecode& op,
                                   const CodeBlock& block) {
  mov(rdx, rax);
  CallKeeping(regs, function);
  EmitLeaveIfNotDone(op, block);
}

/// Calls function(ctx, rdx) with every live register kept.
void RegionEmitter::CallKeeping(const OpRegs& regs, uintptr_t function) {
  const int saved = static_cast<int>(offsetof(CpuContext, native_saved));
  for (size_t i = 0; i < regs.live.size(); ++i)
    mov(qword[rbx + saved + static_cast<int>(8 * i)], Reg64(regs.live[i]));
  SpillXmm();  // no SSE register outlives a call
  mov(rsi, rdx);
  mov(rdi, rbx);
  mov(rax, function);
  call(rax);
  for (size_t i = 0; i < regs.live.size(); ++i)
    mov(Reg64(regs.live[i]), qword[rbx + saved + static_cast<int>(8 * i)]);
  LoadXmmPinned();  // with what the call computed, if it is one of them
}

// eax: an AccessResult. NativeLeft has its two failures in the same order.
void RegionEmitter::EmitLeaveIfNotDone(const Bytecode& op, const CodeBlock& block) {
  constexpr u32 kOffset = static_cast<u32>(NativeLeft::kFault) - static_cast<u32>(AccessResult::kFault);
  static_assert(static_cast<u32>(AccessResult::kNeedsStep) + kOffset ==
                static_cast<u32>(NativeLeft::kNeedsStep));
  Label fine;
  test(eax, eax);
  jz(fine);
  mov(edx, static_cast<u32>(data_.points.size()));
  data_.points.push_back({const_cast<CodeBlock*>(&block), OrdinalOf(op.imm)});
  add(eax, kOffset);
  jmp(leave_, T_NEAR);
  L(fine);
}

void RegionEmitter::EmitGeneric(const Bytecode& op, const OpRegs& regs, const CodeBlock& block) {
  if (regs.a) mov(Cell(op.a), Reg64(*regs.a));
  if (regs.b) mov(Cell(op.b), Reg64(*regs.b));
  if (regs.third) mov(Cell(ThirdCellOf(op)), Reg64(*regs.third));
  mov(rdx, reinterpret_cast<uintptr_t>(&op));
  CallKeeping(regs, reinterpret_cast<uintptr_t>(&RunOneFor));
  if (MayFault(op.code)) EmitLeaveIfNotDone(op, block);
  if (regs.dst) mov(Reg64(*regs.dst), Cell(op.dst));
}

}  // namespace emboard::jit
