#pragma once
// The bare-metal image: a harness that runs programs one after another and prints a hash of each one's final
// state.

#include <string>
#include <vector>

#include "tests/diff/layout.h"

namespace emboard::diff {

/// A flat image for address kHarnessBase. `verbose` prints every word that goes into the hash before the hash
/// itself.
std::vector<u8> BuildImage(const std::vector<Program>& programs, unsigned xlen, bool verbose);

/// What the words of a verbose run are, in their order; trap log entries follow the last one.
std::vector<std::string> WordNames(const Program& program, unsigned xlen);

/// The address of the S-mode trap handler's ecall relative to the handler.
u64 SupervisorExitOffset(unsigned xlen);

}  // namespace emboard::diff
