#pragma once
// Floating-point operations of the interpreter, one function each, from the IR's table.

#include "core/exec/bytecode.h"
#include "core/exec/cpu_context.h"

namespace emboard::interp {

#define FP_DECLARE(name, ...) void Fp##name(CpuContext& ctx, const Bytecode& op);
#define OP(...)
#define OP_FP_ROUNDED FP_DECLARE
#define OP_FP_FUSED FP_DECLARE
#define OP_FP_MINMAX FP_DECLARE
#define OP_FP_COMPARE FP_DECLARE
#define OP_FP_TO_INT FP_DECLARE
#define OP_FP_FROM_INT FP_DECLARE
#define OP_FP_CONVERT FP_DECLARE
#include "core/ir/opcodes.def"
FP_DECLARE(ClassifyF16)
FP_DECLARE(ClassifyF32)
FP_DECLARE(ClassifyF64)
#undef FP_DECLARE

}  // namespace emboard::interp
