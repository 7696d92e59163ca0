#pragma once
// Executable memory in generations. Each page is mapped twice, once writable and once executable, so that no
// address is ever both (W^X) and the guest's code can go on while more is written.

#include <cstddef>
#include <memory>
#include <span>

#include "core/base/result.h"
#include "core/base/types.h"

namespace emboard::jit {

class CodeMemory {
 public:
  static constexpr size_t kGenerations = 8;

  static Result<std::unique_ptr<CodeMemory>> Create(size_t budget_bytes);
  ~CodeMemory();
  CodeMemory(const CodeMemory&) = delete;
  CodeMemory& operator=(const CodeMemory&) = delete;

  struct Place {
    u8* executable = nullptr;  ///< null: the next generation must be emptied first
    size_t generation = 0;
  };
  /// Copies `code` to executable memory. What is placed must be position-independent.
  Place Put(std::span<const u8> code);
  /// One place of that generation is no longer used.
  void Release(size_t generation);
  /// The generation that Put wants to reuse next.
  size_t oldest() const { return (current_ + 1) % kGenerations; }
  /// Is `executable` (from Put) of that generation?
  size_t used_bytes() const;
  size_t budget_bytes() const { return kGenerations * generation_bytes_; }

 private:
  CodeMemory() = default;

  struct Generation {
    size_t used = 0;
    size_t live = 0;
  };
  int fd_ = -1;
  u8* writable_ = nullptr;
  u8* executable_ = nullptr;
  size_t generation_bytes_ = 0;
  size_t current_ = 0;
  Generation generations_[kGenerations];
};

}  // namespace emboard::jit
