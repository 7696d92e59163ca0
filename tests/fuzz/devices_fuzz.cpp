// Every device type under random accesses, virtqueues full of random descriptors, input and saved states.

#include "tests/device/bench.h"
#include "tests/fuzz/input.h"

using namespace emboard;

namespace {

// Virtio 1.2, section 4.2.2: the registers that set a queue up.
constexpr u64 kQueueSel = 0x30, kQueueNum = 0x38, kQueueReady = 0x44, kQueueNotify = 0x50, kStatus = 0x70;
constexpr u64 kDescLow = 0x80, kDriverLow = 0x90, kDeviceLow = 0xa0;

void SetUpQueue(Bench& bench, unsigned queue) {
  if (bench.bus_window() < 0x200) return;  // no virtio transport
  const u32 base = static_cast<u32>(kBenchRam) + queue * 0x4000;
  bench.Write(kStatus, 0);
  for (const u32 status : {1u, 3u}) bench.Write(kStatus, status);
  bench.Write(0x24, 1);  // the upper feature word
  bench.Write(0x20, 1);  // VIRTIO_F_VERSION_1
  bench.Write(kStatus, 11);
  bench.Write(kQueueSel, queue);
  bench.Write(kQueueNum, 8);
  bench.Write(kDescLow, base);
  bench.Write(kDriverLow, base + 0x1000);
  bench.Write(kDeviceLow, base + 0x2000);
  bench.Write(kQueueReady, 1);
  bench.Write(kStatus, 15);
}

void OneStep(Bench& bench, FuzzInput& input) {
  const u8 action = input.Take<u8>();
  const unsigned size_bytes = 1u << ((action >> 4) & 3);
  const u64 offset = input.Take<u16>() % (bench.bus_window() - 7) & ~u64{size_bytes - 1};
  switch (action & 15) {
    case 0:
    case 1:
    case 2:
      (void)bench.Read(offset, size_bytes);
      break;
    case 3:
    case 4:
    case 5:
    case 6:
      bench.Write(offset, input.Take<u64>(), size_bytes);
      break;
    case 7:
      bench.Poll();
      break;
    case 8:
      bench.Advance(input.Take<u32>());
      break;
    case 9:
      bench.serial.input += static_cast<char>(input.Take<u8>());
      break;
    case 10:
      SetUpQueue(bench, action >> 6);
      break;
    case 11:
      bench.Poke<u64>(kBenchRam + input.Take<u16>() % 0x3ff8, input.Take<u64>());
      break;
    case 12:
      bench.Poke<u64>(kBenchRam + input.Take<u16>() % 0x3ff8, kBenchRam + input.Take<u16>());
      break;
    case 13:
      if (bench.bus_window() >= 0x200) bench.Write(kQueueNotify, action >> 6);
      break;
    case 14: {
      bench.Settle();
      const std::vector<u8> saved = bench.Save();
      if (!bench.Load(saved).ok() || bench.Save() != saved) __builtin_trap();
      break;
    }
    case 15:
      bench.device().Reset();
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const u8* data, size_t size_bytes) {
  FuzzInput input(data, size_bytes);
  const auto types = AllDeviceTypes();
  const DeviceType& type = *types[input.Take<u8>() % types.size()];
  Bench bench(type);
  for (int steps = 0; steps < 400 && !input.empty(); steps++) OneStep(bench, input);
  bench.Settle();
  return 0;
}
