#include "core/machine/loader.h"

#include <algorithm>
#include <cstring>

#include "core/base/bits.h"
#include "core/base/units.h"
#include "core/machine/elf.h"
#include "core/machine/kernel_image.h"

namespace emboard {
namespace {

std::string Hex(u64 value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), kDigits[value & 15]);
    value >>= 4;
  } while (value != 0);
  return "0x" + text;
}

Result<LoadedCode> LoadElf(const NamedBytes& file, const CodeRules& rules, BlobList& out) {
  const ElfFile elf = TRY(ParseElf(file.name, file.bytes, rules.boot->elf_machine, rules.xlen));
  LoadedCode loaded{.entry = elf.entry, .end = 0};
  for (const ElfSegment& segment : elf.segments) {
    Blob blob{.name = file.name,
              .address = segment.address,
              .bytes = {segment.bytes.begin(), segment.bytes.end()},
              .zero_bytes = segment.memory_bytes - segment.bytes.size()};
    TRY(out.Add(std::move(blob)));
    loaded.end = std::max(loaded.end, out.blobs().back().end());
  }
  return loaded;
}

}  // namespace

Result<void> BlobList::Add(Blob blob) {
  const u64 offset = blob.address - ram_base_;
  if (blob.address < ram_base_ || offset > ram_bytes_) {
    return Error{blob.name + ": wants address " + Hex(blob.address) + ", which is not RAM (" +
                 Hex(ram_base_) + " to " + Hex(ram_base_ + ram_bytes_) + ")"};
  }
  // Each part is compared on its own: their sum could wrap around.
  const u64 room = ram_bytes_ - offset;
  if (blob.bytes.size() > room || blob.zero_bytes > room - blob.bytes.size() ||
      blob.reserved_bytes > room - blob.bytes.size() - blob.zero_bytes) {
    return Error{blob.name + ": does not fit in RAM at " + Hex(blob.address) + "; more memory (-m) may help"};
  }
  for (const Blob& other : blobs_) {
    if (blob.address < other.end() && other.address < blob.end()) {
      return Error{blob.name + ": would lie at " + Hex(blob.address) + " over " + other.name + " (" +
                   Hex(other.address) + " to " + Hex(other.end()) + ")"};
    }
  }
  blobs_.push_back(std::move(blob));
  return {};
}

void BlobList::LoadInto(PhysMap& bus) const {
  for (const Blob& blob : blobs_) {
    bus.Write(PhysAddr{blob.address}, blob.bytes);
    const u64 tail = blob.address + blob.bytes.size();
    const std::span<u8> zeros = bus.HostSpan(PhysAddr{tail}, blob.zero_bytes);
    std::fill(zeros.begin(), zeros.end(), u8{0});
    if (!zeros.empty()) bus.NoteWrite(PhysAddr{tail}, blob.zero_bytes);
  }
}

Result<LoadedCode> LoadCode(NamedBytes file, u64 address, const CodeRules& rules, BlobList& out) {
  file = TRY(Unpack(std::move(file), rules.gunzip));
  if (LooksLikeElf(file.bytes)) return LoadElf(file, rules, out);

  const u64 used = TRY(OccupiedBytes(file, *rules.boot));
  const u64 size = file.bytes.size();
  TRY(out.Add({.name = std::move(file.name),
               .address = address,
               .bytes = std::move(file.bytes),
               .reserved_bytes = used - size}));
  return LoadedCode{.entry = address, .end = out.blobs().back().end()};
}

Result<LoadedInitrd> LoadInitrd(NamedBytes file, u64 kernel_start, BlobList& out) {
  if (file.bytes.empty()) return Error{file.name + ": the initrd is empty"};
  const u64 start = kernel_start + std::min<u64>(out.ram_bytes() / 2, 512_MiB);
  const u64 end = start + file.bytes.size();
  TRY(out.Add({.name = std::move(file.name), .address = start, .bytes = std::move(file.bytes)}));
  return LoadedInitrd{.start = start, .end = end};
}

u64 PlaceFdt(u64 ram_base, u64 ram_bytes, u64 size_bytes) {
  const u64 ram_end = ram_base + ram_bytes;
  const u64 limit = ram_base < 3_GiB ? std::min<u64>(ram_end, 3_GiB) : ram_end;
  const u64 top = limit - std::min(limit, size_bytes);
  return AlignDown(top, 2_MiB);
}

}  // namespace emboard
