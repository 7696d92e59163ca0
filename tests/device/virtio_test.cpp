// The transport and the small devices: registers, negotiation, interrupts, malicious rings.

#include <random>

#include "tests/device/virtio_driver.h"

namespace emboard {
namespace {

constexpr u64 kIndirect = u64{1} << 28, kEventIdx = u64{1} << 29;
constexpr u64 kBuffer = kBenchRam + 0x10000;
using Piece = VirtioDriver::Piece;

TEST(VirtioMmio, EmptySlotIsThereButNoDevice) {
  Bench bench("virtio-mmio");
  EXPECT_EQ(bench.Read(0), 0x7472'6976u);
  EXPECT_EQ(bench.Read(4), 2u);
  EXPECT_EQ(bench.Read(8), 0u);
  bench.Write(0x70, 15);
  EXPECT_EQ(bench.Read(0x70), 0u);
}

TEST(VirtioMmio, IdentifiesDevices) {
  for (const auto& [type, id] :
       {std::pair{"virtio-blk-device", 2u}, {"virtio-console-device", 3u}, {"virtio-rng-device", 4u}}) {
    Bench bench(type);
    EXPECT_EQ(bench.Read(4), 2u);
    EXPECT_EQ(bench.Read(8), id);
    bench.Write(0x14, 1);
    EXPECT_EQ(bench.Read(0x10) & 1, 1u) << "VERSION_1";
    bench.Write(0x14, 2);
    EXPECT_EQ(bench.Read(0x10), 0u);
  }
}

TEST(VirtioMmio, RefusesFeaturesItDidNotOffer) {
  Bench bench("virtio-rng-device");
  bench.Write(0x70, 3);
  bench.Write(0x24, 1);
  bench.Write(0x20, 0);  // no VERSION_1: a legacy driver
  bench.Write(0x70, 11);
  EXPECT_EQ(bench.Read(0x70), 3u);
  bench.Write(0x20, 3);
  bench.Write(0x70, 11);
  EXPECT_EQ(bench.Read(0x70), 3u);
  bench.Write(0x20, 1);
  bench.Write(0x70, 11);
  EXPECT_EQ(bench.Read(0x70), 11u);
}

TEST(VirtioMmio, QueuesThatAreNotThereHaveNoSize) {
  Bench bench("virtio-rng-device");
  bench.Write(0x30, 1);
  EXPECT_EQ(bench.Read(0x34), 0u);
  bench.Write(0x38, 8);
  bench.Write(0x44, 1);
  EXPECT_EQ(bench.Read(0x44), 0u);
  bench.Write(0x30, 0xffff'ffff);
  EXPECT_EQ(bench.Read(0x34), 0u);
  bench.Write(0x44, 1);
}

TEST(VirtioMmio, BadQueueSizeBreaksTheDevice) {
  for (const u32 size : {0u, 3u, 512u, 0x8000'0000u}) {
    Bench bench("virtio-rng-device");
    bench.Write(0x38, size);
    bench.Write(0x44, 1);
    EXPECT_EQ(bench.Read(0x44), 0u) << size;
    EXPECT_EQ(bench.Read(0x70) & 64, 64u) << size;
    bench.Write(0x70, 0);
    EXPECT_EQ(bench.Read(0x70), 0u) << "a reset mends it";
  }
}

TEST(VirtioRng, FillsBuffers) {
  Bench bench("virtio-rng-device");
  VirtioDriver driver(bench);
  driver.Submit(0, {Piece{kBuffer, 8, true}, Piece{kBuffer + 0x100, 4, true}});
  EXPECT_EQ(driver.UsedIndex(0), 1);
  EXPECT_EQ(driver.UsedId(0, 0), 0u);
  EXPECT_EQ(driver.UsedLength(0, 0), 12u);
  EXPECT_EQ(bench.Peek<u64>(kBuffer), 0x0807'0605'0403'0201u);
  EXPECT_EQ(bench.Peek<u64>(kBuffer + 8), 0u);
  EXPECT_EQ(bench.Peek<u32>(kBuffer + 0x100), 0x0c0b'0a09u);
  EXPECT_TRUE(bench.wires[0]);
  EXPECT_EQ(driver.InterruptStatus(), 1u);
  driver.Acknowledge();
  EXPECT_FALSE(bench.wires[0]);
}

TEST(VirtioRng, NoInterruptWhenTheDriverWantsNone) {
  Bench bench("virtio-rng-device");
  VirtioDriver driver(bench);
  bench.Poke<u16>(VirtioDriver::Avail(0), 1);
  driver.Submit(0, {Piece{kBuffer, 8, true}});
  EXPECT_EQ(driver.UsedIndex(0), 1);
  EXPECT_FALSE(bench.wires[0]);
}

TEST(VirtioRng, EventIndexBatchesInterrupts) {
  Bench bench("virtio-rng-device");
  VirtioDriver driver(bench, kEventIdx);
  driver.SetChain(VirtioDriver::Descriptors(0), 0, {Piece{kBuffer, 8, true}});
  bench.Poke<u16>(driver.UsedEvent(0), 0);
  driver.Submit(0, {Piece{kBuffer, 8, true}});
  EXPECT_TRUE(bench.wires[0]);
  EXPECT_EQ(bench.Peek<u16>(driver.AvailEvent(0)), 1) << "the device has seen one";
  driver.Acknowledge();
  bench.Poke<u16>(driver.UsedEvent(0), 3);
  for (int i = 0; i < 2; i++) {
    driver.Submit(0, {Piece{kBuffer, 8, true}});
    EXPECT_FALSE(bench.wires[0]) << "not yet";
  }
  driver.Submit(0, {Piece{kBuffer, 8, true}});
  EXPECT_TRUE(bench.wires[0]) << "used_event passed";
}

TEST(VirtioRng, RingsWrapAround) {
  Bench bench("virtio-rng-device");
  VirtioDriver driver(bench);
  for (int i = 0; i < 70'000; i++) driver.Submit(0, {Piece{kBuffer, 1, true}}, static_cast<u16>(i % 16));
  EXPECT_EQ(driver.UsedIndex(0), static_cast<u16>(70'000));
  EXPECT_EQ(driver.UsedId(0, static_cast<u16>(69'999)), 69'999u % 16);
  EXPECT_FALSE(driver.Broken());
}

TEST(VirtioRng, IndirectDescriptors) {
  Bench bench("virtio-rng-device");
  VirtioDriver driver(bench, kIndirect);
  driver.SetChain(kBuffer + 0x1000, 0, {Piece{kBuffer, 4, true}, Piece{kBuffer + 16, 4, true}});
  driver.SetDescriptor(VirtioDriver::Descriptors(0), 5, kBuffer + 0x1000, 32, 4);
  driver.Offer(0, 5);
  driver.Notify(0);
  EXPECT_EQ(driver.UsedLength(0, 0), 8u);
  EXPECT_EQ(driver.UsedId(0, 0), 5u);
  EXPECT_EQ(bench.Peek<u32>(kBuffer + 16), 0x0807'0605u);
}

TEST(VirtioRng, AbsurdLengthsAreServedInPart) {
  Bench bench("virtio-rng-device");
  VirtioDriver driver(bench);
  driver.Submit(0, {Piece{kBuffer, 0xe0000, true}});
  EXPECT_EQ(driver.UsedLength(0, 0), 0x10000u);
}

struct BadRing {
  const char* why;
  void (*make)(Bench&, VirtioDriver&);
};

constexpr u64 kTable = kBenchRam;

const BadRing kBadRings[] = {
    {"a loop of descriptors",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, kBuffer, 4, 2 | 1, 1);
       d.SetDescriptor(kTable, 1, kBuffer, 4, 2 | 1, 0);
       d.Offer(0, 0);
     }},
    {"a head beyond the table", [](Bench&, VirtioDriver& d) { d.Offer(0, 16); }},
    {"a next beyond the table",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, kBuffer, 4, 2 | 1, 16);
       d.Offer(0, 0);
     }},
    {"a buffer outside memory",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, 0x1000, 4, 2);
       d.Offer(0, 0);
     }},
    {"a buffer that leaves memory",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, kBenchRam + kBenchRamBytes - 4, 0xffff'ffff, 2);
       d.Offer(0, 0);
     }},
    {"an address that wraps",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, ~u64{0} - 1, 0xffff, 2);
       d.Offer(0, 0);
     }},
    {"a buffer in a device",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, kBenchDevice, 4, 2);
       d.Offer(0, 0);
     }},
    {"more offered than the ring holds",
     [](Bench& b, VirtioDriver&) { b.Poke<u16>(VirtioDriver::Avail(0) + 2, 17); }},
    {"a readable piece after a writable one",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, kBuffer, 4, 2 | 1, 1);
       d.SetDescriptor(kTable, 1, kBuffer, 4, 0);
       d.Offer(0, 0);
     }},
    {"an indirect table in an indirect table",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, kBuffer, 16, 4);
       d.SetDescriptor(kBuffer, 0, kBuffer, 16, 4);
       d.Offer(0, 0);
     }},
    {"an indirect table that goes on",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, kBuffer, 16, 4 | 1, 1);
       d.Offer(0, 0);
     }},
    {"an indirect table of broken length",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, kBuffer, 17, 4);
       d.Offer(0, 0);
     }},
    {"an empty indirect table",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, kBuffer, 0, 4);
       d.Offer(0, 0);
     }},
    {"an indirect table outside memory",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, 0, 0xffff'fff0, 4);
       d.Offer(0, 0);
     }},
    {"a loop in an indirect table",
     [](Bench&, VirtioDriver& d) {
       d.SetDescriptor(kTable, 0, kBuffer, 0xfff0, 4);
       d.SetDescriptor(kBuffer, 0, kBuffer, 4, 2 | 1, 0);
       d.Offer(0, 0);
     }},
};

