#include "core/device/types.h"

namespace emboard {
namespace {

constexpr const DeviceType* kTypes[] = {
    &kNs16550aType,   &kAclintType,    &kPlicType,          &kGoldfishRtcType,
    &kSifiveTestType, &kFwCfgMmioType, &kCfiFlashType,      &kVirtioMmioType,
    &kVirtioBlkType,  &kVirtioRngType, &kVirtioConsoleType,
};

}  // namespace

std::span<const DeviceType* const> AllDeviceTypes() { return kTypes; }

const DeviceType* FindDeviceType(std::string_view name) {
  for (const DeviceType* type : kTypes) {
    if (type->name == name) return type;
  }
  return nullptr;
}

}  // namespace emboard
