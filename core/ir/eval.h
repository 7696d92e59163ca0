#pragma once
// What the Pure integer operations mean, stated once: the constant folder and the interpreter both use these.
// Each is named after its operation. Values are unsigned; signedness is in the name.

#include <bit>
#include <limits>

#include "core/base/types.h"

namespace emboard::ir::eval {

#define IR_EVAL_INT(N, U, S)                                                                     \
  constexpr U Add##N(U a, U b) { return a + b; }                                                 \
  constexpr U Sub##N(U a, U b) { return a - b; }                                                 \
  constexpr U Mul##N(U a, U b) { return a * b; }                                                 \
  constexpr U And##N(U a, U b) { return a & b; }                                                 \
  constexpr U Or##N(U a, U b) { return a | b; }                                                  \
  constexpr U Xor##N(U a, U b) { return a ^ b; }                                                 \
  constexpr U Shl##N(U a, U b) { return a << (b & (N - 1)); }                                    \
  constexpr U ShrU##N(U a, U b) { return a >> (b & (N - 1)); }                                   \
  constexpr U ShrS##N(U a, U b) { return static_cast<U>(static_cast<S>(a) >> (b & (N - 1))); }   \
  constexpr U Rotr##N(U a, U b) { return std::rotr(a, static_cast<int>(b & (N - 1))); }          \
  constexpr U DivU##N(U a, U b) { return b == 0 ? 0 : a / b; }                                   \
  constexpr U RemU##N(U a, U b) { return b == 0 ? a : a % b; }                                   \
  constexpr U DivS##N(U a, U b) {                                                                \
    if (b == 0) return 0;                                                                        \
    return b == static_cast<U>(-1) ? -a : static_cast<U>(static_cast<S>(a) / static_cast<S>(b)); \
  }                                                                                              \
  constexpr U RemS##N(U a, U b) {                                                                \
    if (b == 0) return a;                                                                        \
    return b == static_cast<U>(-1) ? 0 : static_cast<U>(static_cast<S>(a) % static_cast<S>(b));  \
  }                                                                                              \
  constexpr U MinU##N(U a, U b) { return a < b ? a : b; }                                        \
  constexpr U MaxU##N(U a, U b) { return a < b ? b : a; }                                        \
  constexpr U MinS##N(U a, U b) { return static_cast<S>(a) < static_cast<S>(b) ? a : b; }        \
  constexpr U MaxS##N(U a, U b) { return static_cast<S>(a) < static_cast<S>(b) ? b : a; }        \
  constexpr u32 CmpEq##N(U a, U b) { return a == b; }                                            \
  constexpr u32 CmpNe##N(U a, U b) { return a != b; }                                            \
  constexpr u32 CmpLtS##N(U a, U b) { return static_cast<S>(a) < static_cast<S>(b); }            \
  constexpr u32 CmpGeS##N(U a, U b) { return static_cast<S>(a) >= static_cast<S>(b); }           \
  constexpr u32 CmpLtU##N(U a, U b) { return a < b; }                                            \
  constexpr u32 CmpGeU##N(U a, U b) { return a >= b; }                                           \
  constexpr U Clz##N(U a) { return static_cast<U>(std::countl_zero(a)); }                        \
  constexpr U Ctz##N(U a) { return static_cast<U>(std::countr_zero(a)); }                        \
  constexpr U Popcount##N(U a) { return static_cast<U>(std::popcount(a)); }                      \
  constexpr U Second##N(U, U b) { return b; }                                                    \
  constexpr U Select##N(u32 condition, U a, U b) { return condition != 0 ? a : b; }
IR_EVAL_INT(32, u32, i32)
IR_EVAL_INT(64, u64, i64)
#undef IR_EVAL_INT

constexpr u32 ByteSwap32(u32 a) { return __builtin_bswap32(a); }
constexpr u64 ByteSwap64(u64 a) { return __builtin_bswap64(a); }

constexpr u64 MulHiU64(u64 a, u64 b) {
  return static_cast<u64>((static_cast<unsigned __int128>(a) * b) >> 64);
}
constexpr u64 MulHiS64(u64 a, u64 b) {
  return static_cast<u64>((static_cast<__int128>(static_cast<i64>(a)) * static_cast<i64>(b)) >> 64);
}
constexpr u64 MulHiSU64(u64 a, u64 b) { return MulHiU64(a, b) - (static_cast<i64>(a) < 0 ? b : 0); }

constexpr u64 ClmulLo64(u64 a, u64 b) {
  u64 product = 0;
  for (; b != 0; b &= b - 1) product ^= a << std::countr_zero(b);
  return product;
}
constexpr u64 ClmulHi64(u64 a, u64 b) {
  u64 product = 0;
  for (b &= ~u64{1}; b != 0; b &= b - 1) product ^= a >> (64 - std::countr_zero(b));
  return product;
}

constexpr u32 SignExtend8x32(u32 a) { return static_cast<u32>(static_cast<i32>(static_cast<i8>(a))); }
constexpr u32 SignExtend16x32(u32 a) { return static_cast<u32>(static_cast<i32>(static_cast<i16>(a))); }
constexpr u64 SignExtend8x64(u64 a) { return static_cast<u64>(static_cast<i64>(static_cast<i8>(a))); }
constexpr u64 SignExtend16x64(u64 a) { return static_cast<u64>(static_cast<i64>(static_cast<i16>(a))); }
constexpr u64 SignExtend32x64(u32 a) { return static_cast<u64>(static_cast<i64>(static_cast<i32>(a))); }
constexpr u64 ZeroExtend32x64(u32 a) { return a; }
constexpr u32 Truncate64x32(u64 a) { return static_cast<u32>(a); }

}  // namespace emboard::ir::eval
