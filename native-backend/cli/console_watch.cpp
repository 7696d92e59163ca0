#include "native-backend/cli/console_watch.h"

#include <algorithm>

namespace emboard {
namespace {

constexpr size_t kLongestLine = 4096;  // std::regex recurses once a character
constexpr size_t kKeptLines = 5000;

}  // namespace

void ConsoleWatch::Feed(std::span<const u8> bytes) {
  for (const u8 byte : bytes) Put(static_cast<char>(byte));
}

void ConsoleWatch::Put(char c) {
  if (InEscape(c)) return;
  if (c == '\n') return EndLine();
  if (c == '\b' && !lines_.back().empty()) {
    lines_.back().pop_back();
    return;
  }
  const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  if (control && c != '\t') return;
  lines_.back() += c;
  if (lines_.back().size() >= kLongestLine) EndLine();
}

/// ECMA-48, section 5.4: ESC [ parameters final. OSC strings (section 8.3.89) end at BEL or ESC \.
bool ConsoleWatch::InEscape(char c) {
  switch (escape_) {
    case Escape::kNone:
      if (c == '\x1b') escape_ = Escape::kStarted;
      return c == '\x1b';
    case Escape::kStarted:
      escape_ = c == '[' ? Escape::kControl : c == ']' ? Escape::kText : Escape::kNone;
      return true;
    case Escape::kControl:
      if (c >= '@' && c <= '~') escape_ = Escape::kNone;
      return true;
    case Escape::kText:
      if (c == '\a') escape_ = Escape::kNone;
      if (c == '\x1b') escape_ = Escape::kStarted;
      return true;
  }
  return false;
}

void ConsoleWatch::EndLine() {
  lines_.emplace_back();
  if (lines_.size() <= kKeptLines) return;
  lines_.pop_front();
  dropped_++;
  if (cursor_line_ < dropped_) {
    cursor_line_ = dropped_;
    cursor_column_ = 0;
  }
  unchecked_line_ = std::max(unchecked_line_, dropped_);
}

bool ConsoleWatch::Find(const std::regex& pattern) {
  for (;;) {
    const std::string& text = lines_[cursor_line_ - dropped_];
    const size_t from = std::min(cursor_column_, text.size());
    const auto flags =
        from > 0 ? std::regex_constants::match_prev_avail : std::regex_constants::match_default;
    std::smatch match;
    if (std::regex_search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), match, pattern,
                          flags)) {
      cursor_column_ = from + static_cast<size_t>(match.position() + match.length());
      return true;
    }
    if (cursor_line_ - dropped_ + 1 == lines_.size()) return false;
    cursor_line_++;
    cursor_column_ = 0;
  }
}

std::vector<std::string> ConsoleWatch::TakeUnchecked() {
  const auto first = lines_.begin() + static_cast<std::ptrdiff_t>(unchecked_line_ - dropped_);
  std::vector<std::string> lines(first, lines_.end());
  unchecked_line_ = dropped_ + lines_.size() - 1;
  return lines;
}

std::vector<std::string> ConsoleWatch::LastLines(size_t count) const {
  std::vector<std::string> last;
  for (auto line = lines_.rbegin(); line != lines_.rend() && last.size() < count; ++line) {
    if (!line->empty()) last.push_back(*line);
  }
  std::reverse(last.begin(), last.end());
  return last;
}

}  // namespace emboard
