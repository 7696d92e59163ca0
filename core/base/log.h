#pragma once
// Where diagnostic text goes. A LogSink is handed down by whoever builds the machine; there is no global one.

#include <string_view>

#include "core/base/types.h"

namespace emboard {

/// The items of `-d LIST`, as a bit mask.
enum class LogItem : u32 {
  kInAsm = 1u << 0,        ///< guest instructions as they are translated
  kOp = 1u << 1,           ///< IR before the optimiser
  kOpOpt = 1u << 2,        ///< IR after the optimiser
  kInt = 1u << 3,          ///< traps and interrupts
  kExec = 1u << 4,         ///< each block entered
  kGuestErrors = 1u << 5,  ///< what the guest did that no real machine defines
  kUnimp = 1u << 6,        ///< what the guest asked for and is not modelled
  kMmu = 1u << 7,          ///< TLB fills and flushes
};

class LogSink {
 public:
  virtual ~LogSink() = default;
  bool wants(LogItem item) const { return (mask_ & static_cast<u32>(item)) != 0; }
  bool wants_any() const { return mask_ != 0; }
  void set_mask(u32 mask) { mask_ = mask; }
  virtual void Write(std::string_view text) = 0;

 private:
  u32 mask_ = 0;
};

}  // namespace emboard
