// Compiles the arithmetic of soft.h once for every format.

#include "core/fp/add.h"
#include "core/fp/div.h"
#include "core/fp/fma.h"
#include "core/fp/mul.h"
#include "core/fp/sqrt.h"

namespace emboard::fp::soft {

#define INSTANTIATE(F)                             \
  template Bits<F> Add<F>(Bits<F>, Bits<F>, Env&); \
  template Bits<F> Sub<F>(Bits<F>, Bits<F>, Env&); \
  template Bits<F> Mul<F>(Bits<F>, Bits<F>, Env&); \
  template Bits<F> Div<F>(Bits<F>, Bits<F>, Env&); \
  template Bits<F> Sqrt<F>(Bits<F>, Env&);         \
  template Bits<F> MulAdd<F>(Bits<F>, Bits<F>, Bits<F>, Env&, MulAddSign);

INSTANTIATE(Binary16)
INSTANTIATE(Binary32)
INSTANTIATE(Binary64)
#undef INSTANTIATE

}  // namespace emboard::fp::soft
