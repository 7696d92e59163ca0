// What must hold for every device there is; a new one is tested by being listed in registry.cpp.

#include <algorithm>
#include <cstring>
#include <random>

#include "core/base/bits.h"
#include "tests/device/bench.h"

namespace emboard {
namespace {

using Random = std::mt19937_64;

u64 InterestingValue(Random& random) {
  switch (random() % 6) {
    case 0:
      return random();
    case 1:
      return random() % 16;
    case 2:
      return ~u64{0};
    case 3:
      return u64{1} << (random() % 64);
    case 4:
      return kBenchRam + (random() % kBenchRamBytes & ~u64{15});
    default:
      return random() % 512;
  }
}

// Structure that a device might take for its own: small numbers and addresses of RAM.
void ScribbleOnRam(Bench& bench, Random& random) {
  for (u64 at = 0; at < 0x8000; at += 8) {
    const u64 value = random() % 3 == 0 ? InterestingValue(random) : random() % 0x1'0001'0001;
    std::memcpy(bench.ram + at, &value, sizeof value);
  }
}

struct Access {
  u64 offset;
  unsigned size_bytes;
  u64 value;
  unsigned kind;
};

Access AnyAccess(const Bench& bench, Random& random) {
  Access access;
  access.size_bytes = 1u << (random() % 4);
  const u64 window = bench.bus_window();
  const u64 reach = random() % 4 == 0 ? window : std::min<u64>(window, random() % 2 == 0 ? 0x40 : 0x200);
  access.offset = random() % reach;
  if (random() % 8 != 0) access.offset &= ~u64{access.size_bytes - 1};
  access.offset = std::min(access.offset, window - access.size_bytes);
  access.value = InterestingValue(random);
  access.kind = static_cast<unsigned>(random() % 64);
  return access;
}

// The value read, or 0. Mostly accesses, sometimes something from outside.
u64 Perform(Bench& bench, const Access& access) {
  if (access.kind == 0) bench.Advance(access.value % 3'000'000);
  if (access.kind == 1) bench.serial.input += static_cast<char>(access.value);
  if (access.kind <= 2) bench.Poll();
  if (access.kind == 3 && bench.device().irq_sink() != nullptr) {
    bench.device().irq_sink()->SetIrq(static_cast<unsigned>(access.value % 200), access.offset % 2 != 0);
  }
  if (access.kind < 34) return bench.Read(access.offset, access.size_bytes);
  bench.Write(access.offset, access.value, access.size_bytes);
  return 0;
}

// Brings a virtio transport to life, so that random accesses reach beyond its registers.
void WakeVirtio(Bench& bench, Random& random) {
  if (bench.type.fdt.node != "virtio_mmio") return;
  bench.Write(0x70, 3);
  bench.Write(0x24, 1);
  bench.Write(0x20, 1);
  bench.Write(0x24, 0);
  bench.Write(0x20, random() % 2 == 0 ? 3u << 28 : 0);
  bench.Write(0x70, 11);
  for (u32 queue = 0; queue < 2; queue++) {
    bench.Write(0x30, queue);
    bench.Write(0x38, 1u << (random() % 9));
    for (const u64 area : {0x80, 0x90, 0xa0}) bench.Write(area, kBenchRam + (random() % 0x6000 & ~u64{15}));
    bench.Write(0x44, 1);
  }
  bench.Write(0x70, 15);
}

void Exercise(Bench& bench, Random& random, int accesses) {
  ScribbleOnRam(bench, random);
  if (random() % 2 == 0) WakeVirtio(bench, random);
  for (int i = 0; i < accesses; i++) Perform(bench, AnyAccess(bench, random));
}

class EveryType : public testing::TestWithParam<const DeviceType*> {};

TEST_P(EveryType, SaysWhatItIs) {
  EXPECT_EQ(FindDeviceType(GetParam()->name), GetParam());
  EXPECT_FALSE(GetParam()->description.empty());
  EXPECT_GT(GetParam()->default_window_bytes, 0u);
  Bench bench(*GetParam());
  EXPECT_EQ(bench.device().type_name(), GetParam()->name);
  EXPECT_EQ(bench.device().irq_sink() != nullptr, GetParam()->irq_inputs != 0);
}

TEST_P(EveryType, ResetUndoesEverything) {
  for (unsigned seed = 0; seed < 20; seed++) {
    Random random(seed);
    Bench bench(*GetParam());
    const std::string fresh = bench.device().Dump();
    Exercise(bench, random, 500);
    bench.Settle();
    bench.host_clock.now_ns = FakeHostClock().now_ns;  // what counts from the clock must compare equal
    bench.device().Reset();
    EXPECT_EQ(bench.device().Dump(), fresh) << "seed " << seed;
    for (const auto& [wire, level] : bench.wires.levels) EXPECT_FALSE(level) << "wire " << wire;
  }
}

TEST_P(EveryType, SnapshotCarriesAllState) {
  for (unsigned seed = 0; seed < 20; seed++) {
    Random random(seed);
    Bench original(*GetParam());
    Exercise(original, random, 700);
    original.Settle();
    const std::vector<u8> saved = original.Save();
    const auto copy = original.Twin();
    const auto loaded = copy->Load(saved);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    ASSERT_EQ(copy->Save(), saved);
    ASSERT_EQ(copy->device().Dump(), original.device().Dump());
    for (const auto& [wire, level] : original.wires.levels)
      ASSERT_EQ(copy->wires[wire], level) << "wire " << wire;
    for (int i = 0; i < 700; i++) {
      const Access access = AnyAccess(original, random);
      const u64 expected = Perform(original, access);
      ASSERT_EQ(Perform(*copy, access), expected) << "seed " << seed << " step " << i << " at 0x" << std::hex
                                                  << access.offset << " size " << access.size_bytes;
    }
    original.Settle();
    copy->Settle();
    ASSERT_EQ(copy->Save(), original.Save()) << "seed " << seed;
    ASSERT_EQ(std::memcmp(copy->ram, original.ram, kBenchRamBytes), 0) << "seed " << seed;
  }
}

TEST_P(EveryType, SurvivesAnything) {
  for (unsigned seed = 0; seed < 60; seed++) {
    Random random(1000 + seed);
    Bench bench(*GetParam());
    for (int round = 0; round < 4; round++) Exercise(bench, random, 1500);
    bench.Settle();
  }
}

TEST_P(EveryType, SurvivesDoctoredSnapshots) {
  Random random(7);
  Bench bench(*GetParam());
  Exercise(bench, random, 300);
  bench.Settle();
  const std::vector<u8> good = bench.Save();
  // Flash contents make up most of its snapshot; its fields come first.
  const size_t body = std::min<size_t>(good.size() - kSnapshotHeaderBytes, 4096);
  int refused = 0, accepted = 0;
  for (unsigned round = 0; round < 1500; round++) {
    std::vector<u8> bad = good;
    for (unsigned i = 0; i <= random() % 8; i++) {
      bad[kSnapshotHeaderBytes + random() % body] = static_cast<u8>(InterestingValue(random));
    }
    const u64 checksum = SnapshotChecksum(std::span(bad).subspan(kSnapshotHeaderBytes));
    std::memcpy(bad.data() + kSnapshotChecksumAt, &checksum, sizeof checksum);
    (bench.Load(bad).ok() ? accepted : refused)++;
    for (int i = 0; i < 20; i++) Perform(bench, AnyAccess(bench, random));
    bench.Settle();
  }
  EXPECT_GT(refused, 0) << "structure is damaged, too, so some must be refused";
  if (good.size() > 200) {
    EXPECT_GT(accepted, 20) << "most bytes are values";
  }
  ASSERT_TRUE(bench.Load(good).ok());
  EXPECT_EQ(bench.Save(), good);
}

// States that no run can reach, and that would lead out of a model's arrays.
TEST(ImpossibleStates, AreRefused) {
  const struct {
    const char* type;
    const char* field;
    std::vector<u8> bytes;
  } cases[] = {
      {"ns16550a", "fifo_count", {17}},
      {"ns16550a", "backlog_count", {1, 1}},
      {"cfi-flash", "view", {4}},
      {"cfi-flash", "step", {7}},
      {"cfi-flash", "buffer_wanted", {33, 0}},
      {"cfi-flash", "buffer_count", {1, 0}},
  };
  for (const auto& bad : cases) {
    Bench bench(bad.type);
    const auto good = bench.Save();
    ASSERT_TRUE(bench.Load(good).ok());
    EXPECT_FALSE(bench.Load(Bench::Doctor(good, bad.field, bad.bytes)).ok()) << bad.type << " " << bad.field;
    EXPECT_EQ(bench.Save(), good) << "as after a reset";
  }
  Bench bench("virtio-rng-device");
  const std::vector<u8> ready = {1};
  const auto loaded = bench.Load(Bench::Doctor(bench.Save(), "ready", ready));
  ASSERT_FALSE(loaded.ok()) << "a queue of size 0 in use";
  EXPECT_EQ(loaded.error().message, "the snapshot's dut is impossible: a queue in use has an invalid size");
}

// An empty slot must not serve queues, whatever its state says.
TEST(ImpossibleStates, EmptySlotStaysEmpty) {
  Bench bench("virtio-mmio");
  auto snapshot = bench.Save();
  const std::vector<u8> ready = {1}, size = {1}, status = {15};
  snapshot = Bench::Doctor(Bench::Doctor(snapshot, "ready", ready), "queue_sizes", size);
  ASSERT_TRUE(bench.Load(Bench::Doctor(snapshot, "status", status)).ok());
  bench.Write(0x50, 0);
  bench.Poll();
  EXPECT_EQ(bench.Read(0x60), 0u);
}

std::string NameOf(const testing::TestParamInfo<const DeviceType*>& info) {
  std::string name(info.param->name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Types, EveryType,
                         testing::ValuesIn(AllDeviceTypes().begin(), AllDeviceTypes().end()), NameOf);

}  // namespace
}  // namespace emboard
