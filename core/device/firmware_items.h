#pragma once
// The shelf a firmware-configuration device offers: blobs the machine leaves for the guest's firmware.

#include <string_view>
#include <vector>

#include "core/base/types.h"

namespace emboard {

class FirmwareItems {
 public:
  virtual ~FirmwareItems() = default;
  /// A blob under a number of the QEMU fw_cfg interface (docs/specs/fw_cfg); a second one replaces the first.
  virtual void AddItem(u16 key, std::vector<u8> bytes) = 0;
  /// A blob under a name such as "opt/org.example/x", listed in the directory item.
  virtual void AddFile(std::string_view name, std::vector<u8> bytes) = 0;
};

}  // namespace emboard
