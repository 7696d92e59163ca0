#include "core/exec/memory_access.h"

#include <algorithm>
#include <cstring>

#include "core/exec/code_map.h"
#include "core/exec/guest_isa.h"

namespace emboard {
namespace {

struct Place {
  u64 phys = 0;
  PhysMap::Range* range = nullptr;
  u64 offset() const { return phys - range->base; }
  u8* host() const { return range->host + offset(); }
};

bool IsPlainRam(const PhysMap::Range& range) { return range.kind == PhysMap::Kind::kRam; }

/// Memory that a load may take without asking. Flash is not: it turns into a device while it answers
/// commands.
bool IsPlainMemory(const PhysMap::Range& range) {
  return range.host != nullptr && (IsPlainRam(range) || range.mmio == nullptr);
}

/// As things stand, a read goes to memory.
bool ReadsMemory(const PhysMap::Range& range) {
  return range.host != nullptr && range.kind != PhysMap::Kind::kMmio;
}

/// The marks exist only once there has been one.
bool HoldsCode(const PhysMap::Range& range, u64 phys) {
  return range.has_code_marks && range.code_pages[(phys - range.base) >> kPageBits] != 0;
}

/// Does the page lie wholly inside the range? Only then may the TLB point at it.
bool CoversPage(const PhysMap::Range& range, u64 phys_page) {
  return phys_page >= range.base && phys_page + kPageSize <= range.base + range.size_bytes;
}

u64 TagFor(const Translation& t, const PhysMap::Range& range, Access access, u64 va) {
  const u64 page = va & kPageMask;
  switch (access) {
    case Access::kRead:
      if (!t.read) return TlbEntry::kInvalid;
      return IsPlainMemory(range) ? page : page | TlbEntry::kSlow;
    case Access::kWrite: {
      if (!t.write) return TlbEntry::kInvalid;
      const bool direct = IsPlainRam(range) && !HoldsCode(range, t.phys);
      return direct ? page : page | TlbEntry::kSlow;
    }
    case Access::kExecute:
      return t.execute && range.host != nullptr ? page : TlbEntry::kInvalid;
  }
  return TlbEntry::kInvalid;
}

void Install(CpuContext& ctx, const Translation& t, PhysMap::Range& range, u64 va, unsigned regime) {
  const u64 phys_page = t.phys & kPageMask;
  if (!t.whole_page || !CoversPage(range, phys_page)) return;
  Tlb& tlb = *ctx.tlbs[regime];
  const size_t index = Tlb::IndexOf(va);
  TlbEntry& entry = tlb.entries[index];
  for (const Access access : {Access::kRead, Access::kWrite, Access::kExecute})
    entry.tag[static_cast<size_t>(access)] = TagFor(t, range, access, va);
  entry.addend = range.host == nullptr
                     ? 0
                     : static_cast<u64>(reinterpret_cast<uintptr_t>(range.host + (phys_page - range.base))) -
                           (va & kPageMask);
  tlb.pages[index] = {phys_page, &range};
}

/// Where `va` leads for this access, from the TLB or from the guest's MMU.
bool Locate(CpuContext& ctx, u64 va, unsigned size_bytes, Access access, unsigned regime, Place& place) {
  Tlb& tlb = *ctx.tlbs[regime];
  const size_t index = Tlb::IndexOf(va);
  const u64 tag = tlb.entries[index].tag[static_cast<size_t>(access)];
  if (tag != TlbEntry::kInvalid && (tag & kPageMask) == (va & kPageMask)) {
    place = {tlb.pages[index].phys_page | (va & ~kPageMask), tlb.pages[index].range};
    return true;
  }
  ++ctx.tlb_misses;
  const auto translation = ctx.isa->TranslateAddress(ctx, va, size_bytes, access, regime);
  if (!translation) return false;
  PhysMap::Range* range = ctx.bus->Find(PhysAddr{translation->phys});
  if (range == nullptr) {
    ctx.isa->RaiseAccessFault(ctx, va, access);
    return false;
  }
  Install(ctx, *translation, *range, va, regime);
  place = {translation->phys, range};
  return true;
}

u64 ReadDevice(const Place& place, unsigned size_bytes) {
  if (place.offset() % size_bytes == 0 && place.offset() + size_bytes <= place.range->size_bytes)
    return place.range->mmio->MmioRead(place.offset(), size_bytes);
  u64 value = 0;  // a misaligned access reaches a device byte by byte
  for (unsigned i = 0; i < size_bytes && place.offset() + i < place.range->size_bytes; ++i)
    value |= place.range->mmio->MmioRead(place.offset() + i, 1) << (8 * i);
  return value;
}

void WriteDevice(const Place& place, unsigned size_bytes, u64 value) {
  if (place.range->mmio == nullptr) return;  // stores to a ROM are lost
  if (place.offset() % size_bytes == 0 && place.offset() + size_bytes <= place.range->size_bytes)
    return place.range->mmio->MmioWrite(place.offset(), size_bytes, value);
  for (unsigned i = 0; i < size_bytes && place.offset() + i < place.range->size_bytes; ++i)
    place.range->mmio->MmioWrite(place.offset() + i, 1, (value >> (8 * i)) & 0xff);
}

/// Bytes of an access at `va` that lie on its first page.
unsigned OnFirstPage(u64 va, unsigned size_bytes) {
  return static_cast<unsigned>(std::min<u64>(size_bytes, kPageSize - (va & ~kPageMask)));
}

/// Up to two places, both checked before either is touched.
struct Parts {
  Place place[2];
  unsigned bytes[2];
  unsigned count;
};

bool LocateParts(CpuContext& ctx, u64 va, unsigned size_bytes, Access access, Parts& parts) {
  parts.bytes[0] = OnFirstPage(va, size_bytes);
  parts.bytes[1] = size_bytes - parts.bytes[0];
  parts.count = parts.bytes[1] == 0 ? 1 : 2;
  if (!Locate(ctx, va, parts.bytes[0], access, ctx.data_regime, parts.place[0])) return false;
  // The second page's address wraps with the guest's address width inside its own MMU.
  return parts.count == 1 ||
         Locate(ctx, va + parts.bytes[0], parts.bytes[1], access, ctx.data_regime, parts.place[1]);
}

/// Reads `bytes` (1..8) that stand on one page.
u64 ReadPlace(const Place& place, unsigned bytes) {
  if (ReadsMemory(*place.range)) {
    u64 value = 0;
    const u64 left = place.range->size_bytes - place.offset();
    std::memcpy(&value, place.host(), std::min<u64>(bytes, left));
    return value;
  }
  if ((bytes & (bytes - 1)) == 0) return ReadDevice(place, bytes);
  u64 value = 0;
  for (unsigned i = 0; i < bytes; ++i) value |= ReadDevice({place.phys + i, place.range}, 1) << (8 * i);
  return value;
}

void WritePlace(CpuContext& ctx, const Place& place, unsigned bytes, u64 value) {
  if (IsPlainRam(*place.range)) {
    const u64 left = place.range->size_bytes - place.offset();
    std::memcpy(place.host(), &value, std::min<u64>(bytes, left));
    ctx.bus->NoteWrite(PhysAddr{place.phys}, std::min<u64>(bytes, left));
    return;
  }
  if ((bytes & (bytes - 1)) == 0) return WriteDevice(place, bytes, value);
  for (unsigned i = 0; i < bytes; ++i)
    WriteDevice({place.phys + i, place.range}, 1, (value >> (8 * i)) & 0xff);
}

bool NeedsStepForRead(const CpuContext& ctx, const Place& place) {
  return !ReadsMemory(*place.range) && !ctx.may_do_io;
}

bool NeedsStepForWrite(const CpuContext& ctx, const Place& place, unsigned bytes) {
  if (ctx.may_do_io) return false;
  if (!IsPlainRam(*place.range)) return true;
  return ctx.code_map->Overlaps(place.phys, bytes);
}

/// A store went to a page whose code has meanwhile gone: let the next one be fast again.
void RestoreFastWrites(CpuContext& ctx, u64 va, const Place& place) {
  TlbEntry& entry = ctx.data_tlb->entries[Tlb::IndexOf(va)];
  if (IsPlainRam(*place.range) && entry.tag[1] == ((va & kPageMask) | TlbEntry::kSlow) &&
      !HoldsCode(*place.range, place.phys))
    entry.tag[1] = va & kPageMask;
}

}  // namespace

template <class T>
AccessResult SlowLoad(CpuContext& ctx, u64 va, T& out) {
  Parts parts;
  if (!LocateParts(ctx, va, sizeof(T), Access::kRead, parts)) return AccessResult::kFault;
  for (unsigned i = 0; i < parts.count; ++i)
    if (NeedsStepForRead(ctx, parts.place[i])) return AccessResult::kNeedsStep;
  u64 value = ReadPlace(parts.place[0], parts.bytes[0]);
  if (parts.count == 2) value |= ReadPlace(parts.place[1], parts.bytes[1]) << (8 * parts.bytes[0]);
  out = static_cast<T>(value);
  return AccessResult::kDone;
}

template <class T>
AccessResult SlowStore(CpuContext& ctx, u64 va, T value) {
  Parts parts;
  if (!LocateParts(ctx, va, sizeof(T), Access::kWrite, parts)) return AccessResult::kFault;
  for (unsigned i = 0; i < parts.count; ++i)
    if (NeedsStepForWrite(ctx, parts.place[i], parts.bytes[i])) return AccessResult::kNeedsStep;
  WritePlace(ctx, parts.place[0], parts.bytes[0], value);
  if (parts.count == 2)
    WritePlace(ctx, parts.place[1], parts.bytes[1], static_cast<u64>(value) >> (8 * parts.bytes[0]));
  else
    RestoreFastWrites(ctx, va, parts.place[0]);
  return AccessResult::kDone;
}

template AccessResult SlowLoad(CpuContext&, u64, u8&);
template AccessResult SlowLoad(CpuContext&, u64, u16&);
template AccessResult SlowLoad(CpuContext&, u64, u32&);
template AccessResult SlowLoad(CpuContext&, u64, u64&);
template AccessResult SlowStore(CpuContext&, u64, u8);
template AccessResult SlowStore(CpuContext&, u64, u16);
template AccessResult SlowStore(CpuContext&, u64, u32);
template AccessResult SlowStore(CpuContext&, u64, u64);

u8* AtomicPointer(CpuContext& ctx, u64 va, unsigned size_bytes, Access access, AccessResult& result) {
  result = AccessResult::kFault;
  if (va % size_bytes != 0) {
    ctx.isa->RaiseMisaligned(ctx, va, access);
    return nullptr;
  }
  Place place;
  if (!Locate(ctx, va, size_bytes, access, ctx.data_regime, place)) return nullptr;
  if (!ReadsMemory(*place.range) || (access == Access::kWrite && !IsPlainRam(*place.range))) {
    ctx.isa->RaiseAccessFault(ctx, va, access);  // devices take no atomics
    return nullptr;
  }
  if (access == Access::kWrite && NeedsStepForWrite(ctx, place, size_bytes)) {
    result = AccessResult::kNeedsStep;
    return nullptr;
  }
  if (access == Access::kWrite) ctx.bus->NoteWrite(PhysAddr{place.phys}, size_bytes);
  result = AccessResult::kDone;
  return place.host();
}

bool TranslateFetch(CpuContext& ctx, u64 va, u64& phys, PhysMap::Range*& range) {
  Place place;
  if (!Locate(ctx, va, 2, Access::kExecute, ctx.fetch_regime, place)) return false;
  if (place.range->host == nullptr) {
    ctx.isa->RaiseAccessFault(ctx, va, Access::kExecute);
    return false;
  }
  phys = place.phys;
  range = place.range;
  return true;
}

void ProtectCodePage(CpuContext& ctx, u64 phys_page) {
  for (const auto& tlb : ctx.tlbs) {
    if (!tlb) continue;
    for (size_t i = 0; i < kTlbEntries; ++i) {
      u64& tag = tlb->entries[i].tag[static_cast<size_t>(Access::kWrite)];
      if (tlb->pages[i].phys_page == phys_page && tag != TlbEntry::kInvalid) tag |= TlbEntry::kSlow;
    }
  }
}

void CpuContext::FlushTlbs() {
  for (const auto& tlb : tlbs)
    if (tlb) tlb->Flush();
}

void CpuContext::FlushTlbPage(u64 va) {
  for (const auto& tlb : tlbs)
    if (tlb) tlb->FlushPage(va);
}

}  // namespace emboard
