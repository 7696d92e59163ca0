#include "core/memory/phys_map.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>

#include "core/base/bits.h"

namespace emboard {
namespace {

std::string Hex(u64 value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string Describe(const PhysMap::Range& range) {
  return "'" + range.name + "' (" + Hex(range.base) + ".." + Hex(range.base + range.size_bytes - 1) + ")";
}

}  // namespace

Result<PhysMap::Range*> PhysMap::Add(Range range) {
  if (range.size_bytes == 0) return Error{"memory range '" + range.name + "' has size 0"};
  if (range.base + (range.size_bytes - 1) < range.base) {
    return Error{"memory range '" + range.name + "' at " + Hex(range.base) + " of " + Hex(range.size_bytes) +
                 " bytes goes past the end of the address space"};
  }
  auto next = std::upper_bound(ranges_.begin(), ranges_.end(), range.base,
                               [](u64 base, const auto& other) { return base < other->base; });
  const Range* clash = nullptr;
  if (next != ranges_.end() && range.contains((*next)->base)) clash = next->get();
  if (next != ranges_.begin() && (*std::prev(next))->contains(range.base)) clash = std::prev(next)->get();
  if (clash != nullptr) {
    return Error{"memory range " + Describe(range) + " overlaps " + Describe(*clash)};
  }
  last_ = nullptr;
  return ranges_.insert(next, std::make_unique<Range>(std::move(range)))->get();
}

Result<u8*> PhysMap::AddMemory(Range range) {
  if (range.size_bytes % kPageSize != 0 || range.base % kPageSize != 0) {
    return Error{"memory range '" + range.name + "' is not a multiple of " + Hex(kPageSize) + " bytes"};
  }
  const std::string text = "no memory left on the host for '" + range.name + "' of " +
                           std::to_string(range.size_bytes >> 20) + " MiB; ask for less";
  // Beyond this no host has room, and sanitizers' allocators would abort rather than refuse.
  constexpr u64 kMostBytes = std::min<u64>(u64{1} << 39, std::numeric_limits<size_t>::max() / 2);
  if (range.size_bytes > kMostBytes) return Error{text};
  Range* added = TRY(Add(std::move(range)));
  // calloc gives pages that the host commits when they are first touched; the extra page makes room to align.
  void* raw = std::calloc(static_cast<size_t>(added->size_bytes + kPageSize), 1);
  if (raw == nullptr) {
    std::erase_if(ranges_, [&](const auto& r) { return r.get() == added; });
    return Error{text};
  }
  allocations_.emplace_back(raw);
  added->host = reinterpret_cast<u8*>(AlignUp(reinterpret_cast<std::uintptr_t>(raw), kPageSize));
  return added->host;
}

Result<u8*> PhysMap::AddRam(std::string name, PhysAddr base, u64 size_bytes) {
  Range range;
  range.name = std::move(name);
  range.base = base.value;
  range.size_bytes = size_bytes;
  return AddMemory(std::move(range));
}

Result<u8*> PhysMap::AddRom(std::string name, PhysAddr base, u64 size_bytes, MmioTarget* writes) {
  Range range;
  range.name = std::move(name);
  range.kind = Kind::kRom;
  range.base = base.value;
  range.size_bytes = size_bytes;
  range.mmio = writes;
  return AddMemory(std::move(range));
}

Result<void> PhysMap::AddMmio(std::string name, PhysAddr base, u64 size_bytes, MmioTarget& target) {
  Range range;
  range.name = std::move(name);
  range.kind = Kind::kMmio;
  range.base = base.value;
  range.size_bytes = size_bytes;
  range.mmio = &target;
  TRY(Add(std::move(range)));
  return {};
}

void PhysMap::SetDirectReads(PhysAddr base, bool direct) {
  Range* range = Find(base);
  const Kind kind = direct ? Kind::kRom : Kind::kMmio;
  if (range == nullptr || range->host == nullptr || range->mmio == nullptr || range->kind == kind) return;
  range->kind = kind;
  if (observer_ != nullptr) observer_->OnMapChange({range->base}, range->size_bytes);
}

PhysMap::Range* PhysMap::Find(PhysAddr address) {
  if (last_ != nullptr && last_->contains(address.value)) return last_;
  auto next = std::upper_bound(ranges_.begin(), ranges_.end(), address.value,
                               [](u64 value, const auto& range) { return value < range->base; });
  if (next == ranges_.begin()) return nullptr;
  Range* range = std::prev(next)->get();
  if (!range->contains(address.value)) return nullptr;
  return last_ = range;
}

template <class Visit>
bool PhysMap::ForEachPiece(u64 address, u64 size_bytes, Visit visit) {
  while (size_bytes != 0) {
    Range* range = Find({address});
    if (range == nullptr) return false;
    const u64 offset = address - range->base;
    const u64 piece = std::min(size_bytes, range->size_bytes - offset);
    if (!visit(*range, offset, piece)) return false;
    address += piece;
    size_bytes -= piece;
  }
  return true;
}

bool PhysMap::Read(PhysAddr address, std::span<u8> out) {
  u8* to = out.data();
  return ForEachPiece(address.value, out.size(), [&](Range& range, u64 offset, u64 size) {
    if (range.kind == Kind::kMmio) return false;
    std::memcpy(to, range.host + offset, size);
    to += size;
    return true;
  });
}

bool PhysMap::CopyIn(PhysAddr address, std::span<const u8> data, bool into_rom) {
  // First look, then write: a refused write must change nothing.
  const auto allowed = [&](Range& range, u64, u64) {
    return range.host != nullptr && (into_rom || range.kind == Kind::kRam);
  };
  if (!ForEachPiece(address.value, data.size(), allowed)) return false;
  const u8* from = data.data();
  return ForEachPiece(address.value, data.size(), [&](Range& range, u64 offset, u64 size) {
    std::memcpy(range.host + offset, from, size);
    from += size;
    NoteWriteIn(range, offset, size);
    return true;
  });
}

bool PhysMap::Write(PhysAddr address, std::span<const u8> data) { return CopyIn(address, data, false); }

bool PhysMap::LoadBytes(PhysAddr address, std::span<const u8> data) { return CopyIn(address, data, true); }

std::span<u8> PhysMap::HostSpan(PhysAddr address, u64 size_bytes) {
  Range* range = Find(address);
  if (range == nullptr || range->kind != Kind::kRam) return {};
  const u64 offset = address.value - range->base;
  if (size_bytes > range->size_bytes - offset) return {};
  return {range->host + offset, static_cast<size_t>(size_bytes)};
}

void PhysMap::MarkCodePage(PhysAddr page, bool has_code) {
  Range* range = Find(page);
  if (range == nullptr || range->host == nullptr) return;
  if (range->code_pages.empty()) {
    if (!has_code) return;
    range->code_pages.resize(static_cast<size_t>(range->size_bytes >> kPageBits));
  }
  range->code_pages[static_cast<size_t>((page.value - range->base) >> kPageBits)] = has_code;
  range->has_code_marks |= has_code;
}

bool PhysMap::IsCodePage(PhysAddr page) {
  const Range* range = Find(page);
  if (range == nullptr || !range->has_code_marks) return false;
  return range->code_pages[static_cast<size_t>((page.value - range->base) >> kPageBits)] != 0;
}

void PhysMap::NoteWrite(PhysAddr address, u64 size_bytes) {
  ForEachPiece(address.value, size_bytes, [&](Range& range, u64 offset, u64 size) {
    NoteWriteIn(range, offset, size);
    return true;
  });
}

void PhysMap::NoteWriteIn(Range& range, u64 offset, u64 size_bytes) {
  if (!range.has_code_marks || observer_ == nullptr || size_bytes == 0) return;
  const u64 last_page = (offset + size_bytes - 1) >> kPageBits;
  for (u64 page = offset >> kPageBits; page <= last_page; page++) {
    if (range.code_pages[static_cast<size_t>(page)] == 0) continue;
    observer_->OnCodeWrite({range.base + offset}, size_bytes);  // drops the code on all of these pages
    return;
  }
}

}  // namespace emboard
