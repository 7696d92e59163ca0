#include "core/device/virtio/virtqueue.h"

#include <algorithm>

namespace emboard {
namespace {

// 2.7.5 "The Virtqueue Descriptor Table".
constexpr u16 kNext = 1, kWrite = 2, kIndirect = 4;
constexpr u64 kDescriptorBytes = 16;
// No driver needs longer chains; a bound keeps loops in indirect tables finite.
constexpr u32 kMaxPieces = 1024;

// 2.7.6 "The Virtqueue Available Ring" and 2.7.8 "The Virtqueue Used Ring".
constexpr u64 kRingIndex = 2, kRingEntries = 4;
constexpr u64 kAvailEntryBytes = 2, kUsedEntryBytes = 8;
constexpr u16 kNoInterrupt = 1;

}  // namespace

template <class Visit>
void VirtioBuffer::ForEachPiece(u64 offset, u64 size_bytes, Visit visit) const {
  for (const Piece& piece : pieces_) {
    if (size_bytes == 0) return;
    if (offset >= piece.size_bytes) {
      offset -= piece.size_bytes;
      continue;
    }
    const u64 here = std::min<u64>(size_bytes, piece.size_bytes - offset);
    visit(PhysAddr{piece.address + offset}, static_cast<size_t>(here));
    offset = 0;
    size_bytes -= here;
  }
}

void VirtioBuffer::CopyOut(PhysMap& bus, u64 offset, std::span<u8> out) const {
  ForEachPiece(offset, out.size(), [&](PhysAddr address, size_t size) {
    bus.Read(address, out.first(size));
    out = out.subspan(size);
  });
}

void VirtioBuffer::CopyIn(PhysMap& bus, u64 offset, std::span<const u8> data) const {
  ForEachPiece(offset, data.size(), [&](PhysAddr address, size_t size) {
    bus.Write(address, data.first(size));
    data = data.subspan(size);
  });
}

u16 Virtqueue::offered() const {
  u16 index = 0;
  if (!bus_.ReadValue({q_.driver_area + kRingIndex}, index)) return 0xffff;
  return static_cast<u16>(index - q_.next_avail);
}

Virtqueue::Pop Virtqueue::Take(VirtioChain& chain) {
  const u16 waiting = offered();
  if (waiting > q_.size) return Pop::kBroken;
  if (waiting != 0) {
    const u64 slot = q_.next_avail % q_.size;
    if (!bus_.ReadValue({q_.driver_area + kRingEntries + slot * kAvailEntryBytes}, chain.head))
      return Pop::kBroken;
    q_.next_avail++;
  }
  if (Has(kVirtioRingEventIdx)) {
    // 2.7.10.1: "tell me when there is more than I have seen".
    const u64 avail_event = q_.device_area + kRingEntries + q_.size * kUsedEntryBytes;
    if (!bus_.WriteValue({avail_event}, q_.next_avail)) return Pop::kBroken;
  }
  if (waiting == 0) return Pop::kEmpty;
  return ReadChain(chain) ? Pop::kChain : Pop::kBroken;
}

bool Virtqueue::ReadChain(VirtioChain& chain) const {
  u64 table = q_.descriptors;
  u64 table_size = q_.size;
  u64 index = chain.head;
  bool in_indirect = false;
  for (u32 seen = 0; seen < kMaxPieces; seen++) {
    Descriptor descriptor;
    if (index >= table_size || !bus_.ReadValue({table + index * kDescriptorBytes}, descriptor)) return false;
    if ((descriptor.flags & kIndirect) != 0) {
      // 2.7.5.3.1: not within another, not chained on, and made of whole descriptors.
      if (!Has(kVirtioRingIndirectDesc) || in_indirect || (descriptor.flags & kNext) != 0) return false;
      if (descriptor.size_bytes == 0 || descriptor.size_bytes % kDescriptorBytes != 0) return false;
      in_indirect = true;
      table = descriptor.address;
      table_size = descriptor.size_bytes / kDescriptorBytes;
      index = 0;
      continue;
    }
    if (!AddPiece(descriptor, chain)) return false;
    if ((descriptor.flags & kNext) == 0) return true;
    index = descriptor.next;
  }
  return false;
}

bool Virtqueue::AddPiece(const Descriptor& descriptor, VirtioChain& chain) const {
  const bool writable = (descriptor.flags & kWrite) != 0;
  // 2.7.4.2: everything the device may write comes after everything it reads.
  if (!writable && !chain.writable.pieces_.empty()) return false;
  if (bus_.HostSpan({descriptor.address}, descriptor.size_bytes).size() != descriptor.size_bytes)
    return false;
  VirtioBuffer& buffer = writable ? chain.writable : chain.readable;
  buffer.pieces_.push_back({descriptor.address, descriptor.size_bytes});
  buffer.size_bytes_ += descriptor.size_bytes;
  return true;
}

bool Virtqueue::Return(const VirtioChain& chain, u32 written_bytes) {
  const struct {
    u32 id;
    u32 length;
  } entry = {chain.head, written_bytes};
  const u64 slot = q_.used_index % q_.size;
  if (!bus_.WriteValue({q_.device_area + kRingEntries + slot * kUsedEntryBytes}, entry)) return false;
  q_.used_index++;
  return bus_.WriteValue({q_.device_area + kRingIndex}, q_.used_index);
}

bool Virtqueue::ShouldInterrupt() {
  const u16 now = q_.used_index;
  if (!Has(kVirtioRingEventIdx)) {
    u16 flags = 0;
    return bus_.ReadValue({q_.driver_area}, flags) && (flags & kNoInterrupt) == 0;
  }
  // 2.7.7.2: when used_event has been passed since the last interrupt.
  u16 event = 0;
  if (!bus_.ReadValue({q_.driver_area + kRingEntries + q_.size * kAvailEntryBytes}, event)) return false;
  const u16 before = q_.signalled;
  const bool first = q_.signalled_valid == 0;
  q_.signalled = now;
  q_.signalled_valid = 1;
  return first || static_cast<u16>(now - event - 1) < static_cast<u16>(now - before);
}

}  // namespace emboard
