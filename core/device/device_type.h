#pragma once
// A kind of device as boards, `-device` and the automatic tests see it: one constant, in the device's own
// file.
//
// How to add one: write core/device/<kind>/<name>.cpp, data first (State, register table, extra state, then
// hooks), end it with its `constexpr DeviceType`, and list that in registry.cpp.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/base/types.h"
#include "core/device/clock.h"
#include "core/device/device.h"
#include "core/device/fdt_sink.h"
#include "core/device/irq.h"
#include "core/device/power.h"
#include "core/memory/phys_map.h"
#include "core/ports/block.h"
#include "core/ports/entropy.h"
#include "core/ports/serial.h"

namespace emboard {

enum class PropertyType : u8 {
  kNumber,  ///< decimal or 0x…
  kSize,    ///< bytes, with K, M, G
  kBool,    ///< on/off/true/false
  kText,
  kDrive,   ///< names a block port; the machine resolves it into DeviceContext::block
  kSerial,  ///< names a character port; the machine resolves it into DeviceContext::serial
};

struct PropertyDef {
  std::string_view name;
  PropertyType type = PropertyType::kText;
  std::string_view default_value;
  std::string_view help;
};

/// An interrupt (or other) line the device drives. A per-CPU output has one line for each CPU, by index.
struct OutputDef {
  std::string_view name;
  bool per_cpu = false;
};

struct DeviceType;

/// The values of all of a type's properties, defaults filled in.
class PropertyValues {
 public:
  /// Refuses unknown names and values of the wrong kind, naming the type, the property and what would do.
  static Result<PropertyValues> Parse(const DeviceType& type,
                                      std::span<const std::pair<std::string, std::string>> given);
  // The name must be one of the type's.
  u64 number(std::string_view name) const;
  bool flag(std::string_view name) const;
  const std::string& text(std::string_view name) const;

 private:
  using Value = std::variant<u64, bool, std::string>;
  const Value& Get(std::string_view name) const;
  std::vector<std::pair<std::string_view, Value>> values_;
};

/// Everything a device gets from the machine. References outlive the device; what is null is absent.
struct DeviceContext {
  struct Output {
    std::string name;
    unsigned index = 0;  ///< the CPU of a per-CPU output
    IrqLine line;
  };

  std::string name;  ///< of this instance, for messages: "serial@10000000"
  PropertyValues properties;
  u64 window_bytes = 0;  ///< what the board gives it of the bus; the device answers on all of it
  Clock* clock = nullptr;
  PhysMap* bus = nullptr;  ///< for DMA
  LogSink* log = nullptr;
  SerialPort* serial = nullptr;
  BlockPort* block = nullptr;
  EntropyPort* entropy = nullptr;
  PowerControl* power = nullptr;
  unsigned cpu_count = 1;
  std::vector<Output> outputs;

  /// The line wired to an output; one that goes nowhere when the board left it open.
  IrqLine output(std::string_view output_name, unsigned index = 0) const;
};

inline constexpr std::string_view kSysBus = "sysbus";
inline constexpr std::string_view kVirtioMmioBus = "virtio-mmio";

struct DeviceType {
  std::string_view name;         ///< as `-device` spells it: "ns16550a", "virtio-blk-device"
  std::string_view description;  ///< one line for `-device help`
  /// kSysBus: boards place it. kVirtioMmioBus: users plug it into a board's slot; create() then returns the
  /// whole occupied slot (transport and backend), which takes the place of the type "virtio-mmio" (an empty
  /// slot).
  std::string_view bus = kSysBus;
  std::span<const PropertyDef> properties = {};
  std::span<const OutputDef> outputs = {};
  /// An interrupt controller's inputs: SetIrq accepts 0..inputs-1 (source 0 may be void). 0: not a
  /// controller.
  unsigned irq_inputs = 0;
  u64 default_window_bytes = 0;  ///< for boards that state no size
  FdtDescription fdt = {};
  Result<std::unique_ptr<Device>> (*create)(const DeviceContext& context) = nullptr;
};

/// Every type there is, in the order of `-device help`.
std::span<const DeviceType* const> AllDeviceTypes();
/// The type of that name, or null.
const DeviceType* FindDeviceType(std::string_view name);

}  // namespace emboard
