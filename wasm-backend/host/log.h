#pragma once
// Keeps diagnostic text until the page asks for it; the oldest goes when it grows too long.

#include <string>
#include <utility>

#include "core/base/log.h"
#include "core/base/units.h"

namespace emboard {

class BufferedLog : public LogSink {
 public:
  void Write(std::string_view text) override {
    text_ += text;
    if (text_.size() > 2 * kKeptBytes) text_.erase(0, text_.size() - kKeptBytes);
  }
  std::string Take() { return std::exchange(text_, {}); }

 private:
  static constexpr size_t kKeptBytes = 64_KiB;
  std::string text_;
};

}  // namespace emboard
