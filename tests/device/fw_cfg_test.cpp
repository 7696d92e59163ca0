#include <string>

#include "tests/device/bench.h"

namespace emboard {
namespace {

u64 Swap(u64 value, unsigned size_bytes) { return __builtin_bswap64(value) >> (64 - size_bytes * 8); }

std::vector<u8> Bytes(std::string_view text) { return {text.begin(), text.end()}; }

class FwCfg : public testing::Test {
 protected:
  static constexpr u64 kRequest = kBenchRam + 0x100, kBuffer = kBenchRam + 0x1000;

  void Select(u16 key) { bench_.Write(8, Swap(key, 2), 2); }
  std::string Data(size_t count) {
    std::string text;
    while (text.size() < count) text += static_cast<char>(bench_.Read(0, 1));
    return text;
  }
  // Starts a DMA transfer and returns the control word afterwards.
  u32 Dma(u32 control, u32 length, u64 address) {
    bench_.Poke<u32>(kRequest, static_cast<u32>(Swap(control, 4)));
    bench_.Poke<u32>(kRequest + 4, static_cast<u32>(Swap(length, 4)));
    bench_.Poke<u64>(kRequest + 8, Swap(address, 8));
    bench_.Write(16, Swap(kRequest >> 32, 4));
    bench_.Write(20, Swap(kRequest & 0xffff'ffff, 4));
    return static_cast<u32>(Swap(bench_.Peek<u32>(kRequest), 4));
  }
  std::string Buffer(size_t count) {
    std::string text(count, 0);
    EXPECT_TRUE(bench_.bus.Read({kBuffer}, {reinterpret_cast<u8*>(text.data()), count}));
    return text;
  }
  FirmwareItems& items() { return *bench_.device().firmware_items(); }

  Bench bench_{"fw-cfg-mmio"};
};

TEST_F(FwCfg, StandardItems) {
  Select(0);
  EXPECT_EQ(Data(5), std::string("QEMU\0", 5)) << "zeros past the end";
  Select(1);
  EXPECT_EQ(bench_.Read(0, 4), 3u) << "traditional and DMA interface";
  Select(5);
  EXPECT_EQ(bench_.Read(0, 2), 2u) << "CPUs";
  EXPECT_EQ(bench_.Read(16, 8), Swap(0x51454d5520434647, 8)) << "DMA signature";
  EXPECT_EQ(bench_.Read(16, 4), Swap(0x51454d55, 4));
  EXPECT_EQ(bench_.Read(20, 4), Swap(0x20434647, 4));
}

TEST_F(FwCfg, WideReadsKeepTheOrderOfBytes) {
  items().AddItem(0x15, Bytes("console=ttyS0"));
  Select(0x15);
  const u64 eight = bench_.Read(0, 8);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(&eight), 8), "console=");
  EXPECT_EQ(Data(5), "ttyS0");
}

TEST_F(FwCfg, DirectoryListsFiles) {
  items().AddFile("opt/a", Bytes("first"));
  items().AddFile("etc/b", Bytes("second!"));
  items().AddFile("opt/a", Bytes("replaced"));
  Select(0x19);
  const std::string directory = Data(4 + 2 * 64);
  EXPECT_EQ(directory.substr(0, 4), std::string("\0\0\0\2", 4));
  EXPECT_EQ(directory.substr(4, 8), std::string("\0\0\0\10\0\x20\0\0", 8)) << "size 8, key 0x20";
  EXPECT_EQ(directory.substr(12, 6), std::string("opt/a\0", 6));
  EXPECT_EQ(directory.substr(68, 8), std::string("\0\0\0\7\0\x21\0\0", 8));
  EXPECT_EQ(directory.substr(76, 6), std::string("etc/b\0", 6));
  Select(0x21);
  EXPECT_EQ(Data(7), "second!");
  Select(0x20);
  EXPECT_EQ(Data(8), "replaced");
}

TEST_F(FwCfg, DmaReadsSkipsAndSelects) {
  items().AddFile("opt/a", Bytes("0123456789"));
  EXPECT_EQ(Dma(0x20u << 16 | 8 | 2, 4, kBuffer), 0u) << "select and read";
  EXPECT_EQ(Buffer(4), "0123");
  EXPECT_EQ(Dma(4, 2, 0), 0u) << "skip";
  EXPECT_EQ(Dma(2, 8, kBuffer), 0u);
  EXPECT_EQ(Buffer(8), std::string("6789\0\0\0\0", 8));
  EXPECT_EQ(Dma(0x20u << 16 | 8, 0, 0), 0u) << "select alone";
  EXPECT_EQ(Data(2), "01") << "both interfaces share the position";
}

TEST_F(FwCfg, EightByteAddressWriteStartsToo) {
  bench_.Poke<u32>(kRequest, static_cast<u32>(Swap(8 | 2, 4)));
  bench_.Poke<u32>(kRequest + 4, static_cast<u32>(Swap(4, 4)));
  bench_.Poke<u64>(kRequest + 8, Swap(kBuffer, 8));
  bench_.Write(16, Swap(kRequest, 8), 8);
  EXPECT_EQ(bench_.Peek<u32>(kRequest), 0u);
  EXPECT_EQ(Buffer(4), "QEMU");
}

TEST_F(FwCfg, HighHalfOfTheAddressIsForgottenAfterwards) {
  EXPECT_EQ(Dma(4, 0, 0), 0u);
  bench_.Write(16, Swap(0x1'0000, 4));
  bench_.Write(20, 0);
  bench_.log.lines.clear();
  bench_.Poke<u32>(kRequest, static_cast<u32>(Swap(4, 4)));
  bench_.Write(20, Swap(kRequest & 0xffff'ffff, 4));
  EXPECT_EQ(bench_.log.lines, "") << "below 4 GiB the low half is enough";
  EXPECT_EQ(bench_.Peek<u32>(kRequest), 0u);
}

TEST_F(FwCfg, BadTransfersReportAnError) {
  EXPECT_EQ(Dma(8 | 2, 4, 0x10), 1u) << "no memory there";
  EXPECT_EQ(Dma(8 | 2, 0xffff'ffff, kBuffer), 1u) << "longer than memory";
  EXPECT_EQ(Dma(16, 4, kBuffer), 1u) << "nothing is writable";
  bench_.Write(16, Swap(0x1234, 8), 8);  // a request that lies nowhere
  EXPECT_NE(bench_.log.lines.find("outside memory"), std::string::npos);
}

}  // namespace
}  // namespace emboard
