#pragma once
// What a flash chip says about itself (JEDEC JESD68.01 "Common Flash Interface", and Intel's "Extended Query"
// for command set 1, in the 28F128J3 datasheet, appendix A). Values are of one 16-bit chip; a bank has two
// side by side.

#include <array>
#include <bit>

#include "core/base/types.h"

namespace emboard {

inline constexpr u32 kFlashChips = 2;
inline constexpr u32 kFlashBankWidth = 4;             // bytes
inline constexpr u32 kFlashSectorBytes = 256 * 1024;  // of the bank
inline constexpr u32 kFlashBufferWords = 32;          // of kFlashBankWidth bytes

using CfiTable = std::array<u8, 0x48>;

/// `chip_bytes` is a power of two.
constexpr CfiTable MakeCfiTable(u32 chip_bytes) {
  constexpr u32 kExtended = 0x31;
  constexpr u32 kSector = kFlashSectorBytes / kFlashChips;
  const u32 sectors = chip_bytes / kSector;
  CfiTable t{};
  t[0x10] = 'Q', t[0x11] = 'R', t[0x12] = 'Y';
  t[0x13] = 0x01;                          // Intel command set
  t[0x15] = kExtended;                     // where its own table starts
  t[0x1b] = 0x27, t[0x1c] = 0x36;          // 2.7 V to 3.6 V
  t[0x1f] = 7, t[0x20] = 7, t[0x21] = 10;  // typical times: 2^n us a word, us a buffer, ms a sector
  t[0x23] = 4, t[0x24] = 4, t[0x25] = 4;   // at most 2^n times as long
  t[0x27] = static_cast<u8>(std::bit_width(chip_bytes) - 1);
  t[0x28] = 1;  // x16
  t[0x2a] = static_cast<u8>(std::bit_width(kFlashBufferWords * kFlashBankWidth / kFlashChips) - 1);
  t[0x2c] = 1;  // one erase region: count - 1, size / 256
  t[0x2d] = static_cast<u8>(sectors - 1), t[0x2e] = static_cast<u8>((sectors - 1) >> 8);
  t[0x2f] = static_cast<u8>(kSector / 256), t[0x30] = static_cast<u8>(kSector / 256 >> 8);
  t[kExtended] = 'P', t[kExtended + 1] = 'R', t[kExtended + 2] = 'I';
  t[kExtended + 3] = '1', t[kExtended + 4] = '0';
  t[kExtended + 5] = 1 << 3;  // lock and unlock one by one; no suspend
  t[kExtended + 10] = 1;      // the status register is all there is to read while busy
  t[kExtended + 12] = 0x33;   // 3.3 V
  return t;
}

}  // namespace emboard
