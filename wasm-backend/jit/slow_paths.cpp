#include "wasm-backend/jit/slow_paths.h"

#include "core/exec/interpreter_ops.h"
#include "core/exec/memory_access.h"
#include "core/exec/region_compiler.h"
#include "core/exec/run_one.h"

namespace emboard::wasm {
namespace {

u32 LeftAfter(AccessResult result) {
  switch (result) {
    case AccessResult::kDone:
      return 0;
    case AccessResult::kFault:
      return static_cast<u32>(NativeLeft::kFault);
    case AccessResult::kNeedsStep:
      return static_cast<u32>(NativeLeft::kNeedsStep);
  }
  __builtin_unreachable();
}

}  // namespace

u32 SlowAccessFor(CpuContext* ctx, u64 va, u32 kind) {
  AccessResult result = AccessResult::kDone;
  switch (static_cast<ir::Opcode>(kind)) {
#define OP(...)
#define OP_LOAD(name, R, ctype)                                                    \
  case ir::Opcode::name: {                                                         \
    std::make_unsigned_t<ctype> raw = 0;                                           \
    result = SlowLoad(*ctx, va, raw);                                              \
    ctx->native_value = static_cast<interp::Cell<ir::R>>(static_cast<ctype>(raw)); \
    break;                                                                         \
  }
#define OP_STORE(name, V, ctype)                                         \
  case ir::Opcode::name:                                                 \
    result = SlowStore(*ctx, va, static_cast<ctype>(ctx->native_value)); \
    break;
#include "core/ir/opcodes.def"
    default:
      __builtin_unreachable();
  }
  return LeftAfter(result);
}

u32 RunOneFor(CpuContext* ctx, const Bytecode* op) { return LeftAfter(RunOne(*ctx, *op)); }

u32 CallHelperFor(CpuContext* ctx, const Helper* helper, u64 a, u64 b) {
  ctx->native_value = helper->run(*ctx, a, b);
  return LeftAfter(ctx->fault.pending ? AccessResult::kFault : AccessResult::kDone);
}

// A function's address is its index in the table.
std::array<u32, 3> Imports() {
  const auto index = [](auto* function) { return static_cast<u32>(reinterpret_cast<uintptr_t>(function)); };
  return {index(&SlowAccessFor), index(&RunOneFor), index(&CallHelperFor)};
}

}  // namespace emboard::wasm
