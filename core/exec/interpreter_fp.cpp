#include "core/exec/interpreter_fp.h"

#include "core/exec/interpreter_ops.h"

namespace emboard::interp {
namespace {

/// The guest's floating-point environment for one operation; flags go back to the context at the end.
class FpScope {
 public:
  FpScope(CpuContext& ctx, u64 imm) : ctx_(ctx) {
    const u64 mode = (imm >> 16) & 7;
    env_.rounding = static_cast<fp::Rounding>(mode == 7 ? ctx.fp_rounding : mode);
    env_.flags = static_cast<u8>(ctx.fp_flags);
    env_.rules = ctx.nan_rules;
  }
  ~FpScope() { ctx_.fp_flags = env_.flags; }
  FpScope(const FpScope&) = delete;
  FpScope& operator=(const FpScope&) = delete;
  fp::Env& env() { return env_; }

 private:
  CpuContext& ctx_;
  fp::Env env_;
};

}  // namespace

#define CELL(index, T) static_cast<Cell<ir::T>>(Cells(ctx)[index])
#define FP_FUNCTION(name, expression)                  \
  void Fp##name(CpuContext& ctx, const Bytecode& op) { \
    FpScope scope(ctx, op.imm);                        \
    fp::Env& env = scope.env();                        \
    Cells(ctx)[op.dst] = (expression);                 \
  }

namespace {
u64* Cells(CpuContext& ctx) { return reinterpret_cast<u64*>(&ctx); }
}  // namespace

#define FP_OPERANDS_1(F) CELL(op.a, F)
#define FP_OPERANDS_2(F, G) CELL(op.a, F), CELL(op.b, G)
#define FP_PICK(_1, _2, name, ...) name
#define FP_OPERANDS(...) FP_PICK(__VA_ARGS__, FP_OPERANDS_2, FP_OPERANDS_1)(__VA_ARGS__)

#define OP(...)
#define OP_FP_ROUNDED(name, F, fn, ...) \
  FP_FUNCTION(name, fp::fn<Format<ir::F>>(FP_OPERANDS(__VA_ARGS__), env))
#define OP_FP_FUSED(name, F, sign)                                                                           \
  FP_FUNCTION(name, fp::MulAdd<Format<ir::F>>(CELL(op.a, F), CELL(op.b, F), CELL(ThirdCell(op.imm), F), env, \
                                              fp::MulAddSign::sign))
#define OP_FP_MINMAX(name, F, fn) FP_FUNCTION(name, fp::fn<Format<ir::F>>(CELL(op.a, F), CELL(op.b, F), env))
#define OP_FP_COMPARE(name, F, fn) \
  FP_FUNCTION(name, (fp::fn<Format<ir::F>>(CELL(op.a, F), CELL(op.b, F), env)) ? 1 : 0)
#define OP_FP_TO_INT(name, R, F, ctype) \
  FP_FUNCTION(name, static_cast<Cell<ir::R>>(fp::ToInt<ctype, Format<ir::F>>(CELL(op.a, F), env)))
#define OP_FP_FROM_INT(name, F, T, ctype) \
  FP_FUNCTION(name, (fp::FromInt<Format<ir::F>, ctype>(static_cast<ctype>(CELL(op.a, T)), env)))
#define OP_FP_CONVERT(name, To, From) \
  FP_FUNCTION(name, (fp::Convert<Format<ir::To>, Format<ir::From>>(CELL(op.a, From), env)))
#include "core/ir/opcodes.def"

#define FP_CLASSIFY(F) FP_FUNCTION(Classify##F, fp::Classify<Format<ir::F>>(CELL(op.a, F), *env.rules))
FP_CLASSIFY(F16)
FP_CLASSIFY(F32)
FP_CLASSIFY(F64)

}  // namespace emboard::interp
