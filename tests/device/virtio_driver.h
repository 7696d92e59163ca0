#pragma once
// A virtio-mmio driver as small as it gets, for tests: one ring layout for all queues, in the bench's RAM.

#include <vector>

#include "tests/device/bench.h"

namespace emboard {

class VirtioDriver {
 public:
  static constexpr u16 kSize = 16;
  struct Piece {
    u64 address = 0;
    u32 size_bytes = 0;
    bool device_writes = false;
  };

  /// `features` beyond VERSION_1.
  explicit VirtioDriver(Bench& bench, u64 features = 0, unsigned queues = 1)
      : bench_(bench), features_(features) {
    bench_.Write(kStatus, 0);
    bench_.Write(kStatus, 1 | 2);
    bench_.Write(kDriverFeaturesSel, 0);
    bench_.Write(kDriverFeatures, features & 0xffff'ffff);
    bench_.Write(kDriverFeaturesSel, 1);
    bench_.Write(kDriverFeatures, features >> 32 | 1);
    bench_.Write(kStatus, 1 | 2 | 8);
    EXPECT_EQ(bench_.Read(kStatus), 11u) << "FEATURES_OK";
    for (unsigned queue = 0; queue < queues; queue++) {
      bench_.Write(kQueueSel, queue);
      EXPECT_EQ(bench_.Read(kQueueSizeMax), 256u);
      bench_.Write(kQueueSize, kSize);
      SetAddress(0x80, Descriptors(queue));
      SetAddress(0x90, Avail(queue));
      SetAddress(0xa0, Used(queue));
      bench_.Write(kQueueReady, 1);
      EXPECT_EQ(bench_.Read(kQueueReady), 1u);
    }
    bench_.Write(kStatus, 15);
  }

  static u64 Descriptors(unsigned queue) { return kBenchRam + queue * 0x1000; }
  static u64 Avail(unsigned queue) { return Descriptors(queue) + 0x400; }
  static u64 Used(unsigned queue) { return Descriptors(queue) + 0x800; }
  u64 AvailEvent(unsigned queue) { return Used(queue) + 4 + kSize * 8; }
  u64 UsedEvent(unsigned queue) { return Avail(queue) + 4 + kSize * 2; }

  void SetDescriptor(u64 table, u16 index, u64 address, u32 size_bytes, u16 flags, u16 next = 0) {
    bench_.Poke<u64>(table + index * 16, address);
    bench_.Poke<u32>(table + index * 16 + 8, size_bytes);
    bench_.Poke<u16>(table + index * 16 + 12, flags);
    bench_.Poke<u16>(table + index * 16 + 14, next);
  }
  /// Writes a chain into a table from `first` on.
  void SetChain(u64 table, u16 first, const std::vector<Piece>& pieces) {
    for (u16 i = 0; i < pieces.size(); i++) {
      const bool last = i + 1u == pieces.size();
      SetDescriptor(table, first + i, pieces[i].address, pieces[i].size_bytes,
                    static_cast<u16>((last ? 0 : 1) | (pieces[i].device_writes ? 2 : 0)), first + i + 1);
    }
  }
  void Offer(unsigned queue, u16 head) {
    const u16 index = bench_.Peek<u16>(Avail(queue) + 2);
    bench_.Poke<u16>(Avail(queue) + 4 + index % kSize * 2, head);
    bench_.Poke<u16>(Avail(queue) + 2, static_cast<u16>(index + 1));
  }
  void Notify(unsigned queue) { bench_.Write(kQueueNotify, queue); }
  /// Offers one chain from descriptor 0 on and waits for the device to be done with it.
  void Submit(unsigned queue, const std::vector<Piece>& pieces, u16 first = 0) {
    SetChain(Descriptors(queue), first, pieces);
    Offer(queue, first);
    Notify(queue);
    bench_.Settle();
  }
  u16 UsedIndex(unsigned queue) { return bench_.Peek<u16>(Used(queue) + 2); }
  u32 UsedId(unsigned queue, u16 index) { return bench_.Peek<u32>(Used(queue) + 4 + index % kSize * 8); }
  u32 UsedLength(unsigned queue, u16 index) { return bench_.Peek<u32>(Used(queue) + 8 + index % kSize * 8); }
  bool Broken() { return (bench_.Read(kStatus) & 64) != 0; }
  u64 InterruptStatus() { return bench_.Read(0x60); }
  void Acknowledge() { bench_.Write(0x64, InterruptStatus()); }

  static constexpr u64 kDriverFeatures = 0x20, kDriverFeaturesSel = 0x24, kQueueSel = 0x30,
                       kQueueSizeMax = 0x34, kQueueSize = 0x38, kQueueReady = 0x44, kQueueNotify = 0x50,
                       kStatus = 0x70;

 private:
  void SetAddress(u64 reg, u64 address) {
    bench_.Write(reg, address & 0xffff'ffff);
    bench_.Write(reg + 4, address >> 32);
  }

  Bench& bench_;
  u64 features_;
};

}  // namespace emboard
