#pragma once
// One random program from a seed and its number.

#include "tests/diff/layout.h"

namespace emboard::diff {

Program Generate(u64 seed, u64 number, unsigned xlen);

}  // namespace emboard::diff
