#include <cstring>

#include "tests/device/virtio_driver.h"

namespace emboard {
namespace {

using Piece = VirtioDriver::Piece;
constexpr u64 kHeader = kBenchRam + 0x10000, kData = kBenchRam + 0x20000, kStatus = kBenchRam + 0x11000;
constexpr u32 kIn = 0, kOut = 1, kFlush = 4, kGetId = 8;

class VirtioBlk : public testing::Test {
 protected:
  void SetHeader(u32 type, u64 sector, u64 at = kHeader) {
    bench_.Poke<u32>(at, type);
    bench_.Poke<u32>(at + 4, 0);
    bench_.Poke<u64>(at + 8, sector);
    bench_.Poke<u8>(kStatus, 0xee);
  }
  u8 Do(u32 type, u64 sector, const std::vector<Piece>& data) {
    SetHeader(type, sector);
    std::vector<Piece> chain = {Piece{kHeader, 16, false}};
    chain.insert(chain.end(), data.begin(), data.end());
    chain.push_back(Piece{kStatus, 1, true});
    driver_.Submit(0, chain);
    return bench_.Peek<u8>(kStatus);
  }
  u32 LastLength() { return driver_.UsedLength(0, static_cast<u16>(driver_.UsedIndex(0) - 1)); }
  bool SameAsDisk(u64 address, u64 disk_offset, size_t count) {
    std::vector<u8> got(count);
    EXPECT_TRUE(bench_.bus.Read({address}, got));
    return std::equal(got.begin(), got.end(),
                      bench_.disk.contents().begin() + static_cast<std::ptrdiff_t>(disk_offset));
  }

