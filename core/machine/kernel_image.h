#pragma once
// What kernels come wrapped in: gzip, EFI's self-unpacking form, and the Linux Image header.

#include <functional>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/machine/cpu.h"
#include "core/machine/machine.h"

namespace emboard {

using Gunzip = std::function<Result<std::vector<u8>>(std::span<const u8>)>;

/// Takes gzip and EFI zboot wrappings off; anything else passes unchanged.
Result<NamedBytes> Unpack(NamedBytes file, const Gunzip& gunzip);

/// How much memory a flat program takes: a Linux Image says so, anything else is as big as its file.
Result<u64> OccupiedBytes(const NamedBytes& file, const BootRules& rules);

}  // namespace emboard
