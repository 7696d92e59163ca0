#pragma once
// A board as data. One file in boards/ fills in one BoardSpec; the bus map, the wiring, the device tree, `-M
// help`, the docs table and the page's board menu derive from it (board_info.h, board_fdt.h, machine.cpp).
//
// To add a board: copy boards/virt.cpp, change the data, add it to boards/all.cpp. Its tests come by
// themselves (tests/board).

#include <array>
#include <span>
#include <string_view>
#include <type_traits>

#include "core/base/types.h"

namespace emboard {

struct CpuFamily;

/// A device property, spelled as after `-device TYPE,`.
struct PartProperty {
  std::string_view name;
  std::string_view value;
};

/// From an interrupt output to where it ends: "plic:10" is input 10 of the part named plic, "cpu0:11"
/// interrupt cause 11 of CPU 0. "cpu*:11" wires the output's lane N to CPU N.
struct Wire {
  std::string_view output;
  std::string_view to;
};

/// A list of at most N entries that a constexpr board can spell in braces; the rest stay unused.
template <class T, size_t N>
struct FixedList {
  std::array<T, N> entries{};
  size_t count = 0;

  constexpr FixedList() = default;
  template <class... A>
  requires(std::is_same_v<A, T>&&...) constexpr FixedList(A... a)
      : entries{a...}, count(sizeof...(A)) {}  // NOLINT: reads as a list
  constexpr const T* begin() const { return entries.data(); }
  constexpr const T* end() const { return entries.data() + count; }
  constexpr size_t size() const { return count; }
};

struct Part {
  std::string_view type;  ///< a DeviceType's name
  std::string_view name;  ///< unique on the board; wires, snapshots and messages use it
  u64 base = 0;
  u64 size_bytes = 0;  ///< 0: as much as the type asks for
  FixedList<PartProperty, 4> properties{};
  FixedList<Wire, 4> wires{};
};

/// Equal, evenly spaced virtio-mmio transports; what `-device` adds goes into them.
struct VirtioSlots {
  std::string_view type;        ///< the transport's DeviceType
  std::string_view controller;  ///< the part that takes their interrupts
  u64 base = 0;
  u64 stride = 0;
  unsigned first_irq = 0;  ///< slot N has first_irq + N
  unsigned count = 0;
};

struct BoardSpec {
  std::string_view name;         ///< what -M takes
  std::string_view title;        ///< one line for menus
  std::string_view description;  ///< a paragraph for the docs
  std::string_view compatible;   ///< the device tree's root
  std::string_view model;
  const CpuFamily& (*family)() = nullptr;
  std::string_view default_cpu;
  unsigned max_cpus = 1;
  u64 ram_base = 0;
  u64 default_ram_bytes = 0;
  u64 min_ram_bytes = 0;
  u64 max_ram_bytes = 0;
  u64 rom_base = 0;  ///< boot ROM, filled by CpuFamily::boot
  u64 rom_size_bytes = 0;
  std::span<const Part> parts;                    ///< in the order they are created and reset
  std::string_view time_source;                   ///< the part that is the TimeSource
  std::string_view stdout_part;                   ///< the UART of /chosen/stdout-path
  std::array<std::string_view, 2> flash_banks{};  ///< parts that MachineConfig::flash fills, in order
  VirtioSlots virtio;
};

}  // namespace emboard
