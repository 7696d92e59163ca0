#pragma once
// A device on a bench: a bus with some RAM, a clock the test turns, ports it can look into, and wires it can
// feel.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/base/snapshot.h"
#include "core/block/memory_block.h"
#include "core/device/device_type.h"
#include "tests/unit/fake_host.h"

namespace emboard {

inline constexpr u64 kBenchRam = 0x8000'0000;
inline constexpr u64 kBenchRamBytes = 1024 * 1024;
inline constexpr u64 kBenchDevice = 0x2000'0000;

struct FakeWires : IrqSink {
  void SetIrq(unsigned input, bool level) override { levels[input] = level; }
  bool operator[](unsigned input) const {
    const auto found = levels.find(input);
    return found != levels.end() && found->second;
  }
  std::map<unsigned, bool> levels;
};

struct FakePower : PowerControl {
  void Shutdown(int status) override { log += "shutdown " + std::to_string(status) + ";"; }
  void Reset() override { log += "reset;"; }
  std::string log;
};

struct FakeLog : LogSink {
  FakeLog() { set_mask(~u32{0}); }
  void Write(std::string_view text) override { lines += text; }
  std::string lines;
};

class Bench {
 public:
  using Properties = std::vector<std::pair<std::string, std::string>>;

  explicit Bench(const DeviceType& type, Properties properties = {}, unsigned cpus = 2,
                 MemoryBlock::Completion completion = MemoryBlock::Completion::kInPoll);
  explicit Bench(std::string_view type, Properties properties = {}, unsigned cpus = 2)
      : Bench(*FindDeviceType(type), std::move(properties), cpus) {}

  Device& device() { return *device_; }
  /// Puts another device in the place of the bench's own, at the same address.
  void Replace(std::unique_ptr<Device> device);
  u64 bus_window() const { return window_bytes_; }

  // As a CPU would: ROM is read directly.
  u64 Read(u64 offset, unsigned size_bytes = 4);
  void Write(u64 offset, u64 value, unsigned size_bytes = 4);
  void Advance(u64 ns) {
    host_clock.now_ns += ns;
    clock.RunExpired();
  }
  void Poll() {
    disk.Poll();
    device_->Poll();
  }
  /// Polls until nothing is in flight.
  void Settle();

  std::vector<u8> Save();
  Result<void> Load(std::span<const u8> snapshot);

  /// A snapshot with other bytes in a field, and everything else in order.
  static std::vector<u8> Doctor(std::vector<u8> snapshot, std::string_view field, std::span<const u8> bytes);

  /// A second bench in the same situation, with a device as after power-on.
  std::unique_ptr<Bench> Twin() const;

  template <class T>
  T Peek(u64 address) {
    T value{};
    EXPECT_TRUE(bus.ReadValue({address}, value));
    return value;
  }
  template <class T>
  void Poke(u64 address, T value) {
    EXPECT_TRUE(bus.WriteValue({address}, value));
  }

  const DeviceType& type;
  FakeHostClock host_clock;
  FakeSerial serial;
  FakeEntropy entropy;
  FakePower power;
  FakeLog log;
  FakeWires wires;  ///< output number * 64 + index
  MemoryBlock disk;
  PhysMap bus;
  Clock clock;
  u8* ram = nullptr;

 private:
  Properties properties_;
  unsigned cpus_;
  MemoryBlock::Completion completion_;
  u64 window_bytes_;
  std::unique_ptr<Device> device_;
};

}  // namespace emboard
