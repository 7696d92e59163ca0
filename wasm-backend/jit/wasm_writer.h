#pragma once
// WebAssembly's binary format (Core Specification 2.0, chapter 5): bytes, LEB128 numbers, opcodes.

#include <span>
#include <string_view>
#include <vector>

#include "core/base/types.h"

namespace emboard::wasm {

enum Type : u8 {
  kI32 = 0x7f,
  kI64 = 0x7e,
  kF32 = 0x7d,
  kF64 = 0x7c,
  kVoid = 0x40,
  kFuncRef = 0x70,
  kFunc = 0x60
};

/// Instructions by their text names (section 5.4).
enum Op : u8 {
  kUnreachable = 0x00,
  kBlock = 0x02,
  kLoop = 0x03,
  kIf = 0x04,
  kElse = 0x05,
  kEnd = 0x0b,
  kBr = 0x0c,
  kBrIf = 0x0d,
  kBrTable = 0x0e,
  kReturn = 0x0f,
  kCall = 0x10,
  kCallIndirect = 0x11,
  kReturnCallIndirect = 0x13,
  kDrop = 0x1a,
  kSelect = 0x1b,
  kLocalGet = 0x20,
  kLocalSet = 0x21,
  kLocalTee = 0x22,
  kI32Load = 0x28,
  kI64Load = 0x29,
  kI32Load8S = 0x2c,
  kI32Load8U = 0x2d,
  kI32Load16S = 0x2e,
  kI32Load16U = 0x2f,
  kI64Load8S = 0x30,
  kI64Load8U = 0x31,
  kI64Load16S = 0x32,
  kI64Load16U = 0x33,
  kI64Load32S = 0x34,
  kI64Load32U = 0x35,
  kI32Store = 0x36,
  kI64Store = 0x37,
  kI32Store8 = 0x3a,
  kI64Store8 = 0x3c,
  kI64Store16 = 0x3d,
  kI64Store32 = 0x3e,
  kI32Const = 0x41,
  kI64Const = 0x42,
  kF32Const = 0x43,
  kF64Const = 0x44,
  kI32Eqz = 0x45,
  kI32Eq = 0x46,
  kI32Ne = 0x47,
  kI32LtS = 0x48,
  kI32LtU = 0x49,
  kI32GtS = 0x4a,
  kI32GtU = 0x4b,
  kI32GeS = 0x4e,
  kI32GeU = 0x4f,
  kI64Eqz = 0x50,
  kI64Eq = 0x51,
  kI64Ne = 0x52,
  kI64LtS = 0x53,
  kI64LtU = 0x54,
  kI64GtS = 0x55,
  kI64GtU = 0x56,
  kI64GeS = 0x59,
  kI64GeU = 0x5a,
  kF32Eq = 0x5b,
  kF32Ne = 0x5c,
  kF32Lt = 0x5d,
  kF32Gt = 0x5e,
  kF32Le = 0x5f,
  kF64Eq = 0x61,
  kF64Ne = 0x62,
  kF64Lt = 0x63,
  kF64Gt = 0x64,
  kF64Le = 0x65,
  kI32Clz = 0x67,
  kI32Ctz = 0x68,
  kI32Popcnt = 0x69,
  kI32Add = 0x6a,
  kI32Sub = 0x6b,
  kI32Mul = 0x6c,
  kI32DivS = 0x6d,
  kI32DivU = 0x6e,
  kI32RemS = 0x6f,
  kI32RemU = 0x70,
  kI32And = 0x71,
  kI32Or = 0x72,
  kI32Xor = 0x73,
  kI32Shl = 0x74,
  kI32ShrS = 0x75,
  kI32ShrU = 0x76,
  kI32Rotl = 0x77,
  kI32Rotr = 0x78,
  kI64Clz = 0x79,
  kI64Ctz = 0x7a,
  kI64Popcnt = 0x7b,
  kI64Add = 0x7c,
  kI64Sub = 0x7d,
  kI64Mul = 0x7e,
  kI64DivS = 0x7f,
  kI64DivU = 0x80,
  kI64RemS = 0x81,
  kI64RemU = 0x82,
  kI64And = 0x83,
  kI64Or = 0x84,
  kI64Xor = 0x85,
  kI64Shl = 0x86,
  kI64ShrS = 0x87,
  kI64ShrU = 0x88,
  kI64Rotl = 0x89,
  kI64Rotr = 0x8a,
  kF32Abs = 0x8b,
  kF32Neg = 0x8c,
  kF32Nearest = 0x90,
  kF32Sqrt = 0x91,
  kF32Add = 0x92,
  kF32Sub = 0x93,
  kF32Mul = 0x94,
  kF32Div = 0x95,
  kF64Abs = 0x99,
  kF64Neg = 0x9a,
  kF64Nearest = 0x9e,
  kF64Sqrt = 0x9f,
  kF64Add = 0xa0,
  kF64Sub = 0xa1,
  kF64Mul = 0xa2,
  kF64Div = 0xa3,
  kI32WrapI64 = 0xa7,
  kI32TruncF32S = 0xa8,
  kI32TruncF64S = 0xaa,
  kI64ExtendI32S = 0xac,
  kI64ExtendI32U = 0xad,
  kI64TruncF32S = 0xae,
  kI64TruncF64S = 0xb0,
  kF32ConvertI32S = 0xb2,
  kF32ConvertI32U = 0xb3,
  kF32ConvertI64S = 0xb4,
  kF32ConvertI64U = 0xb5,
  kF32DemoteF64 = 0xb6,
  kF64ConvertI32S = 0xb7,
  kF64ConvertI32U = 0xb8,
  kF64ConvertI64S = 0xb9,
  kF64ConvertI64U = 0xba,
  kF64PromoteF32 = 0xbb,
  kI32ReinterpretF32 = 0xbc,
  kI64ReinterpretF64 = 0xbd,
  kF32ReinterpretI32 = 0xbe,
  kF64ReinterpretI64 = 0xbf,
  kI32Extend8S = 0xc0,
  kI32Extend16S = 0xc1,
  kI64Extend8S = 0xc2,
  kI64Extend16S = 0xc3,
  kI64Extend32S = 0xc4,
};

/// Instructions after the prefix kSimd; the last two are relaxed: whether they round once is the engine's
/// choice.
constexpr u8 kSimd = 0xfd;
enum SimdOp : u16 {
  kF32x4Splat = 0x13,
  kF64x2Splat = 0x14,
  kF32x4ExtractLane = 0x1f,
  kF64x2ExtractLane = 0x21,
  kF32x4RelaxedMadd = 0x105,
  kF64x2RelaxedMadd = 0x107,
};

class Writer {
 public:
  const std::vector<u8>& bytes() const { return bytes_; }
  size_t size() const { return bytes_.size(); }

  void Byte(u8 value) { bytes_.push_back(value); }
  void Bytes(std::span<const u8> more) { bytes_.insert(bytes_.end(), more.begin(), more.end()); }
  void Unsigned(u64 value) {
    for (; value >= 0x80; value >>= 7) Byte(static_cast<u8>(value | 0x80));
    Byte(static_cast<u8>(value));
  }
  void Signed(i64 value) {
    for (;;) {
      const u8 low = static_cast<u8>(value & 0x7f);
      value >>= 7;
      if (value == ((low & 0x40) != 0 ? -1 : 0)) return Byte(low);
      Byte(low | 0x80);
    }
  }
  void Name(std::string_view text) {
    Unsigned(text.size());
    bytes_.insert(bytes_.end(), text.begin(), text.end());
  }
  /// A section, or anything else that begins with its own size.
  void Sized(const Writer& content) {
    Unsigned(content.size());
    Bytes(content.bytes_);
  }
  void Section(u8 id, const Writer& content) {
    Byte(id);
    Sized(content);
  }

 private:
  std::vector<u8> bytes_;
};

}  // namespace emboard::wasm
