// The interpreter's inner loop. Natively each operation jumps to the next (computed goto); a Wasm engine
// turns the same source into one switch.

#include "core/exec/interpreter.h"
#include "core/exec/interpreter_fp.h"
#include "core/exec/interpreter_ops.h"

namespace emboard {

using interp::Cell;
using interp::ThirdCell;

#ifdef __EMSCRIPTEN__
#define CASE(name) case Code::name:
#define NEXT \
  ++ip;      \
  continue
#define DISPATCH continue
#else
#define CASE(name) label_##name:
#define DISPATCH goto* kLabels[static_cast<size_t>(ip->code)]
#define NEXT \
  ++ip;      \
  DISPATCH
#endif

#define LEAVE_AT_ORDINAL(reason, done)             \
  do {                                             \
    const u16 ordinal = OrdinalOf(ip->imm);        \
    ctx.pc = block->InstructionPc(ordinal);        \
    ctx.budget += block->count - ordinal - (done); \
    left = Left::reason;                           \
    goto leave;                                    \
  } while (0)

// A fault counts the faulting instruction; a step repeats it.
#define CHECK_ACCESS(result)                                                        \
  do {                                                                              \
    const AccessResult access_result = (result);                                    \
    if (access_result == AccessResult::kFault) LEAVE_AT_ORDINAL(kFault, 1);         \
    if (access_result == AccessResult::kNeedsStep) LEAVE_AT_ORDINAL(kNeedsStep, 0); \
  } while (0)

Interpreter::Left Interpreter::Execute(CpuContext& ctx, CodeBlock* block, Way& way) {
#ifndef __EMSCRIPTEN__
  static const void* const kLabels[] = {
#define OP(name, ...) &&label_##name,
#include "core/ir/opcodes.def"
#define OP(...)
#define OP_BINARY(name, ...) &&label_##name##_Imm,
#include "core/ir/opcodes.def"
#define X(name) &&label_##name##_Signed, &&label_##name##_Imm_Signed,
      // clang-format off
    BYTECODE_SIGNED(X)
  // clang-format on
#undef X
#define X(name) &&label_Branch_##name, &&label_Branch_##name##_Imm,
          // clang-format off
    BYTECODE_BRANCH_ON(X)
  // clang-format on
#undef X
          && label_Move,
      &&label_LoadImm};
#endif
  u64* const cells = reinterpret_cast<u64*>(&ctx);
  const Bytecode* ip = block->code.data();
  unsigned exit_index = 0;
  Left left = Left::kDispatch;
  ctx.budget -= block->count;
  ctx.executing = true;
  ctx.may_do_io = block->count == 1;
#ifdef __EMSCRIPTEN__
again:
  for (;;) switch (ip->code) {
#else
  DISPATCH;
#endif

#include "core/exec/bytecode_semantics.inc"

#define BRANCH_ON(name, T)                                              \
  CASE(Branch_##name) {                                                 \
    exit_index = ir::eval::name(A(T), B(T)) ? 0 : 1;                    \
    goto take_exit;                                                     \
  }                                                                     \
  CASE(Branch_##name##_Imm) {                                           \
    exit_index = ir::eval::name(A(T), static_cast<T>(ip->imm)) ? 0 : 1; \
    goto take_exit;                                                     \
  }
      // clang-format off
    BRANCH_ON(CmpEq32, u32) BRANCH_ON(CmpNe32, u32) BRANCH_ON(CmpLtS32, u32) BRANCH_ON(CmpGeS32, u32)
    BRANCH_ON(CmpLtU32, u32) BRANCH_ON(CmpGeU32, u32) BRANCH_ON(CmpEq64, u64) BRANCH_ON(CmpNe64, u64)
    BRANCH_ON(CmpLtS64, u64) BRANCH_ON(CmpGeS64, u64) BRANCH_ON(CmpLtU64, u64) BRANCH_ON(CmpGeU64, u64)
          // clang-format on

          CASE(Branch) {
        exit_index = A(u32) != 0 ? 0 : 1;
        goto take_exit;
      }
      CASE(Jump) {
        exit_index = 0;
        goto take_exit;
      }
      CASE(JumpIndirect) {
        ctx.pc = cells[ip->a];
        const JumpCacheEntry& entry = ctx.jump_cache[CpuContext::JumpIndex(ctx.pc)];
        if (entry.pc == ctx.pc && entry.mode == ctx.mode && entry.generation == ctx.generation &&
            !block->single) {
          block = entry.block;
          goto enter;
        }
        goto leave;
      }
      CASE(Leave) { goto leave; }

      CASE(Call) {
        const auto* helper = reinterpret_cast<const Helper*>(static_cast<uintptr_t>(HelperOf(ip->imm)));
        const u64 value = helper->run(ctx, A(u64), B(u64));
        if (ctx.fault.pending) LEAVE_AT_ORDINAL(kFault, 1);
        DST = value;
        NEXT;
      }
      // Not lowered to bytecode of their own: state is an operand, markers and barriers vanish.
      CASE(GetState32) CASE(GetState64) CASE(SetState32) CASE(SetState64) CASE(Boundary) CASE(Fence) {
        __builtin_unreachable();
      }

#ifdef __EMSCRIPTEN__
    }
#endif

take_exit : {
  const CodeExit& exit = block->exits[exit_index];
  ctx.pc = exit.pc;
  if (block->single) goto leave;
  if (exit.target == nullptr || (!exit.same_page && exit.generation != ctx.generation)) {
    way = {block, static_cast<u8>(exit_index), nullptr};
    left = Left::kUnlinkedExit;
    goto leave;
  }
  block = exit.target;
}
enter:
  if (--block->heat <= 0) [[unlikely]] {
    block->heat = 0;
    ctx.pc = block->pc;
    left = Left::kHot;
    goto leave;
  }
  if (ctx.budget < block->count) [[unlikely]] {
    left = Left::kBudget;
    goto leave;
  }
  ctx.budget -= block->count;
  ctx.may_do_io = block->count == 1;
  ip = block->code.data();
#ifdef __EMSCRIPTEN__
  goto again;
#else
  DISPATCH;
#endif

leave:
  ctx.executing = false;
  return left;
}

}  // namespace emboard
