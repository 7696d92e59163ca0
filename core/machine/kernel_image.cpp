// Formats: RFC 1952 (gzip); Linux Documentation/arch/riscv/boot-image-header.rst, whose layout arm64 shares;
// Microsoft PE/COFF revision 11 for Images with an EFI stub; zboot is
// drivers/firmware/efi/libstub/zboot-header.S.

#include "core/machine/kernel_image.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace emboard {
namespace {

constexpr size_t kImageHeaderBytes = 64;
constexpr size_t kImageSizeOffset = 0x10;
constexpr size_t kImageMagicOffset = 0x38;
constexpr size_t kPeOffsetOffset = 0x3c;

/// A little-endian number at `offset`, or zero past the end.
template <class T>
T ReadLe(std::span<const u8> bytes, u64 offset) {
  T value = 0;
  if (offset <= bytes.size() && bytes.size() - offset >= sizeof(T)) {
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
  }
  return value;
}

bool StartsWith(std::span<const u8> bytes, u64 offset, std::string_view text) {
  return offset <= bytes.size() && bytes.size() - offset >= text.size() &&
         std::memcmp(bytes.data() + offset, text.data(), text.size()) == 0;
}

Result<NamedBytes> GunzipFile(NamedBytes file, std::span<const u8> packed, const Gunzip& gunzip) {
  if (gunzip == nullptr) return Error{file.name + ": is compressed with gzip; unpack it first (gunzip)"};
  auto unpacked = gunzip(packed);
  if (!unpacked.ok()) return Error{file.name + ": " + unpacked.error().message};
  file.bytes = std::move(unpacked).value();
  return file;
}

/// The sections of an Image with an EFI stub must lie inside the file; the Image header alone cannot tell.
Result<void> CheckPeSections(const NamedBytes& file) {
  constexpr size_t kCoffBytes = 24, kSectionBytes = 40, kRawSize = 16, kRawPointer = 20;
  const std::span<const u8> bytes = file.bytes;
  const u64 pe = ReadLe<u32>(bytes, kPeOffsetOffset);
  if (!StartsWith(bytes, pe, {"PE\0\0", 4})) return {};
  const u64 count = ReadLe<u16>(bytes, pe + 6);
  const u64 table = pe + kCoffBytes + ReadLe<u16>(bytes, pe + 20);
  for (u64 i = 0; i < count; ++i) {
    const u64 section = table + i * kSectionBytes;
    const u64 end = u64{ReadLe<u32>(bytes, section + kRawSize)} + ReadLe<u32>(bytes, section + kRawPointer);
    if (section + kSectionBytes > bytes.size() || end > bytes.size()) {
      return Error{file.name + ": truncated kernel Image"};
    }
  }
  return {};
}

}  // namespace

Result<NamedBytes> Unpack(NamedBytes file, const Gunzip& gunzip) {
  const std::span<const u8> bytes = file.bytes;
  if (StartsWith(bytes, 0, "\x1f\x8b")) return GunzipFile(std::move(file), bytes, gunzip);
  if (!StartsWith(bytes, 0, "MZ") || !StartsWith(bytes, 4, "zimg")) return file;

  const u64 offset = ReadLe<u32>(bytes, 8);
  const u64 size = ReadLe<u32>(bytes, 12);
  if (!StartsWith(bytes, 24, "gzip")) return Error{file.name + ": EFI zboot kernel not packed with gzip"};
  if (offset > bytes.size() || size > bytes.size() - offset)
    return Error{file.name + ": truncated EFI zboot kernel"};
  return GunzipFile(std::move(file), bytes.subspan(offset, size), gunzip);
}

Result<u64> OccupiedBytes(const NamedBytes& file, const BootRules& rules) {
  const std::span<const u8> bytes = file.bytes;
  if (bytes.empty()) return Error{file.name + ": is empty"};
  if (bytes.size() < kImageHeaderBytes) return bytes.size();
  const u32 magic = ReadLe<u32>(bytes, kImageMagicOffset);
  if (magic != rules.image_magic) {
    if (StartsWith(bytes, kImageMagicOffset, "ARM\x64")) return Error{file.name + ": is an Arm kernel Image"};
    return bytes.size();
  }
  TRY(CheckPeSections(file));
  const u64 image_bytes = ReadLe<u64>(bytes, kImageSizeOffset);
  // Zero in kernels before the field existed; what is loaded is then all there is to know.
  return std::max<u64>(image_bytes, bytes.size());
}

}  // namespace emboard
