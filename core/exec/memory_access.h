#pragma once
// Guest memory accesses that the TLB's fast path does not serve.

#include <type_traits>

#include "core/exec/cpu_context.h"

namespace emboard {

enum class AccessResult : u8 {
  kDone,
  kFault,      ///< recorded in the context
  kNeedsStep,  ///< a device or translated code is touched: repeat it in a block of one instruction
};

/// T is u8, u16, u32 or u64. Any alignment; a page-crossing access faults before it changes anything.
template <class T>
AccessResult SlowLoad(CpuContext& ctx, u64 va, T& out);
template <class T>
AccessResult SlowStore(CpuContext& ctx, u64 va, T value);

/// Host pointer for an aligned atomic access, or null with `result` saying why not.
u8* AtomicPointer(CpuContext& ctx, u64 va, unsigned size_bytes, Access access, AccessResult& result);

/// The TLB path, inline; everything else goes to SlowLoad and SlowStore.
template <class T>
inline bool FastLoad(const CpuContext& ctx, u64 va, T& out) {
  const TlbEntry& entry = ctx.data_tlb->entries[Tlb::IndexOf(va)];
  if (((va + sizeof(T) - 1) & kPageMask) != entry.tag[0]) [[unlikely]]
    return false;
  __builtin_memcpy(&out, reinterpret_cast<const u8*>(static_cast<uintptr_t>(va + entry.addend)), sizeof(T));
  return true;
}
template <class T>
inline bool FastStore(const CpuContext& ctx, u64 va, T value) {
  const TlbEntry& entry = ctx.data_tlb->entries[Tlb::IndexOf(va)];
  if (((va + sizeof(T) - 1) & kPageMask) != entry.tag[1]) [[unlikely]]
    return false;
  __builtin_memcpy(reinterpret_cast<u8*>(static_cast<uintptr_t>(va + entry.addend)), &value, sizeof(T));
  return true;
}

/// Fills the TLB for an instruction fetch; false with the fault recorded. `phys` is va's physical address and
/// `range` what stands there.
bool TranslateFetch(CpuContext& ctx, u64 va, u64& phys, PhysMap::Range*& range);

/// A page began to hold translated code: stores to it must take the slow path from now on.
void ProtectCodePage(CpuContext& ctx, u64 phys_page);

}  // namespace emboard
