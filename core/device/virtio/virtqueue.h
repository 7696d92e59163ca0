#pragma once
// A split virtqueue as the device sees it (Virtual I/O Device Version 1.2, section 2.7 "Split Virtqueues").
// Nothing in guest memory is trusted: what the specification forbids makes the queue "broken", never the
// host.

#include <span>
#include <vector>

#include "core/base/types.h"
#include "core/memory/phys_map.h"

namespace emboard {

/// Guest memory scattered over several places, one after the other. All of it is RAM.
class VirtioBuffer {
 public:
  u64 size_bytes() const { return size_bytes_; }
  /// Copies from or to `offset`; the range must lie inside.
  void CopyOut(PhysMap& bus, u64 offset, std::span<u8> out) const;
  void CopyIn(PhysMap& bus, u64 offset, std::span<const u8> data) const;

 private:
  friend class Virtqueue;
  struct Piece {
    u64 address = 0;
    u32 size_bytes = 0;
  };
  template <class Visit>
  void ForEachPiece(u64 offset, u64 size_bytes, Visit visit) const;

  std::vector<Piece> pieces_;
  u64 size_bytes_ = 0;
};

/// A request: what the driver gives, then the room for the answer.
struct VirtioChain {
  u16 head = 0;
  VirtioBuffer readable;
  VirtioBuffer writable;
};

/// One queue's part of the transport's state.
struct VirtqueueFields {
  const u64& descriptors;
  const u64& driver_area;
  const u64& device_area;
  const u32& size;  ///< a power of two
  u16& next_avail;  ///< counts chains taken, modulo 2^16
  u16& used_index;  ///< counts chains returned
  u16& signalled;   ///< used_index at the last interrupt
  u8& signalled_valid;
};

class Virtqueue {
 public:
  enum class Pop : u8 { kEmpty, kChain, kBroken };

  Virtqueue(PhysMap& bus, VirtqueueFields fields, u64 driver_features)
      : bus_(bus), q_(fields), features_(driver_features) {}

  Pop Take(VirtioChain& chain);
  /// Chains the driver has offered and the device has not taken; more than size() when the ring is broken.
  u16 offered() const;
  /// Gives a chain back with `written_bytes` of its writable part filled. False when the ring is not in
  /// memory.
  bool Return(const VirtioChain& chain, u32 written_bytes);
  /// Whether the driver wants an interrupt for what has been returned since this last said yes.
  bool ShouldInterrupt();

 private:
  struct Descriptor {
    u64 address;
    u32 size_bytes;
    u16 flags;
    u16 next;
  };
  bool ReadChain(VirtioChain& chain) const;
  bool AddPiece(const Descriptor& descriptor, VirtioChain& chain) const;
  bool Has(unsigned feature) const { return (features_ >> feature) & 1; }

  PhysMap& bus_;
  VirtqueueFields q_;
  u64 features_;
};

// Section 6 "Reserved Feature Bits".
inline constexpr unsigned kVirtioRingIndirectDesc = 28;
inline constexpr unsigned kVirtioRingEventIdx = 29;
inline constexpr unsigned kVirtioVersion1 = 32;

}  // namespace emboard
