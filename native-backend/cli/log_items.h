#pragma once
// The words after -d.

#include <span>
#include <string_view>

#include "core/base/log.h"

namespace emboard {

struct LogItemName {
  std::string_view name;
  LogItem item;
  std::string_view help;
};

inline std::span<const LogItemName> LogItems() {
  static constexpr LogItemName kItems[] = {
      {"in_asm", LogItem::kInAsm, "guest instructions as they are translated"},
      {"op", LogItem::kOp, "IR before the optimiser"},
      {"op_opt", LogItem::kOpOpt, "IR after the optimiser"},
      {"exec", LogItem::kExec, "every block entered"},
      {"int", LogItem::kInt, "traps and interrupts"},
      {"mmu", LogItem::kMmu, "TLB fills and flushes"},
      {"guest_errors", LogItem::kGuestErrors, "what the guest did that no real machine defines"},
      {"unimp", LogItem::kUnimp, "what the guest asked for and Emboard does not have"},
  };
  return kItems;
}

}  // namespace emboard
