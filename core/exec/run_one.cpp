#include "core/exec/run_one.h"

#include "core/exec/interpreter_fp.h"
#include "core/exec/interpreter_ops.h"

namespace emboard {

using interp::Cell;
using interp::ThirdCell;

#define CASE(name) case Code::name:
#define NEXT return AccessResult::kDone
#define CHECK_ACCESS(result)                                        \
  do {                                                              \
    const AccessResult access_result = (result);                    \
    if (access_result != AccessResult::kDone) return access_result; \
  } while (0)

AccessResult RunOne(CpuContext& ctx, const Bytecode& op) {
  u64* const cells = reinterpret_cast<u64*>(&ctx);
  const Bytecode* const ip = &op;
  switch (ip->code) {
#include "core/exec/bytecode_semantics.inc"
    default:
      __builtin_unreachable();
  }
}

}  // namespace emboard
