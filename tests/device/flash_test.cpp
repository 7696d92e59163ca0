#include <cstring>

#include "tests/device/bench.h"

namespace emboard {
namespace {

constexpr u64 kSector = 256 * 1024;
constexpr u32 kReady = 0x0080'0080;

u32 Both(u8 command) { return command * 0x0001'0001u; }

class Flash : public testing::Test {
 protected:
  void Command(u8 command, u64 offset = 0) { bench_.Write(offset, Both(command)); }
  void EraseSector(u64 offset) {
    Command(0x20, offset);
    Command(0xd0, offset);
  }
  void Program(u64 offset, u32 value) {
    Command(0x40, offset);
    bench_.Write(offset, value);
  }
  u64 Status() {
    Command(0x70);
    return bench_.Read(0);
  }
  void ReadArray() { Command(0xff); }
  PhysMap::Kind KindOnBus() { return bench_.bus.Find({kBenchDevice})->kind; }

  Bench bench_{"cfi-flash"};
};

TEST_F(Flash, EraseThenProgram) {
  EraseSector(kSector + 100);
  EXPECT_EQ(bench_.Read(0), kReady) << "status after a command";
  ReadArray();
  EXPECT_EQ(bench_.Read(kSector - 4), 0u);
  EXPECT_EQ(bench_.Read(kSector), 0xffff'ffffu);
  EXPECT_EQ(bench_.Read(2 * kSector - 4), 0xffff'ffffu);
  EXPECT_EQ(bench_.Read(2 * kSector), 0u);
  Program(kSector + 8, 0x1234'5678);
  Program(kSector + 8, 0xffff'0000);
  EXPECT_EQ(Status(), kReady);
  ReadArray();
  EXPECT_EQ(bench_.Read(kSector + 8), 0x1234'0000u) << "programming only clears bits";
}

TEST_F(Flash, IsRomExceptWhileItAnswersCommands) {
  EXPECT_EQ(KindOnBus(), PhysMap::Kind::kRom);
  Command(0x90);
  EXPECT_EQ(KindOnBus(), PhysMap::Kind::kMmio);
  EXPECT_EQ(bench_.Read(0), 0x0089'0089u);
  EXPECT_EQ(bench_.Read(4), 0x0018'0018u);
  EXPECT_EQ(bench_.Read(5, 1), 0u);
  EXPECT_EQ(bench_.Read(6, 2), 0x18u);
  ReadArray();
  EXPECT_EQ(KindOnBus(), PhysMap::Kind::kRom);
  Command(0x90);
  bench_.device().Reset();
  EXPECT_EQ(KindOnBus(), PhysMap::Kind::kRom);
}

// The way a driver finds out what it has before it, e.g. Linux drivers/mtd/chips/cfi_probe.c.
TEST_F(Flash, DescribesItself) {
  bench_.Write(0x55 * 4, Both(0x98));
  const auto query = [&](u64 word) {
    const u64 both = bench_.Read(word * 4);
    EXPECT_EQ(both & 0xffff, both >> 16) << "both chips agree";
    return both & 0xff;
  };
  EXPECT_EQ(query(0x10), 'Q');
  EXPECT_EQ(query(0x11), 'R');
  EXPECT_EQ(query(0x12), 'Y');
  EXPECT_EQ(query(0x13) | query(0x14) << 8, 1u) << "Intel command set";
  const u64 chip_bytes = u64{1} << query(0x27);
  EXPECT_EQ(chip_bytes * 2, bench_.bus_window());
  EXPECT_EQ(query(0x2c), 1u);
  const u64 sectors = (query(0x2d) | query(0x2e) << 8) + 1;
  const u64 sector_bytes = (query(0x2f) | query(0x30) << 8) * 256;
  EXPECT_EQ(sector_bytes * 2, kSector);
  EXPECT_EQ(sectors * sector_bytes, chip_bytes);
  EXPECT_EQ(2u << query(0x2a), 128u) << "write buffer of both chips";
  const u64 extended = query(0x15);
  EXPECT_EQ(query(extended), 'P');
  EXPECT_EQ(query(extended + 1), 'R');
  EXPECT_EQ(query(extended + 2), 'I');
}

TEST_F(Flash, BufferedWrite) {
  EraseSector(0);
  Command(0xe8, 0x100);
  EXPECT_EQ(bench_.Read(0), kReady) << "buffer available";
  bench_.Write(0x100, Both(31));
  for (u32 i = 0; i < 32; i++) bench_.Write(0x100 + i * 4, 0x1000 + i);
  Command(0xd0, 0x100);
  EXPECT_EQ(Status(), kReady);
  ReadArray();
  for (u32 i = 0; i < 32; i++) EXPECT_EQ(bench_.Read(0x100 + i * 4), 0x1000u + i);
  EXPECT_EQ(bench_.Read(0x180), 0xffff'ffffu);
}

TEST_F(Flash, WrongSequencesSayso) {
  Command(0x20, 0);
  Command(0x11, 0);
  EXPECT_EQ(Status(), 0x00b0'00b0u) << "erase and program error: improper sequence";
  Command(0x50);
  EXPECT_EQ(Status(), kReady);
  Command(0xe8, 0);
  bench_.Write(0, Both(200));
  EXPECT_EQ(Status(), 0x00b0'00b0u) << "longer than the buffer";
  Command(0x50);
  Command(0xe8, 0);
  bench_.Write(0, Both(1));
  bench_.Write(kSector, 1);
  EXPECT_EQ(Status(), 0x00b0'00b0u) << "another sector";
}

TEST_F(Flash, LocksKeepSectors) {
  EraseSector(0);
  Command(0x60, 0);
  Command(0x01, 0);
  Program(0, 0);
  EXPECT_EQ(Status(), 0x0092'0092u);
  Command(0x50);
  EraseSector(0);
  EXPECT_EQ(Status(), 0x00a2'00a2u);
  Command(0x50);
  Command(0x90);
  EXPECT_EQ(bench_.Read(8), 0x0001'0001u);
  EXPECT_EQ(bench_.Read(kSector + 8), 0u);
  ReadArray();
  EXPECT_EQ(bench_.Read(0), 0xffff'ffffu);
  Command(0x60, 0);
  Command(0xd0, 0);
  Program(0, 5);
  EXPECT_EQ(Status(), kReady);
  ReadArray();
  EXPECT_EQ(bench_.Read(0), 5u);
}

TEST_F(Flash, ContentsSurviveResetAndSnapshot) {
  Program(0, 0);
  EraseSector(0);
  Program(0x40, 0x600d'f00d);
  bench_.device().Reset();
  EXPECT_EQ(bench_.Read(0x40), 0x600d'f00du);
  Command(0x70);
  const auto saved = bench_.Save();
  Bench other("cfi-flash");
  ASSERT_TRUE(other.Load(saved).ok());
  EXPECT_EQ(other.Read(0), kReady) << "still showing the status";
  other.Write(0, Both(0xff));
  EXPECT_EQ(other.Read(0x40), 0x600d'f00du);
}

struct FakeObserver : CodeWriteObserver {
  void OnCodeWrite(PhysAddr address, u64 size_bytes) override { last = {address.value, size_bytes}; }
  std::pair<u64, u64> last;
};

TEST_F(Flash, TellsWhenCodeInItChanges) {
  FakeObserver observer;
  bench_.bus.set_code_write_observer(&observer);
  bench_.bus.MarkCodePage({kBenchDevice}, true);
  Program(0x10, 0);
  EXPECT_EQ(observer.last, (std::pair<u64, u64>{kBenchDevice + 0x10, 4}));
  EraseSector(0);
  EXPECT_EQ(observer.last, (std::pair<u64, u64>{kBenchDevice, kSector}));
  bench_.bus.set_code_write_observer(nullptr);
}

}  // namespace
}  // namespace emboard
