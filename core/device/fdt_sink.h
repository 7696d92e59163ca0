#pragma once
// How a device writes its own part of the device tree, without knowing who builds the blob.

#include <span>
#include <string_view>

#include "core/base/types.h"

namespace emboard {

class FdtSink {
 public:
  virtual ~FdtSink() = default;
  virtual void BeginNode(std::string_view name) = 0;
  virtual void EndNode() = 0;
  /// A property without a value, such as `interrupt-controller`.
  virtual void PropEmpty(std::string_view name) = 0;
  virtual void PropStrings(std::string_view name, std::span<const std::string_view> values) = 0;
  virtual void PropU32s(std::string_view name, std::span<const u32> values) = 0;

  void PropString(std::string_view name, std::string_view value) { PropStrings(name, {&value, 1}); }
  void PropU32(std::string_view name, u32 value) { PropU32s(name, {&value, 1}); }
};

class PropertyValues;

/// What a device may need to know to describe itself.
struct FdtContext {
  u64 base = 0;  ///< of the device's registers
  u64 window_bytes = 0;
  const PropertyValues* properties = nullptr;  ///< as it was created with
  u32 phandle = 0;                             ///< of its own node; 0 unless FdtDescription::wants_phandle
  unsigned cpu_count = 1;
};

/// A device type's node. The machine itself writes `reg` (base, window), `compatible`, the phandle, and
/// - `interrupt-parent` and `interrupts` from the wires of the outputs that are not per CPU;
/// - `interrupts-extended` from the per-CPU outputs: for each CPU, for each such output in order of
/// declaration,
///   <&cpuN_intc cause>;
/// - `interrupt-controller`, `#interrupt-cells` and `#address-cells` = 0 when interrupt_cells is not 0.
struct FdtDescription {
  std::string_view node;  ///< the name before the '@'; empty: the device is not in the tree
  std::span<const std::string_view> compatible = {};
  unsigned interrupt_cells = 0;
  bool wants_phandle = false;                                 ///< implied by interrupt_cells
  void (*properties)(const FdtContext&, FdtSink&) = nullptr;  ///< further properties inside the node
  void (*siblings)(const FdtContext&, FdtSink&) = nullptr;    ///< further nodes after it (syscon-poweroff)
};

}  // namespace emboard
