#pragma once
// What translated code calls in the core, through the table.

#include <array>

#include "core/exec/bytecode.h"
#include "core/exec/cpu_context.h"
#include "core/ir/helper.h"

namespace emboard::wasm {

// Each returns 0 when it is done, else the NativeLeft to leave with.

/// A guest access that the inline path does not serve. `kind` is the load's or store's ir::Opcode; operand
/// and result stand in native_value.
u32 SlowAccessFor(CpuContext* ctx, u64 va, u32 kind);
/// RunOne for any other operation.
u32 RunOneFor(CpuContext* ctx, const Bytecode* op);
/// The helper's value stands in native_value.
u32 CallHelperFor(CpuContext* ctx, const Helper* helper, u64 a, u64 b);

/// Their places in the core's table, in the order in which modules import them.
std::array<u32, 3> Imports();

}  // namespace emboard::wasm
