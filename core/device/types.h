#pragma once
// The one constant of each device type, for registry.cpp to list.

#include "core/device/device_type.h"

namespace emboard {

extern const DeviceType kSifiveTestType;
extern const DeviceType kGoldfishRtcType;
extern const DeviceType kAclintType;
extern const DeviceType kPlicType;
extern const DeviceType kNs16550aType;
extern const DeviceType kCfiFlashType;
extern const DeviceType kFwCfgMmioType;
extern const DeviceType kVirtioMmioType;
extern const DeviceType kVirtioBlkType;
extern const DeviceType kVirtioRngType;
extern const DeviceType kVirtioConsoleType;

}  // namespace emboard
