// Instructions that any mode may run: arithmetic, memory, random words.
#include "tests/diff/writer.h"

namespace emboard::diff {
namespace {

// CSRs that count time or events: two emulators never agree on their values.
bool IsCounter(u32 csr) { return (csr >= 0xb00 && csr <= 0xb9f) || (csr >= 0xc00 && csr <= 0xc9f); }

}  // namespace

void CodeWriter::Plain() {
  if (room() == 2) return rng_.Percent(80) ? Compressed() : CompressedMemoryAccess();
  switch (rng_.Below(20)) {
    case 0:
    case 1:
    case 2:
      return LoadOrStore();
    case 3:
      return CompressedMemoryAccess();
    case 4:
    case 5:
      return Compressed();
    case 6:
      return rng_.Percent(60) ? Atomic() : ReserveAndStore();
    case 7:
      return rng_.Percent(25) ? RandomWord() : rng_.Percent(20) ? RandomHalf() : Computation();
    default:
      return Computation();
  }
}

// QEMU 7.2 miscounts when the low half is zero (known.md), so one of its bits is set first.
void CodeWriter::CountTrailingZeros() {
  const u32 reg = TargetReg();
  Itype(0x6013, reg, AnyReg(), rng_.Between(1, 0x7ff));
  Put(0x6010101b | TargetReg() << 7 | reg << 15);
}

void CodeWriter::Computation() {
  if (s_.xlen == 64 && room() >= 8 && rng_.Percent(1)) return CountTrailingZeros();
  for (;;) {
    const Encoding& e = rng_.PickFrom<Encoding>(kEncodings);
    // QEMU leaves FS alone when an instruction changes nothing but the flags (known.md).
    if (!has_xlen(e.xlens) || (e.kind == EncodingKind::FX && (s_.fs == 1 || s_.fs == 2))) continue;
    u32 word = e.match | (static_cast<u32>(rng_.Next()) & ~e.mask);
    if (e.kind != EncodingKind::F) word = (word & ~0xf80u) | TargetReg() << 7;
    // A dynamic rounding mode is what compilers emit; 5 and 6 are reserved.
    const bool has_rm = (e.match & 0x7f) >= 0x43 && (e.match & 0x7f) <= 0x53 && (e.mask & 0x7000) == 0;
    if (has_rm && (word >> 12 & 7) >= 5 && rng_.Percent(90)) word |= 0x7000;
    return Put(word);
  }
}

void CodeWriter::Compressed() {
  for (;;) {
    const CompressedEncoding& e = rng_.PickFrom<CompressedEncoding>(kCompressed);
    if (!has_xlen(e.xlens)) continue;
    u32 half = e.match | (static_cast<u32>(rng_.Next()) & ~e.mask & 0xffff);
    const bool moves = (half & 0xe003) == 0x8002;  // c.mv and c.add; without rs2 they are jumps
    if (moves && (half & 0x7c) == 0) continue;
    if (e.prime ? IsProtected(8 + (half >> 7 & 7)) : IsProtected(half >> 7 & 31)) continue;
    return PutHalf(half);
  }
}

u32 CodeWriter::Base() {
  if (!s_.code_writable && rng_.Percent(4)) return AnyReg();
  // x18 is the data's virtual address: in M mode with MPRV off nothing is there.
  return rng_.Percent(3) && s_.levels != 0 ? 18 : rng_.Pick<u32>({2, 2, 8, 8, 9, 9, 15, 15});
}

void CodeWriter::LoadOrStore() {
  const bool load = rng_.Percent(55);
  for (;;) {
    const MemoryEncoding& e =
        load ? rng_.PickFrom<MemoryEncoding>(kLoads) : rng_.PickFrom<MemoryEncoding>(kStores);
    if (!has_xlen(e.xlens)) continue;
    u32 base = Base();
    // Sizes' multiples mostly; otherwise anything, which near a page's end crosses it.
    i64 imm = rng_.Percent(70) ? rng_.Between(-16, 15) * e.bytes : rng_.Between(-64, 63);
    if (rng_.Percent(5)) imm = rng_.Between(-128, 127) * 16;
    if (base == 18 && s_.machine())
      imm &= ~i64{7};  // QEMU reports part of a misaligned access outside RAM (known.md)
    if (rng_.Percent(20)) base = 2, imm = -rng_.Between(0, 8);
    const u32 reg = e.floating ? AnyReg() : load ? TargetReg() : AnyReg();
    return load ? Itype(e.match, reg, base, imm) : Stype(e.match, reg, base, imm);
  }
}

void CodeWriter::CompressedMemoryAccess() {
  for (;;) {
    const CompressedMemory& e = rng_.PickFrom<CompressedMemory>(kCompressedMemory);
    if (!has_xlen(e.xlens)) continue;
    u32 half = e.match | (static_cast<u32>(rng_.Next()) & 0x1ffc);
    if (!e.sp_based) half = (half & ~0x380u) | rng_.Pick<u32>({8, 9, 15}) % 8 << 7;
    const u32 target = e.sp_based ? half >> 7 & 31 : 8 + (half >> 2 & 7);
    if (e.load && !e.floating && IsProtected(target)) continue;
    return PutHalf(half);
  }
}

void CodeWriter::Atomic() {
  const u32 width = s_.xlen == 64 && rng_.Percent(50) ? 3 : 2;
  const u32 base = rng_.Pick<u32>({8, 9, 15, 2});
  if (base == 9 && rng_.Percent(70)) return Computation();  // mostly misaligned
  const u32 funct5 = kAtomics[rng_.Below(std::size(kAtomics))];
  Put(0x2f | TargetReg() << 7 | width << 12 | base << 15 | AnyReg() << 20 |
      static_cast<u32>(rng_.Below(4)) << 25 | funct5 << 27);
}

// A reservation and its store in one slot: a trap between them would leave open whether it survives.
void CodeWriter::ReserveAndStore() {
  if (room() < 8) return Computation();
  const u32 width = s_.xlen == 64 && rng_.Percent(50) ? 3 : 2;
  const u32 base = rng_.Pick<u32>({8, 15, 2});
  u32 loaded = TargetReg();
  while (loaded == base) loaded = TargetReg();
  Put(0x1000002f | loaded << 7 | width << 12 | base << 15 | static_cast<u32>(rng_.Below(4)) << 25);
  if (room() >= 6 && rng_.Percent(30)) PutHalf(0x0001);
  Put(0x1800002f | TargetReg() << 7 | width << 12 | base << 15 | AnyReg() << 20);
}

void CodeWriter::RandomWord() {
  for (;;) {
    const u32 word = static_cast<u32>(rng_.Next()) | 3;
    const u32 opcode = word & 0x7f;
    if ((word & 0x1c) == 0x1c) continue;                               // longer than 32 bits
    if (opcode == 0x63 || opcode == 0x6f || opcode == 0x67) continue;  // jumps
    if (opcode != 0x23 && opcode != 0x27 && opcode != 0x63 && IsProtected(word >> 7 & 31)) continue;
    if (opcode == 0x53 && s_.fs != 3) continue;
    if (opcode == 0x2f && (word >> 27 == 3 || word >> 27 == 2)) continue;  // reservations
    const bool memory =
        opcode == 0x03 || opcode == 0x07 || opcode == 0x23 || opcode == 0x27 || opcode == 0x2f;
    if (s_.code_writable && memory) continue;
    if (s_.machine() && opcode == 0x73) continue;
    const u32 csr = word >> 20;
    const bool safe = !IsCounter(csr) && csr != 0x105 && csr != 0x180 && csr != 0x104 && csr != 0x144;
    if (opcode == 0x73 && ((word & 0x3000) == 0 || !safe)) continue;
    return Put(word);
  }
}

void CodeWriter::RandomHalf() {
  for (;;) {
    const u32 half = static_cast<u32>(rng_.Next()) & 0xffff;
    const u32 quadrant = half & 3, funct = half >> 13;
    if (quadrant == 3) continue;
    if (quadrant == 1 && (funct >= 5 || (funct == 1 && s_.xlen == 32))) continue;  // jumps
    if (quadrant == 2 && funct == 4 && (half & 0x7c) == 0) continue;               // jumps, ebreak
    const u32 full = half >> 7 & 31, high = 8 + (half >> 7 & 7), low = 8 + (half >> 2 & 7);
    const bool arithmetic = quadrant == 1   ? true
                            : quadrant == 0 ? funct == 0 || funct == 4
                                            : funct == 0 || funct == 4;
    if (s_.code_writable && !arithmetic) continue;
    if (quadrant == 0                 ? IsProtected(low)
        : quadrant == 1 && funct == 4 ? IsProtected(high)
                                      : IsProtected(full))
      continue;
    return PutHalf(half);
  }
}

}  // namespace emboard::diff
