// Guest memory, and operations that have no code of their own.

#include "core/exec/bytecode_use.h"
#include "core/exec/memory_access.h"
#include "wasm-backend/jit/region_emitter.h"

namespace emboard::wasm {

bool RegionEmitter::EmitMemory(const Bytecode& op) {
  switch (op.code) {
#define OP(...)
#define OP_LOAD(name, R, ctype)                                                          \
  case Code::name:                                                                       \
    EmitLoad(op, sizeof(ctype), std::is_signed_v<ctype>, std::is_same_v<ir::R, ir::I64>, \
             static_cast<u32>(ir::Opcode::name));                                        \
    return true;
#define OP_STORE(name, V, ctype)                                      \
  case Code::name:                                                    \
    EmitStore(op, sizeof(ctype), static_cast<u32>(ir::Opcode::name)); \
    return true;
#include "core/ir/opcodes.def"
    default:
      return false;
  }
}

// Leaves the virtual address in kVa and the host's on the stack (soft_mmu.h says what a tag is). Host
// addresses are offsets in the same memory, so their low halves are all of them.
void RegionEmitter::EmitAddressAndCheck(const Bytecode& op, unsigned bytes, unsigned access, u32 miss) {
  static_assert(sizeof(TlbEntry) == 32 && offsetof(Tlb, entries) == 0 && offsetof(TlbEntry, tag) == 0);
  Get64(op.a);
  if (const u64 displacement = DisplacementOf(op.imm)) Const64(displacement), Put(kI64Add);
  Tee(kVa), Put(kI32WrapI64), Const32(kPageBits - 5), Put(kI32ShrU);
  Const32((kTlbEntries - 1) << 5), Put(kI32And), Get(kTlb), Put(kI32Add), Tee(kEntry);
  Access(kI64Load, sizeof(u64) * access);
  Get(kVa);
  if (bytes > 1) Const64(bytes - 1), Put(kI64Add);
  Const64(kPageMask), Put(kI64And), Put(kI64Ne);
  BranchUnlikely(miss);
  Get(kVa), Put(kI32WrapI64), Get(kEntry), Access(kI32Load, offsetof(TlbEntry, addend)), Put(kI32Add);
}

void RegionEmitter::EmitLoad(const Bytecode& op, unsigned bytes, bool sign, bool wide, u32 kind) {
  const u32 done = Open(kBlock);
  const u32 miss = Open(kBlock);
  Begin(op.dst);
  EmitAddressAndCheck(op, bytes, static_cast<unsigned>(emboard::Access::kRead), miss);
  if (bytes == 8)
    Access(kI64Load, 0);
  else if (sign && !wide)
    Access(bytes == 1 ? kI32Load8S : kI32Load16S, 0), Put(kI64ExtendI32U);
  else if (sign)
    Access(bytes == 1 ? kI64Load8S : bytes == 2 ? kI64Load16S : kI64Load32S, 0);
  else
    Access(bytes == 1 ? kI64Load8U : bytes == 2 ? kI64Load16U : kI64Load32U, 0);
  End(op.dst);
  Branch(kBr, done);
  Close();
  EmitSlowAccess(op, kind);
  Begin(op.dst);
  Get(kCtx), Access(kI64Load, offsetof(CpuContext, native_value));
  End(op.dst);
  Close();
}

void RegionEmitter::EmitStore(const Bytecode& op, unsigned bytes, u32 kind) {
  const u32 done = Open(kBlock);
  const u32 miss = Open(kBlock);
  EmitAddressAndCheck(op, bytes, static_cast<unsigned>(emboard::Access::kWrite), miss);
  Get64(op.b);
  Access(bytes == 1 ? kI64Store8 : bytes == 2 ? kI64Store16 : bytes == 4 ? kI64Store32 : kI64Store, 0);
  Branch(kBr, done);
  Close();
  Get(kCtx), Get64(op.b), Access(kI64Store, offsetof(CpuContext, native_value));
  EmitSlowAccess(op, kind);
  Close();
}

void RegionEmitter::EmitSlowAccess(const Bytecode& op, u32 kind) {
  Get(kCtx), Get(kVa), Const32(kind), Call(kSlowFunction);
  EmitLeaveIfNotDone(op);
}

// What the core's function returned is on the stack: 0, or the NativeLeft to leave with.
void RegionEmitter::EmitLeaveIfNotDone(const Bytecode& op) {
  Const32(static_cast<u32>(data_.points.size())), Set(kPoint);
  data_.points.push_back({const_cast<CodeBlock*>(block_), OrdinalOf(op.imm)});
  Tee(kLeft), BranchUnlikely(leave_);
}

void RegionEmitter::EmitGeneric(const Bytecode& op) {
  const BytecodeUse use = UseOf(op);
  const auto to_memory = [&](u16 cell) {
    if (const auto local = locals_.LocalOf(cell)) Get(kCtx), Get(*local), Access(kI64Store, OffsetOf(cell));
  };
  if (use.a) to_memory(op.a);
  if (use.b) to_memory(op.b);
  if (use.third) to_memory(ThirdCellOf(op));
  Get(kCtx), Const32(static_cast<u32>(reinterpret_cast<uintptr_t>(&op))), Call(kRunOneFunction);
  if (MayFault(op.code))
    EmitLeaveIfNotDone(op);
  else
    Put(kDrop);
  const auto dst = use.writes ? locals_.LocalOf(op.dst) : std::nullopt;
  if (dst) Get(kCtx), Access(kI64Load, OffsetOf(op.dst)), Set(*dst);
}

// A helper sees and may change all state, and ends the slice by changing the budget. In a block of one
// instruction it may reach devices.
void RegionEmitter::EmitHelperCall(const Bytecode& op) {
  const bool alone = block_->count == 1;
  const auto may_do_io = [&](u32 value) {
    if (alone) Get(kCtx), Const32(value), Access(kI32Store8, offsetof(CpuContext, may_do_io));
  };
  EmitSpill();
  may_do_io(1);
  Get(kCtx), Const32(static_cast<u32>(HelperOf(op.imm))), Get64(op.a), Get64(op.b), Call(kHelperFunction);
  may_do_io(0);
  EmitLoadState();
  EmitLeaveIfNotDone(op);
  Begin(op.dst);
  Get(kCtx), Access(kI64Load, offsetof(CpuContext, native_value));
  End(op.dst);
}

}  // namespace emboard::wasm
