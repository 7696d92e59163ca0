#include "core/machine/elf.h"

#include <cstring>
#include <string>

namespace emboard {
namespace {

constexpr u8 kClass32 = 1;
constexpr u8 kClass64 = 2;
constexpr u8 kLittleEndian = 1;
constexpr u16 kExecutable = 2;
constexpr u16 kSharedObject = 3;  // position-independent executables
constexpr u32 kLoad = 1;
/// Real programs have a handful; more would only be there to waste time.
constexpr u16 kMaxProgramHeaders = 512;

struct Header32 {
  u8 ident[16];
  u16 type, machine;
  u32 version, entry, phoff, shoff, flags;
  u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
struct Header64 {
  u8 ident[16];
  u16 type, machine;
  u32 version;
  u64 entry, phoff, shoff;
  u32 flags;
  u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
struct Segment32 {
  u32 type, offset, vaddr, paddr, filesz, memsz, flags, align;
};
struct Segment64 {
  u32 type, flags;
  u64 offset, vaddr, paddr, filesz, memsz, align;
};

/// A copy of the structure at `offset`; false past the end.
template <class T>
bool ReadAt(std::span<const u8> bytes, u64 offset, T& out) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
  std::memcpy(&out, bytes.data() + offset, sizeof(T));
  return true;
}

template <class Header, class Segment>
Result<ElfFile> Parse(std::string_view name, std::span<const u8> bytes, u16 machine) {
  const auto bad = [&](std::string_view reason) {
    return Error{std::string(name) + ": " + std::string(reason)};
  };
  Header header;
  if (!ReadAt(bytes, 0, header)) return bad("truncated ELF file");
  if (header.machine != machine) {
    return bad("ELF file for another processor (machine " + std::to_string(header.machine) + ", need " +
               std::to_string(machine) + ")");
  }
  if (header.type != kExecutable && header.type != kSharedObject) return bad("ELF file is not an executable");
  if (header.phnum > kMaxProgramHeaders) return bad("ELF file with an absurd number of program headers");

  ElfFile file;
  bool have_entry = false;
  for (u16 i = 0; i < header.phnum; ++i) {
    Segment segment;
    if (!ReadAt(bytes, u64{header.phoff} + u64{i} * header.phentsize, segment)) {
      return bad("truncated ELF file (program headers)");
    }
    if (segment.type != kLoad || segment.memsz == 0) continue;
    if (segment.filesz > segment.memsz) return bad("ELF segment larger in the file than in memory");
    if (segment.offset > bytes.size() || segment.filesz > bytes.size() - segment.offset) {
      return bad("truncated ELF file (segment outside the file)");
    }
    file.segments.push_back({.address = segment.paddr,
                             .bytes = bytes.subspan(segment.offset, segment.filesz),
                             .memory_bytes = segment.memsz});
    // The entry is a virtual address; kernels are linked high and loaded low.
    const u64 into_segment = u64{header.entry} - u64{segment.vaddr};
    if (!have_entry && into_segment < segment.memsz) {
      file.entry = u64{segment.paddr} + into_segment;
      have_entry = true;
    }
  }
  if (file.segments.empty()) return bad("ELF file with nothing to load");
  if (!have_entry) return bad("ELF file whose entry point lies in no segment");
  return file;
}

}  // namespace

bool LooksLikeElf(std::span<const u8> bytes) {
  return bytes.size() >= 4 && std::memcmp(bytes.data(),
                                          "\x7f"
                                          "ELF",
                                          4) == 0;
}

Result<ElfFile> ParseElf(std::string_view name, std::span<const u8> bytes, u16 machine, unsigned xlen) {
  const auto bad = [&](std::string_view reason) {
    return Error{std::string(name) + ": " + std::string(reason)};
  };
  if (bytes.size() < 16) return bad("truncated ELF file");
  if (bytes[5] != kLittleEndian) return bad("big-endian ELF file");
  if (bytes[4] == kClass32 && xlen == 32) return Parse<Header32, Segment32>(name, bytes, machine);
  if (bytes[4] == kClass64 && xlen == 64) return Parse<Header64, Segment64>(name, bytes, machine);
  if (bytes[4] == kClass32) return bad("32-bit ELF file for a 64-bit CPU");
  if (bytes[4] == kClass64) return bad("64-bit ELF file for a 32-bit CPU");
  return bad("ELF file of unknown class " + std::to_string(bytes[4]));
}

}  // namespace emboard
