#pragma once
// A UART's other end: two queues, which the page fills and empties between slices.

#include "core/ports/serial.h"
#include "wasm-backend/host/byte_queue.h"

namespace emboard {

class QueuedSerial : public SerialPort {
 public:
  void Write(std::span<const u8> bytes) override { to_page_.Push(bytes); }
  size_t Read(std::span<u8> buffer) override { return from_page_.Pop(buffer); }

  ByteQueue& to_page() { return to_page_; }
  ByteQueue& from_page() { return from_page_; }

 private:
  ByteQueue to_page_;
  ByteQueue from_page_;
};

}  // namespace emboard
