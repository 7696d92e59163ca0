#include "native-backend/host/escape.h"

namespace emboard {
namespace {

constexpr EscapeKey kKeys[] = {
    {'h', EscapeCommand::kHelp, "show this list"},
    {'x', EscapeCommand::kQuit, "quit Emboard; the guest gets no chance to shut down"},
    {'p', EscapeCommand::kPause, "pause, and continue"},
    {'r', EscapeCommand::kReset, "press the machine's reset button"},
    {'s', EscapeCommand::kSnapshot, "save a snapshot in this folder, for -loadvm"},
    {'c', EscapeCommand::kMonitor, "monitor (not in this version)"},
};

const EscapeKey* FindKey(u8 typed) {
  for (const EscapeKey& key : kKeys) {
    if (typed == static_cast<u8>(key.key)) return &key;
  }
  return nullptr;
}

}  // namespace

std::span<const EscapeKey> EscapeKeys() { return kKeys; }

std::string EscapeHelp() {
  std::string text;
  for (const EscapeKey& key : kKeys) {
    text += std::string("Ctrl-A ") + key.key + "       " + key.help + "\n";
  }
  return text + "Ctrl-A Ctrl-A  send Ctrl-A to the guest\n";
}

std::vector<EscapeCommand> EscapeDecoder::Decode(std::span<const u8> typed, std::vector<u8>& guest) {
  std::vector<EscapeCommand> commands;
  for (const u8 byte : typed) {
    if (!after_prefix_ && byte == kPrefix) {
      after_prefix_ = true;
      continue;
    }
    const EscapeKey* key = after_prefix_ ? FindKey(byte) : nullptr;
    if (key != nullptr) {
      commands.push_back(key->command);
    } else if (!after_prefix_ || byte == kPrefix) {
      guest.push_back(byte);
    } else {
      commands.push_back(EscapeCommand::kHelp);  // an unknown key: say which there are
    }
    after_prefix_ = false;
  }
  return commands;
}

}  // namespace emboard
