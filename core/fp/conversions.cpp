// Compiles the conversions of soft.h once for every format and integer type.

#include "core/fp/convert.h"
#include "core/fp/integer.h"

namespace emboard::fp::soft {

#define INSTANTIATE_INT(F, Int)                       \
  template Int ToInt<Int, F>(Bits<F>, Env&, IntRule); \
  template Bits<F> FromInt<F, Int>(Int, Env&);

#define INSTANTIATE(F)                                     \
  template Bits<F> RoundToIntegral<F>(Bits<F>, Env&);      \
  template Bits<F> RoundToIntegralExact<F>(Bits<F>, Env&); \
  INSTANTIATE_INT(F, int32_t)                              \
  INSTANTIATE_INT(F, uint32_t)                             \
  INSTANTIATE_INT(F, int64_t)                              \
  INSTANTIATE_INT(F, uint64_t)

INSTANTIATE(Binary16)
INSTANTIATE(Binary32)
INSTANTIATE(Binary64)

template Bits<Binary16> Convert<Binary16, Binary32>(Bits<Binary32>, Env&);
template Bits<Binary16> Convert<Binary16, Binary64>(Bits<Binary64>, Env&);
template Bits<Binary32> Convert<Binary32, Binary16>(Bits<Binary16>, Env&);
template Bits<Binary32> Convert<Binary32, Binary64>(Bits<Binary64>, Env&);
template Bits<Binary64> Convert<Binary64, Binary16>(Bits<Binary16>, Env&);
template Bits<Binary64> Convert<Binary64, Binary32>(Bits<Binary32>, Env&);

#undef INSTANTIATE
#undef INSTANTIATE_INT

}  // namespace emboard::fp::soft
