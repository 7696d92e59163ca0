#pragma once
// The console of `emboard test`: keeps what the guest prints, types what the script sends.

#include <algorithm>
#include <string>
#include <vector>

#include "native-backend/host/host_serial.h"

namespace emboard {

class ScriptSerial final : public HostSerial {
 public:
  void Write(std::span<const u8> bytes) override {
    printed_.insert(printed_.end(), bytes.begin(), bytes.end());
  }

  size_t Read(std::span<u8> buffer) override {
    const size_t count = std::min(buffer.size(), typed_.size());
    std::copy_n(typed_.begin(), count, buffer.begin());
    typed_.erase(0, count);
    return count;
  }

  void Type(const std::string& text) { typed_ += text; }
  /// What the guest has printed since the last call.
  std::vector<u8> TakePrinted() { return std::exchange(printed_, {}); }

 private:
  std::string typed_;
  std::vector<u8> printed_;
};

}  // namespace emboard
