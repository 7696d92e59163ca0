#pragma once
// What a console has shown, as lines to search: the eyes of `emboard test`.

#include <deque>
#include <regex>
#include <span>
#include <string>
#include <vector>

#include "core/base/types.h"

namespace emboard {

class ConsoleWatch {
 public:
  /// Adds output. Escape sequences and control characters are left out; a line ends at "\n" or when it gets
  /// very long.
  void Feed(std::span<const u8> bytes);

  /// Searches what came after the last match, line by line, the line that is still growing too. On a match
  /// the next search begins behind it. Without one, finished lines are not searched again: repeat with the
  /// same pattern.
  bool Find(const std::regex& pattern);

  /// The lines that came since the last call, the one that was growing then, and the one that is growing now.
  std::vector<std::string> TakeUnchecked();

  /// The last `count` lines that are not empty.
  std::vector<std::string> LastLines(size_t count) const;

 private:
  enum class Escape : u8 { kNone, kStarted, kControl, kText };
  void Put(char c);
  void EndLine();
  bool InEscape(char c);

  std::deque<std::string> lines_{""};  // the last one is still growing
  u64 dropped_ = 0;                    // lines removed from the front
  u64 cursor_line_ = 0;                // counted with the dropped ones
  size_t cursor_column_ = 0;
  u64 unchecked_line_ = 0;
  Escape escape_ = Escape::kNone;
};

}  // namespace emboard
