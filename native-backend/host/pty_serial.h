#pragma once
// `-serial pty`: a new pseudo-terminal that minicom, screen or a script can open.

#include <memory>
#include <string>
#include <vector>

#include "native-backend/host/host_serial.h"

namespace emboard {

class PtySerial final : public HostSerial {
 public:
  static Result<std::unique_ptr<PtySerial>> Create();
  ~PtySerial() override;

  /// "/dev/pts/3"
  const std::string& path() const { return path_; }
  void Write(std::span<const u8> bytes) override;
  size_t Read(std::span<u8> buffer) override;
  int input_fd() const override;
  void PullInput() override;
  Result<void> FlushOutput() override;

 private:
  PtySerial(int master, int slave, std::string path)
      : master_(master), slave_(slave), path_(std::move(path)) {}

  int master_;
  int slave_;  // kept open, so that the master does not hang up while nobody listens
  std::string path_;
  std::vector<u8> output_;
  std::vector<u8> input_;
};

}  // namespace emboard