TEST(VirtioMmio, MaliciousRingsNeedAReset) {
  for (const BadRing& bad : kBadRings) {
    SCOPED_TRACE(bad.why);
    Bench bench("virtio-rng-device");
    {
      VirtioDriver driver(bench, kIndirect);
      bad.make(bench, driver);
      driver.Notify(0);
      EXPECT_TRUE(driver.Broken());
      EXPECT_EQ(driver.InterruptStatus() & 2, 2u) << "the driver is told";
      EXPECT_EQ(driver.UsedIndex(0), 0);
      driver.Notify(0);
    }
    for (u64 at = kBenchRam; at < kBenchRam + 0x1000; at += 8) bench.Poke<u64>(at, 0);
    VirtioDriver again(bench);  // which begins with a reset
    again.Submit(0, {Piece{kBuffer, 4, true}});
    EXPECT_EQ(again.UsedIndex(0), 1);
    EXPECT_FALSE(again.Broken());
  }
}

TEST(VirtioMmio, RingsOutsideMemoryNeedAReset) {
  for (const u64 area : {0x80u, 0x90u, 0xa0u}) {
    for (const u64 high : {0xffff'ffffu, 0u}) {
      Bench bench("virtio-rng-device");
      VirtioDriver driver(bench);
      driver.SetChain(kTable, 0, {Piece{kBuffer, 4, true}});
      driver.Offer(0, 0);
      bench.Write(0x44, 0);
      bench.Write(area, 0xffff'fff0);
      bench.Write(area + 4, high);
      bench.Write(0x44, 1);
      driver.Notify(0);
      EXPECT_TRUE(driver.Broken()) << area;
    }
  }
}

// The device writes into the ring that tells it what to do: each request offers the next one.
TEST(VirtioMmio, RingsThatFeedThemselvesDoNotHoldTheMachine) {
  Bench bench("virtio-rng-device");
  VirtioDriver driver(bench);
  for (u16 i = 0; i < VirtioDriver::kSize; i++) {
    driver.SetDescriptor(kTable, i, VirtioDriver::Avail(0) + 2, 1, 2);
    bench.Poke<u16>(VirtioDriver::Avail(0) + 4 + i * 2u, i);
  }
  bench.Poke<u16>(VirtioDriver::Avail(0) + 2, 1);
  bench.entropy.next = 2;
  driver.Notify(0);
  EXPECT_EQ(driver.UsedIndex(0), VirtioDriver::kSize) << "one ring's worth, then others have their turn";
  bench.Poll();
  EXPECT_EQ(driver.UsedIndex(0), 2 * VirtioDriver::kSize);
  for (int i = 0; i < 100; i++) bench.Poll();
  EXPECT_TRUE(driver.Broken()) << "the low byte has wrapped: far too many offered";
}

TEST(VirtioConsole, TalksBothWays) {
  Bench bench("virtio-console-device");
  VirtioDriver driver(bench, 0, 2);
  bench.Poke<u64>(kBuffer, 0x0a6f6c6c6568);  // "hello\n"
  driver.Submit(1, {Piece{kBuffer, 6, false}});
  EXPECT_EQ(bench.serial.output, "hello\n");
  EXPECT_EQ(driver.UsedLength(1, 0), 0u);
  EXPECT_TRUE(bench.wires[0]);

  bench.serial.input = "abcdef";
  bench.Poll();
  EXPECT_EQ(driver.UsedIndex(0), 0) << "no buffer yet";
  driver.Submit(0, {Piece{kBuffer + 0x100, 4, true}});
  EXPECT_EQ(driver.UsedLength(0, 0), 4u);
  EXPECT_EQ(bench.Peek<u32>(kBuffer + 0x100), 0x64636261u);
  const auto saved = bench.Save();
  const auto twin = bench.Twin();
  ASSERT_TRUE(twin->Load(saved).ok());
  for (Bench* each : {&bench, twin.get()}) {
    // The bench stands still; its driver just goes on.
    each->Poke<u16>(VirtioDriver::Avail(0) + 4 + 2, 0);
    each->Poke<u16>(VirtioDriver::Avail(0) + 2, 2);
    each->Poll();
    EXPECT_EQ(each->Peek<u32>(VirtioDriver::Used(0) + 8 + 8), 2u) << "the rest";
    EXPECT_EQ(each->Peek<u16>(kBuffer + 0x100), 0x6665);
  }
}

TEST(VirtioConsole, RefusesToPrintAllOfMemoryManyTimes) {
  Bench bench("virtio-console-device");
  VirtioDriver driver(bench, 0, 2);
  driver.Submit(1, {Piece{kBenchRam, kBenchRamBytes, false}, Piece{kBenchRam, kBenchRamBytes, false}});
  EXPECT_TRUE(driver.Broken());
  EXPECT_EQ(bench.serial.output, "");
}

// Well-formed rings with random contents reach further than random registers do.
TEST(VirtioMmio, RandomChainsNeverCrash) {
  for (const char* type : {"virtio-blk-device", "virtio-console-device", "virtio-rng-device"}) {
    for (unsigned seed = 0; seed < 300; seed++) {
      std::mt19937_64 random(seed);
      Bench bench(type);
      VirtioDriver driver(bench, random() % 2 ? kIndirect | kEventIdx : 0, type[7] == 'c' ? 2 : 1);
      for (int round = 0; round < 40 && !driver.Broken(); round++) {
        const unsigned queue = type[7] == 'c' ? random() % 2 : 0;
        const u64 table = VirtioDriver::Descriptors(queue);
        for (u16 i = 0; i < 16; i++) {
          const u64 address = random() % 50 ? kBenchRam + random() % kBenchRamBytes : random();
          const u32 size = static_cast<u32>(random() % 8 ? random() % 3 * 512 + (random() % 2 ? 16 : 1)
                                                         : random() % 0x20000);
          const u16 flags =
              static_cast<u16>((i < 8 ? 0 : 2) | (random() % 3 ? 1 : 0) | (random() % 20 ? 0 : 4));
          driver.SetDescriptor(table, i, address, size, flags, static_cast<u16>(i + random() % 3));
        }
        for (unsigned i = 0; i <= random() % 4; i++) driver.Offer(queue, static_cast<u16>(random() % 16));
        driver.Notify(queue);
        if (random() % 4 == 0) bench.Write(0x70, random() % 2 ? 0 : 15);
        bench.Poll();
      }
      bench.Settle();
    }
  }
}

}  // namespace
}  // namespace emboard
