#pragma once
// Rare work that IR calls by name instead of spelling it out.

#include <string_view>

#include "core/base/types.h"

namespace emboard {

struct CpuContext;

/// `run` may record a fault in the context; the block is then left as for any MayFault operation. A helper
/// sees every slot up to date and may change any of them.
struct Helper {
  std::string_view name;
  u64 (*run)(CpuContext& ctx, u64 a, u64 b);
};

}  // namespace emboard
