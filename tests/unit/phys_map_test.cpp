#include "core/memory/phys_map.h"

#include <gtest/gtest.h>

#include <cstring>

namespace emboard {
namespace {

struct FakeTarget : MmioTarget {
  u64 MmioRead(u64 offset, unsigned) override { return offset; }
  void MmioWrite(u64, unsigned, u64) override {}
};

struct FakeObserver : CodeWriteObserver {
  void OnCodeWrite(PhysAddr address, u64 size_bytes) override {
    writes.push_back({address.value, size_bytes});
  }
  void OnMapChange(PhysAddr base, u64 size_bytes) override { changes.push_back({base.value, size_bytes}); }
  std::vector<std::pair<u64, u64>> writes, changes;
};

using Kind = PhysMap::Kind;

TEST(PhysMap, FindsRangesByAddress) {
  PhysMap map;
  FakeTarget target;
  ASSERT_TRUE(map.AddRam("high", {0x8000'0000}, 0x2000).ok());
  ASSERT_TRUE(map.AddMmio("uart", {0x1000}, 0x100, target).ok());
  ASSERT_TRUE(map.AddRom("rom", {0x4000}, 0x1000, nullptr).ok());
  for (int twice = 0; twice < 2; twice++) {
    EXPECT_EQ(map.Find({0xfff}), nullptr);
    EXPECT_EQ(map.Find({0x1000})->name, "uart");
    EXPECT_EQ(map.Find({0x10ff})->mmio, &target);
    EXPECT_EQ(map.Find({0x1100}), nullptr);
    EXPECT_EQ(map.Find({0x4fff})->kind, Kind::kRom);
    EXPECT_EQ(map.Find({0x8000'1fff})->name, "high");
    EXPECT_EQ(map.Find({0x8000'2000}), nullptr);
    EXPECT_EQ(map.Find({~u64{0}}), nullptr);
  }
}

TEST(PhysMap, RefusesOverlapsAndNamesBoth) {
  PhysMap map;
  FakeTarget target;
  ASSERT_TRUE(map.AddRam("ram", {0x10000}, 0x10000).ok());
  for (const auto& [base, size] :
       {std::pair<u64, u64>{0x1f000, 0x1000}, {0xf000, 0x1001}, {0, 0x100000}, {0x12000, 1}}) {
    const auto added = map.AddMmio("uart", {base}, size, target);
    ASSERT_FALSE(added.ok()) << base;
    EXPECT_NE(added.error().message.find("uart"), std::string::npos);
    EXPECT_NE(added.error().message.find("'ram'"), std::string::npos);
  }
  EXPECT_TRUE(map.AddMmio("below", {0xf000}, 0x1000, target).ok());
  EXPECT_TRUE(map.AddMmio("above", {0x20000}, 0x1000, target).ok());
  EXPECT_FALSE(map.AddMmio("empty", {0x50000}, 0, target).ok());
  EXPECT_FALSE(map.AddMmio("wraps", {~u64{0} - 1}, 16, target).ok());
  EXPECT_TRUE(map.AddMmio("last", {~u64{0} - 15}, 16, target).ok());
  EXPECT_EQ(map.ranges().size(), 4u);
}

TEST(PhysMap, RamIsZeroAlignedAndCommittedLate) {
  PhysMap map;
  auto ram = map.AddRam("ram", {0x8000'0000}, u64{2} << 30);
  ASSERT_TRUE(ram.ok());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(ram.value()) % kPageSize, 0u);
  u64 value = 1;
  ASSERT_TRUE(map.ReadValue({0x8000'0000 + (u64{2} << 30) - 8}, value));
  EXPECT_EQ(value, 0u);
}

TEST(PhysMap, AbsurdSizesAreErrors) {
  PhysMap map;
  const auto huge = map.AddRam("ram", {0}, u64{1} << 60);
  ASSERT_FALSE(huge.ok());
  EXPECT_NE(huge.error().message.find("'ram'"), std::string::npos);
  EXPECT_FALSE(map.AddRam("odd", {0}, 100).ok());
  EXPECT_TRUE(map.ranges().empty());
  EXPECT_TRUE(map.AddRam("ram", {0}, 4096).ok()) << "a failure leaves nothing behind";
}

TEST(PhysMap, DmaKeepsToMemory) {
  PhysMap map;
  FakeTarget target;
  u8* ram = map.AddRam("ram", {0x10000}, 0x1000).value();
  u8* more = map.AddRam("more", {0x11000}, 0x1000).value();
  u8* rom = map.AddRom("rom", {0x12000}, 0x1000, &target).value();
  ASSERT_TRUE(map.AddMmio("mmio", {0x13000}, 0x1000, target).ok());

  const std::vector<u8> data(0x10, 7);
  EXPECT_TRUE(map.Write({0x10ff8}, data)) << "adjoining ranges are one memory";
  EXPECT_EQ(ram[0xfff], 7);
  EXPECT_EQ(more[7], 7);
  EXPECT_EQ(more[8], 0);

  EXPECT_FALSE(map.Write({0x11ff8}, data)) << "ROM cannot be written";
  EXPECT_EQ(more[0xfff], 0) << "and then nothing is";
  EXPECT_TRUE(map.LoadBytes({0x11ff8}, data)) << "except by a loader";
  EXPECT_EQ(rom[7], 7);

  std::vector<u8> out(0x10);
  EXPECT_TRUE(map.Read({0x11ff8}, out));
  EXPECT_EQ(out, data);
  EXPECT_FALSE(map.Read({0x12ff8}, out)) << "MMIO has no bytes";
  EXPECT_FALSE(map.Read({0xfff8}, out));
  EXPECT_FALSE(map.Read({~u64{0} - 3}, out));
  EXPECT_TRUE(map.Read({0xfff8}, std::span<u8>{})) << "nothing is nowhere";

  EXPECT_EQ(map.HostSpan({0x10010}, 0xff0).data(), ram + 0x10);
  EXPECT_TRUE(map.HostSpan({0x10010}, 0xff1).empty()) << "must lie in one range";
  EXPECT_TRUE(map.HostSpan({0x10010}, ~u64{0}).empty());
  EXPECT_TRUE(map.HostSpan({0x12000}, 1).empty()) << "ROM is no RAM";
}

TEST(PhysMap, ReportsWritesToCodePagesOnly) {
  PhysMap map;
  FakeObserver observer;
  ASSERT_TRUE(map.AddRam("ram", {0x10000}, 0x10000).ok());
  map.set_code_write_observer(&observer);
  const std::vector<u8> data(16, 1);
  map.Write({0x12000}, data);
  EXPECT_TRUE(observer.writes.empty());

  map.MarkCodePage({0x12000}, true);
  EXPECT_TRUE(map.IsCodePage({0x12fff}));
  EXPECT_FALSE(map.IsCodePage({0x13000}));
  map.Write({0x11ff0}, data);
  EXPECT_TRUE(observer.writes.empty());
  map.Write({0x11ff8}, data);
  map.NoteWrite({0x12800}, 4);
  map.NoteWrite({0x10000}, 0x10000);
  map.NoteWrite({0x12800}, 0);
  using Writes = std::vector<std::pair<u64, u64>>;
  EXPECT_EQ(observer.writes, (Writes{{0x11ff8, 16}, {0x12800, 4}, {0x10000, 0x10000}}));

  map.MarkCodePage({0x12000}, false);
  map.NoteWrite({0x12800}, 4);
  EXPECT_EQ(observer.writes.size(), 3u);
}

TEST(PhysMap, FlashTurnsDirectReadsOnAndOff) {
  PhysMap map;
  FakeTarget target;
  FakeObserver observer;
  map.set_code_write_observer(&observer);
  ASSERT_TRUE(map.AddRom("flash", {0x10000}, 0x1000, &target).ok());
  ASSERT_TRUE(map.AddRom("rom", {0x20000}, 0x1000, nullptr).ok());
  map.SetDirectReads({0x10000}, true);
  EXPECT_TRUE(observer.changes.empty()) << "it was on";
  map.SetDirectReads({0x10000}, false);
  EXPECT_EQ(map.Find({0x10000})->kind, Kind::kMmio);
  EXPECT_EQ(observer.changes.size(), 1u);
  map.SetDirectReads({0x10000}, true);
  EXPECT_EQ(map.Find({0x10000})->kind, Kind::kRom);
  EXPECT_EQ(observer.changes.size(), 2u);
  map.SetDirectReads({0x20000}, false);
  EXPECT_EQ(map.Find({0x20000})->kind, Kind::kRom) << "nobody would answer";
}

}  // namespace
}  // namespace emboard
