#pragma once
// The browser's side: modules are compiled and their functions put into the core's own table.

#include <span>

#include "core/base/types.h"

namespace emboard::wasm {

/// What the browser can do.
struct HostFeatures {
  bool modules = false;     ///< modules can be compiled and the table grows
  bool tail_calls = false;  ///< return_call_indirect
  bool fused = false;  ///< a relaxed multiply-add that rounds once, as hosts with such an instruction have
  /// `imports` as for AddModule.
  static HostFeatures Detect(std::span<const u32> imports);
};

/// A free entry of the table, which grows as needed; 0 when it cannot. Entries given back are used again.
u32 TakeTableEntry();
void GiveBackTableEntry(u32 index);
/// Compiles `module` and puts its functions, exported as "0", "1", ..., into the table at `indexes`.
/// `imports` are table indexes of what it imports. False when the browser refuses, for want of memory.
bool AddModule(std::span<const u8> module, std::span<const u32> imports, std::span<const u32> indexes);

}  // namespace emboard::wasm
