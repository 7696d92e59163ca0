#pragma once
// The console's escape key: Ctrl-A and a letter speak to Emboard instead of the guest.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/types.h"

namespace emboard {

enum class EscapeCommand : u8 { kQuit, kHelp, kPause, kReset, kSnapshot, kMonitor };

struct EscapeKey {
  char key;
  EscapeCommand command;
  const char* help;
};

/// Every key but Ctrl-A itself, which is sent on.
std::span<const EscapeKey> EscapeKeys();

/// The page that Ctrl-A h prints.
std::string EscapeHelp();

/// Takes what is typed apart into bytes for the guest and commands.
class EscapeDecoder {
 public:
  static constexpr u8 kPrefix = 0x01;  // Ctrl-A

  /// Appends what is for the guest to `guest`; returns commands in the order typed.
  std::vector<EscapeCommand> Decode(std::span<const u8> typed, std::vector<u8>& guest);

 private:
  bool after_prefix_ = false;
};

}  // namespace emboard
