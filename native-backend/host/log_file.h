#pragma once
// The log of `-d`, to a file (`-D FILE`) or to standard error.

#include <memory>
#include <string>

#include "core/base/log.h"
#include "core/base/result.h"

namespace emboard {

class FileLog final : public LogSink {
 public:
  /// "" is standard error.
  static Result<std::unique_ptr<FileLog>> Open(const std::string& path);
  ~FileLog() override;
  void Write(std::string_view text) override;

 private:
  explicit FileLog(int fd) : fd_(fd) {}
  void WriteOut();

  int fd_;
  std::string pending_;
};

}  // namespace emboard
