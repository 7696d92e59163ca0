#pragma once
// A serial port on two file descriptors: standard input and output, or an output file alone.

#include <memory>
#include <string>
#include <vector>

#include "native-backend/host/escape.h"
#include "native-backend/host/host_serial.h"

namespace emboard {

class ConsoleSerial final : public HostSerial {
 public:
  struct Config {
    int input = -1;  ///< -1: none
    int output = -1;
    bool owns_output = false;
    bool escapes = false;  ///< Ctrl-A is ours
    std::string name;      ///< for messages: "standard output"
  };

  explicit ConsoleSerial(Config config) : config_(std::move(config)) {}
  /// `-serial file:PATH`
  static Result<std::unique_ptr<ConsoleSerial>> OpenFile(const std::string& path);
  ~ConsoleSerial() override;

  void Write(std::span<const u8> bytes) override;
  size_t Read(std::span<u8> buffer) override;
  int input_fd() const override;
  void PullInput() override;
  Result<void> FlushOutput() override;
  bool has_commands() const { return !commands_.empty(); }
  /// Commands typed since the last call.
  std::vector<EscapeCommand> TakeCommands() { return std::exchange(commands_, {}); }

 private:
  const Config config_;
  EscapeDecoder decoder_;
  std::vector<u8> output_;
  std::vector<u8> input_;
  std::vector<EscapeCommand> commands_;
  bool input_ended_ = false;
};

}  // namespace emboard
