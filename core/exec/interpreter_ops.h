#pragma once
// One function for each shape of operation; interpreter_execute.cpp puts them into the dispatch loop.

#include "core/exec/bytecode.h"
#include "core/exec/cpu_context.h"
#include "core/exec/memory_access.h"
#include "core/fp/fp.h"
#include "core/ir/eval.h"
#include "core/ir/helper.h"

namespace emboard::interp {

/// The host types that stand for IR types in a cell.
template <class T>
struct CellOf;
template <>
struct CellOf<ir::I32> {
  using type = u32;
};
template <>
struct CellOf<ir::I64> {
  using type = u64;
};
template <>
struct CellOf<ir::F16> {
  using type = u16;
  using format = fp::Binary16;
};
template <>
struct CellOf<ir::F32> {
  using type = u32;
  using format = fp::Binary32;
};
template <>
struct CellOf<ir::F64> {
  using type = u64;
  using format = fp::Binary64;
};
template <class T>
using Cell = typename CellOf<T>::type;
template <class T>
using Format = typename CellOf<T>::format;

// Rounding and a third cell share the immediate of floating-point operations.
inline u16 ThirdCell(u64 imm) { return static_cast<u16>(imm); }

/// Other bits all ones: a narrower format in a 64-bit register (NaN boxing).
template <class F>
inline u64 Box(u64 cell) {
  if constexpr (sizeof(Cell<F>) == 8)
    return cell;
  else
    return (~u64{0} << (8 * sizeof(Cell<F>))) | static_cast<Cell<F>>(cell);
}
template <class F>
inline u64 Unbox(u64 cell, const fp::NanRules& rules) {
  if (cell == Box<F>(cell)) [[likely]]
    return static_cast<Cell<F>>(cell);
  return fp::DefaultNan<Format<F>>(rules);
}

inline bool LoadReserved(CpuContext& ctx, u64 va, unsigned size_bytes, u64& out, AccessResult& result) {
  const u8* place = AtomicPointer(ctx, va, size_bytes, Access::kRead, result);
  if (place == nullptr) return false;
  out = 0;
  __builtin_memcpy(&out, place, size_bytes);
  ctx.reservation_address = va;
  ctx.reservation_value = out;
  return true;
}

/// `failed` is 0 when the store was done. The reservation is an address and the value seen there; either way
/// it is gone.
inline bool StoreConditional(CpuContext& ctx, u64 va, unsigned size_bytes, u64 value, u64& failed,
                             AccessResult& result) {
  u8* place = AtomicPointer(ctx, va, size_bytes, Access::kWrite, result);
  if (place == nullptr) return false;
  u64 now = 0;
  __builtin_memcpy(&now, place, size_bytes);
  failed = ctx.reservation_address != va || ctx.reservation_value != now;
  if (failed == 0) __builtin_memcpy(place, &value, size_bytes);
  ctx.reservation_address = kNoReservation;
  return true;
}

}  // namespace emboard::interp
