#pragma once
// A byte stream to the outside: a terminal, a pty, the page's console.

#include <span>

#include "core/base/types.h"

namespace emboard {

class SerialPort {
 public:
  virtual ~SerialPort() = default;
  /// Takes everything; the host buffers. `bytes` is not kept.
  virtual void Write(std::span<const u8> bytes) = 0;
  /// Copies at most buffer.size() bytes that have arrived and returns how many; never blocks.
  virtual size_t Read(std::span<u8> buffer) = 0;
};

}  // namespace emboard
