#pragma once
// A host that a test controls: a clock it sets, a serial port it reads, predictable randomness.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/machine/machine.h"

namespace emboard {

class FakeHostClock : public HostClockPort {
 public:
  u64 MonotonicNs() override { return now_ns; }
  u64 UnixNs() override { return 1'700'000'000'000'000'000 + now_ns; }
  u64 now_ns = 5'000;
};

class FakeEntropy : public EntropyPort {
 public:
  void Fill(std::span<u8> buffer) override {
    for (u8& byte : buffer) byte = next++;
  }
  u8 next = 1;
};

class FakeSerial : public SerialPort {
 public:
  void Write(std::span<const u8> bytes) override { output.append(bytes.begin(), bytes.end()); }
  size_t Read(std::span<u8> buffer) override {
    const size_t count = std::min(buffer.size(), input.size());
    std::copy_n(input.begin(), count, buffer.begin());
    input.erase(0, count);
    return count;
  }
  std::string output;
  std::string input;
};

struct FakeHost {
  FakeHostClock clock;
  FakeEntropy entropy;
  FakeSerial serial;

  HostPorts ports() {
    HostPorts ports;
    ports.clock = &clock;
    ports.entropy = &entropy;
    ports.serial = {&serial};
    return ports;
  }
};

}  // namespace emboard