  Bench bench_{"virtio-blk-device", {{"serial", "disk-7"}}};
  VirtioDriver driver_{bench_};
};

TEST_F(VirtioBlk, DescribesTheDisk) {
  EXPECT_EQ(bench_.Read(0x100, 8), 128u) << "sectors";
  EXPECT_EQ(bench_.Read(0x10c), 254u) << "seg_max";
  EXPECT_EQ(bench_.Read(0x112, 1), 16u) << "heads";
  EXPECT_EQ(bench_.Read(0x113, 1), 63u);
  EXPECT_EQ(bench_.Read(0x114), 512u) << "block size";
  EXPECT_EQ(bench_.Read(0x118), 0u) << "past the end";
}

TEST_F(VirtioBlk, ReadsScatteredSectors) {
  EXPECT_EQ(Do(kIn, 3, {Piece{kData, 700, true}, Piece{kData + 0x1000, 324, true}}), 0);
  EXPECT_EQ(LastLength(), 1025u);
  EXPECT_TRUE(SameAsDisk(kData, 3 * 512, 700));
  EXPECT_TRUE(SameAsDisk(kData + 0x1000, 3 * 512 + 700, 324));
  EXPECT_TRUE(bench_.wires[0]);
}

TEST_F(VirtioBlk, WritesAndReadsBack) {
  for (u64 i = 0; i < 1024; i += 8) bench_.Poke<u64>(kData + i, 0x0123'4567'89ab'cdef * (i + 1));
  EXPECT_EQ(Do(kOut, 10, {Piece{kData, 1024, false}}), 0);
  EXPECT_EQ(LastLength(), 1u) << "only the status is written";
  EXPECT_TRUE(SameAsDisk(kData, 10 * 512, 1024));
  EXPECT_EQ(Do(kFlush, 0, {}), 0);
  EXPECT_EQ(Do(kIn, 10, {Piece{kData + 0x2000, 1024, true}}), 0);
  EXPECT_TRUE(SameAsDisk(kData + 0x2000, 10 * 512, 1024));
}

TEST_F(VirtioBlk, HeaderAndStatusMayBeScatteredToo) {
  SetHeader(kIn, 1);
  driver_.Submit(0, {Piece{kHeader, 3, false}, Piece{kHeader + 3, 13, false}, Piece{kData, 513, true}});
  EXPECT_TRUE(SameAsDisk(kData, 512, 512));
  EXPECT_EQ(bench_.Peek<u8>(kData + 512), 0) << "the last byte is the status";
}

TEST_F(VirtioBlk, GivesItsSerialNumber) {
  EXPECT_EQ(Do(kGetId, 0, {Piece{kData, 20, true}}), 0);
  char id[20];
  ASSERT_TRUE(bench_.bus.Read({kData}, {reinterpret_cast<u8*>(id), 20}));
  EXPECT_STREQ(id, "disk-7");
}

TEST_F(VirtioBlk, RefusesWhatItCannotDo) {
  EXPECT_EQ(Do(kIn, 128, {Piece{kData, 512, true}}), 1) << "past the end";
  EXPECT_EQ(Do(kIn, 127, {Piece{kData, 1024, true}}), 1) << "over the end";
  EXPECT_EQ(Do(kIn, ~u64{0}, {Piece{kData, 512, true}}), 1);
  EXPECT_EQ(Do(kIn, u64{1} << 55, {Piece{kData, 512, true}}), 1) << "wraps in bytes";
  EXPECT_EQ(Do(kIn, 0, {Piece{kData, 100, true}}), 1) << "part of a sector";
  EXPECT_EQ(Do(99, 0, {}), 2) << "unknown type";
  EXPECT_EQ(LastLength(), 1u);
  EXPECT_FALSE(driver_.Broken());
  EXPECT_EQ(Do(kIn, 127, {Piece{kData, 512, true}}), 0) << "and goes on";
}

TEST_F(VirtioBlk, RequestsWithoutHeaderOrStatusBreakIt) {
  SetHeader(kIn, 0);
  driver_.Submit(0, {Piece{kHeader, 15, false}, Piece{kStatus, 1, true}});
  EXPECT_TRUE(driver_.Broken());
  VirtioDriver again(bench_);
  bench_.Poke<u32>(VirtioDriver::Avail(0), 0);
  bench_.Write(VirtioDriver::kStatus, 15);
  again.Submit(0, {Piece{kHeader, 16, false}});
  EXPECT_TRUE(again.Broken());
}

TEST_F(VirtioBlk, SeveralRequestsAreUnderWayAtOnce) {
  for (u16 i = 0; i < 5; i++) {
    SetHeader(kIn, i, kHeader + i * 16);
    driver_.SetChain(VirtioDriver::Descriptors(0), i * 3,
                     {Piece{kHeader + i * 16u, 16, false}, Piece{kData + i * 512u, 512, true},
                      Piece{kStatus + i, 1, true}});
    driver_.Offer(0, i * 3);
  }
  driver_.Notify(0);
  EXPECT_EQ(bench_.device().in_flight(), 5u);
  EXPECT_EQ(driver_.UsedIndex(0), 0) << "nothing completes before Poll";
  EXPECT_FALSE(bench_.wires[0]);
  bench_.Poll();
  EXPECT_EQ(bench_.device().in_flight(), 0u);
  EXPECT_EQ(driver_.UsedIndex(0), 5);
  EXPECT_TRUE(SameAsDisk(kData, 0, 5 * 512));
}

TEST_F(VirtioBlk, AResetForgetsWhatIsUnderWay) {
  for (u64 i = 0; i < 512; i += 8) bench_.Poke<u64>(kData + i, 0);
  SetHeader(kIn, 1);
  driver_.SetChain(VirtioDriver::Descriptors(0), 0,
                   {Piece{kHeader, 16, false}, Piece{kData, 512, true}, Piece{kStatus, 1, true}});
  driver_.Offer(0, 0);
  driver_.Notify(0);
  EXPECT_EQ(bench_.device().in_flight(), 1u);
  bench_.Write(VirtioDriver::kStatus, 0);
  VirtioDriver again(bench_);
  bench_.Settle();
  EXPECT_EQ(bench_.Peek<u64>(kData), 0u) << "memory that is the driver's again stays untouched";
  EXPECT_EQ(bench_.Peek<u8>(kStatus), 0xee);
  EXPECT_EQ(again.UsedIndex(0), 0);
}

TEST_F(VirtioBlk, MayGoWhileTheDiskIsAtWork) {
  auto bench = std::make_unique<Bench>("virtio-blk-device");
  MemoryBlock disk(std::vector<u8>(4096), false, MemoryBlock::Completion::kInPoll);
  DeviceContext context;
  context.properties = PropertyValues::Parse(bench->type, {}).value();
  context.bus = &bench->bus;
  context.clock = &bench->clock;
  context.block = &disk;
  auto device = bench->type.create(context).value();
  ASSERT_TRUE(device->Map(bench->bus, "second", {kBenchDevice + 0x10000}, 0x1000).ok());
  device->Reset();
  // The driver's registers are those of the second device.
  const auto write = [&](u64 offset, u64 value) { device->MmioWrite(offset, 4, value); };
  write(0x24, 1);
  write(0x20, 1);
  write(0x70, 11);
  write(0x38, 16);
  write(0x80, VirtioDriver::Descriptors(0));
  write(0x90, VirtioDriver::Avail(0));
  write(0xa0, VirtioDriver::Used(0));
  write(0x44, 1);
  write(0x70, 15);
  bench->Poke<u32>(kHeader, kFlush);
  VirtioDriver helper(*bench);
  helper.SetChain(VirtioDriver::Descriptors(0), 0, {Piece{kHeader, 16, false}, Piece{kStatus, 1, true}});
  helper.Offer(0, 0);
  write(0x50, 0);
  EXPECT_EQ(disk.in_flight(), 1u);
  device.reset();
  disk.Poll();
  EXPECT_EQ(disk.in_flight(), 0u);
}

TEST(VirtioBlkSync, LongRequestsOnADiskThatAnswersAtOnce) {
  Bench bench(*FindDeviceType("virtio-blk-device"), {}, 1, MemoryBlock::Completion::kAtOnce);
  VirtioDriver driver(bench);
  bench.Poke<u32>(kHeader, kIn);
  bench.Poke<u64>(kHeader + 8, 0);
  driver.Submit(0, {Piece{kHeader, 16, false}, Piece{kData, 64 * 1024, true}, Piece{kStatus, 1, true}});
  EXPECT_EQ(bench.Peek<u8>(kStatus), 0);
  EXPECT_EQ(driver.UsedLength(0, 0), 64 * 1024 + 1u);
  std::vector<u8> got(64 * 1024);
  ASSERT_TRUE(bench.bus.Read({kData}, got));
  EXPECT_EQ(got, bench.disk.contents());
}

// A disk that fails.
class BrokenDisk : public BlockPort {
 public:
  u64 size_bytes() const override { return 8 * 1024 * 1024; }
  bool read_only() const override { return read_only_disk; }
  void Read(u64 offset_bytes, std::span<u8> buffer, Completion done) override {
    reads.push_back({offset_bytes, buffer.size()});
    done(offset_bytes >= 1024 * 1024 ? BlockStatus::kIoError : BlockStatus::kOk);
  }
  void Write(u64, std::span<const u8>, Completion done) override { done(BlockStatus::kIoError); }
  void Flush(Completion done) override { done(BlockStatus::kIoError); }
  bool read_only_disk = false;
  std::vector<std::pair<u64, size_t>> reads;
};

TEST(VirtioBlkErrors, ReachTheDriver) {
  BrokenDisk disk;
  Bench bench("virtio-blk-device");
  DeviceContext context;
  context.properties = PropertyValues::Parse(bench.type, {}).value();
  context.bus = &bench.bus;
  context.clock = &bench.clock;
  context.block = &disk;
  auto device = bench.type.create(context).value();
  bench.Replace(std::move(device));
  VirtioDriver driver(bench);
  const auto status_of = [&](u32 type, const std::vector<Piece>& data) {
    bench.Poke<u32>(kHeader, type);
    bench.Poke<u64>(kHeader + 8, 0);
    std::vector<Piece> chain = {Piece{kHeader, 16, false}};
    chain.insert(chain.end(), data.begin(), data.end());
    chain.push_back(Piece{kStatus, 1, true});
    driver.Submit(0, chain);
    return bench.Peek<u8>(kStatus);
  };
  EXPECT_EQ(status_of(kOut, {Piece{kData, 512, false}}), 1);
  EXPECT_EQ(status_of(kFlush, {}), 1);
  EXPECT_EQ(status_of(kIn, {Piece{kData, 512, true}}), 0);
  // 3 x 512 KiB: the second piece of 1 MiB fails, the rest is not tried.
  disk.reads.clear();
  const Piece half{kData, 512 * 1024, true};
  EXPECT_EQ(status_of(kIn, {half, half, half, half, half}), 1);
  EXPECT_EQ(disk.reads, (std::vector<std::pair<u64, size_t>>{{0, 1024 * 1024}, {1024 * 1024, 1024 * 1024}}));
}

}  // namespace
}  // namespace emboard
