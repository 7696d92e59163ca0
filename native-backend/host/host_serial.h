#pragma once
// What the run loop needs of a serial port beside its bytes.

#include "core/base/result.h"
#include "core/ports/serial.h"

namespace emboard {

class HostSerial : public SerialPort {
 public:
  /// Readable when input has come; -1 while none is wanted or possible.
  virtual int input_fd() const { return -1; }
  /// Takes in what has arrived; called before each slice.
  virtual void PullInput() {}
  /// Hands on what the guest has sent; called after each slice.
  virtual Result<void> FlushOutput() { return {}; }
};

/// `-serial null`
class NullSerial final : public HostSerial {
 public:
  void Write(std::span<const u8> /*bytes*/) override {}
  size_t Read(std::span<u8> /*buffer*/) override { return 0; }
};

}  // namespace emboard
