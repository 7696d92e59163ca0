#include <algorithm>
#include <cstring>

#include "core/base/bits.h"
#include "tests/device/bench.h"

namespace emboard {
namespace {

std::vector<u8> DiskContents() {
  std::vector<u8> bytes(64 * 1024);
  for (size_t i = 0; i < bytes.size(); i++) bytes[i] = static_cast<u8>(i * 7 + i / 512);
  return bytes;
}

}  // namespace

Bench::Bench(const DeviceType& device_type, Properties properties, unsigned cpus,
             MemoryBlock::Completion completion)
    : type(device_type),
      disk(DiskContents(), false, completion),
      clock(host_clock, Clock::Mode::kHost, 0),
      properties_(std::move(properties)),
      cpus_(cpus),
      completion_(completion),
      // The smallest window will do for memory-like devices: tests save and load it many times.
      window_bytes_(type.default_window_bytes > 0x100'0000 ? 0x10'0000 : type.default_window_bytes) {
  ram = bus.AddRam("ram", {kBenchRam}, kBenchRamBytes).value();
  DeviceContext context;
  context.name = "dut";
  auto values = PropertyValues::Parse(type, properties_);
  EXPECT_TRUE(values.ok()) << (values.ok() ? "" : values.error().message);
  context.properties = std::move(values).value();
  context.window_bytes = window_bytes_;
  context.clock = &clock;
  context.bus = &bus;
  context.log = &log;
  context.serial = &serial;
  context.block = &disk;
  context.entropy = &entropy;
  context.power = &power;
  context.cpu_count = cpus;
  for (unsigned i = 0; i < type.outputs.size(); i++) {
    for (unsigned cpu = 0; cpu < (type.outputs[i].per_cpu ? cpus : 1); cpu++) {
      context.outputs.push_back({std::string(type.outputs[i].name), cpu, IrqLine(&wires, i * 64 + cpu)});
    }
  }
  auto created = type.create(context);
  EXPECT_TRUE(created.ok()) << (created.ok() ? "" : created.error().message);
  device_ = std::move(created).value();
  EXPECT_TRUE(device_->Map(bus, "dut", {kBenchDevice}, window_bytes_).ok());
  device_->Reset();
}

u64 Bench::Read(u64 offset, unsigned size_bytes) {
  PhysMap::Range* range = bus.Find({kBenchDevice + offset});
  if (range->kind == PhysMap::Kind::kMmio) return range->mmio->MmioRead(offset, size_bytes);
  u64 value = 0;
  std::memcpy(&value, range->host + offset, size_bytes);
  return value;
}

void Bench::Write(u64 offset, u64 value, unsigned size_bytes) {
  bus.Find({kBenchDevice + offset})->mmio->MmioWrite(offset, size_bytes, value & LowMask(size_bytes * 8));
}

void Bench::Replace(std::unique_ptr<Device> device) {
  bus.Find({kBenchDevice})->mmio = device.get();
  device_ = std::move(device);
  device_->Reset();
}

void Bench::Settle() {
  for (int i = 0; i < 1000 && device_->in_flight() != 0; i++) Poll();
  EXPECT_EQ(device_->in_flight(), 0u);
}

std::vector<u8> Bench::Save() {
  SnapshotWriter out;
  out.BeginSection("dut");
  device_->Save(out);
  return out.Finish();
}

Result<void> Bench::Load(std::span<const u8> snapshot) {
  SnapshotReader in = TRY(SnapshotReader::Parse(snapshot));
  TRY(in.OpenSection("dut"));
  return device_->Load(in);
}

std::vector<u8> Bench::Doctor(std::vector<u8> snapshot, std::string_view field, std::span<const u8> bytes) {
  // A field's record: 'F', the length of its name, the name, the length of its bytes (u64), the bytes.
  const std::string record = "F" + std::string(1, static_cast<char>(field.size())) + std::string(field);
  const auto found = std::search(snapshot.begin(), snapshot.end(), record.begin(), record.end());
  EXPECT_NE(found, snapshot.end()) << field;
  const auto at = found + static_cast<std::ptrdiff_t>(record.size());
  u64 size = 0;
  std::memcpy(&size, &*at, sizeof size);
  EXPECT_LE(bytes.size(), size);
  std::copy(bytes.begin(), bytes.end(), at + 8);
  const u64 checksum = SnapshotChecksum(std::span(snapshot).subspan(kSnapshotHeaderBytes));
  std::memcpy(snapshot.data() + kSnapshotChecksumAt, &checksum, sizeof checksum);
  return snapshot;
}

std::unique_ptr<Bench> Bench::Twin() const {
  auto twin = std::make_unique<Bench>(type, properties_, cpus_, completion_);
  std::memcpy(twin->ram, ram, kBenchRamBytes);
  twin->host_clock = host_clock;
  twin->clock.SetNowNs(clock.NowNs());
  twin->serial.input = serial.input;
  twin->entropy = entropy;
  EXPECT_EQ(disk.in_flight(), 0u);
  twin->disk.Write(0, disk.contents(), [](BlockStatus) {});
  twin->disk.Poll();
  return twin;
}

}  // namespace emboard
