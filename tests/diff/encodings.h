#pragma once
// Instructions as match and mask, for filling the free bits at random.

#include <span>

#include "core/base/types.h"

namespace emboard::diff {

enum class EncodingKind : u8 { X, F, FX };
inline constexpr u8 k32 = 1, k64 = 2;

struct Encoding {
  const char* name;
  u32 match;
  u32 mask;
  EncodingKind kind;
  u8 xlens;
};

inline constexpr Encoding kEncodings[] = {
#define ENCODING(name, match, mask, kind, xlens) {#name, match, mask, EncodingKind::kind, xlens},
#include "tests/diff/encodings.def"
#undef ENCODING
};

/// A memory instruction: base in rs1; `bytes` is its natural size.
struct MemoryEncoding {
  const char* name;
  u32 match;
  u8 bytes;
  u8 xlens;
  bool floating;
};

inline constexpr MemoryEncoding kLoads[] = {
    {"lb", 0x3, 1, k32 | k64, false},     {"lh", 0x1003, 2, k32 | k64, false},
    {"lw", 0x2003, 4, k32 | k64, false},  {"ld", 0x3003, 8, k64, false},
    {"lbu", 0x4003, 1, k32 | k64, false}, {"lhu", 0x5003, 2, k32 | k64, false},
    {"lwu", 0x6003, 4, k64, false},       {"flh", 0x1007, 2, k32 | k64, true},
    {"flw", 0x2007, 4, k32 | k64, true},  {"fld", 0x3007, 8, k32 | k64, true},
};
inline constexpr MemoryEncoding kStores[] = {
    {"sb", 0x23, 1, k32 | k64, false},   {"sh", 0x1023, 2, k32 | k64, false},
    {"sw", 0x2023, 4, k32 | k64, false}, {"sd", 0x3023, 8, k64, false},
    {"fsh", 0x1027, 2, k32 | k64, true}, {"fsw", 0x2027, 4, k32 | k64, true},
    {"fsd", 0x3027, 8, k32 | k64, true},
};
/// funct5 of the read-modify-write atomics.
inline constexpr u32 kAtomics[] = {0x00, 0x01, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c};

/// Compressed instructions without memory access or jump; `prime` says that rd is the three-bit field 9:7.
struct CompressedEncoding {
  const char* name;
  u32 match;
  u32 mask;
  u8 xlens;
  bool prime;
};

inline constexpr CompressedEncoding kCompressed[] = {
    {"c.addi", 0x0001, 0xe003, k32 | k64, false}, {"c.addiw", 0x2001, 0xe003, k64, false},
    {"c.li", 0x4001, 0xe003, k32 | k64, false},   {"c.lui", 0x6001, 0xe003, k32 | k64, false},
    {"c.srli", 0x8001, 0xfc03, k32 | k64, true},  {"c.srai", 0x8401, 0xfc03, k32 | k64, true},
    {"c.andi", 0x8801, 0xec03, k32 | k64, true},  {"c.sub", 0x8c01, 0xfc63, k32 | k64, true},
    {"c.xor", 0x8c21, 0xfc63, k32 | k64, true},   {"c.or", 0x8c41, 0xfc63, k32 | k64, true},
    {"c.and", 0x8c61, 0xfc63, k32 | k64, true},   {"c.subw", 0x9c01, 0xfc63, k64, true},
    {"c.addw", 0x9c21, 0xfc63, k64, true},        {"c.slli", 0x0002, 0xf003, k32 | k64, false},
    {"c.slli64", 0x1002, 0xf003, k64, false},     {"c.mv", 0x8002, 0xf003, k32 | k64, false},
    {"c.add", 0x9002, 0xf003, k32 | k64, false},
};

/// Compressed loads and stores. The base is rs1' (s0, s1 or a5) or sp.
struct CompressedMemory {
  const char* name;
  u32 match;
  u8 xlens;
  bool sp_based;
  bool load;
  bool floating;
};

inline constexpr CompressedMemory kCompressedMemory[] = {
    {"c.fld", 0x2000, k32 | k64, false, true, true},   {"c.lw", 0x4000, k32 | k64, false, true, false},
    {"c.ld", 0x6000, k64, false, true, false},         {"c.flw", 0x6000, k32, false, true, true},
    {"c.fsd", 0xa000, k32 | k64, false, false, true},  {"c.sw", 0xc000, k32 | k64, false, false, false},
    {"c.sd", 0xe000, k64, false, false, false},        {"c.fsw", 0xe000, k32, false, false, true},
    {"c.fldsp", 0x2002, k32 | k64, true, true, true},  {"c.lwsp", 0x4002, k32 | k64, true, true, false},
    {"c.ldsp", 0x6002, k64, true, true, false},        {"c.flwsp", 0x6002, k32, true, true, true},
    {"c.fsdsp", 0xa002, k32 | k64, true, false, true}, {"c.swsp", 0xc002, k32 | k64, true, false, false},
    {"c.sdsp", 0xe002, k64, true, false, false},       {"c.fswsp", 0xe002, k32, true, false, true},
};

}  // namespace emboard::diff
