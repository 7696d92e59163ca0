#pragma once
// A machine: a board's parts, its CPUs and its clock, wired up and run in slices.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "core/base/result.h"
#include "core/base/types.h"
#include "core/ports/block.h"
#include "core/ports/entropy.h"
#include "core/ports/host_clock.h"
#include "core/ports/serial.h"

namespace emboard {

struct BoardSpec;
class Engine;
struct EngineConfig;

/// A file's content with the name to use in messages.
struct NamedBytes {
  std::string name;
  std::vector<u8> bytes;
};

/// One `-device TYPE,key=value,…` (or a `-drive if=virtio`) on top of the board's own parts.
struct DeviceRequest {
  std::string type;  ///< "virtio-blk-device"
  std::vector<std::pair<std::string, std::string>>
      properties;  ///< in the order given; "drive" names a block port
};

struct BlockBackend {
  std::string id;  ///< what a device's `drive=` names
  std::shared_ptr<BlockPort> port;
};

struct MachineConfig {
  const BoardSpec* board = nullptr;
  std::string cpu;  ///< "" is the board's default; "rv64,zba=false" as with -cpu
  unsigned smp = 1;
  u64 ram_bytes = 0;               ///< 0 is the board's default
  std::optional<NamedBytes> bios;  ///< nullopt: none
  std::optional<NamedBytes> kernel;
  std::optional<NamedBytes> initrd;
  std::optional<NamedBytes> dtb;
  std::vector<NamedBytes> flash;  ///< contents of the board's pflash banks, in order
  std::string append;
  std::vector<DeviceRequest> devices;
  std::vector<BlockBackend> drives;
  bool no_reboot = false;
  std::optional<unsigned> icount_shift;  ///< nullopt: host time
  /// Makes the engine that the CPUs share; null: the interpreter.
  std::function<Result<std::unique_ptr<Engine>>(const EngineConfig&)> make_engine;
};

/// The way out. Everything outlives the machine.
struct HostPorts {
  HostClockPort* clock = nullptr;
  EntropyPort* entropy = nullptr;
  std::vector<SerialPort*> serial;  ///< the board's UARTs in order; missing ones swallow output
  LogSink* log = nullptr;
  /// Unpacks a gzip file; null when the host brings its kernels unpacked.
  std::function<Result<std::vector<u8>>(std::span<const u8>)> gunzip;
};

enum class RunState : u8 {
  kRunning,  ///< the slice is used up; call Run again
  kIdle,     ///< every CPU waits; nothing happens before idle_until_ns or outside input
  kStopped,  ///< the guest powered off, or reset with no_reboot, or cannot go on; see exit_status and reason
};

struct RunResult {
  RunState state = RunState::kRunning;
  u64 idle_until_ns = 0;  ///< guest time; kNever when only outside input can wake the machine
  int exit_status = 0;
  std::string reason{};  ///< for people: "guest powered off"
};

class Machine {
 public:
  virtual ~Machine() = default;
  /// Builds and resets. Errors name the part, file or option at fault.
  static Result<std::unique_ptr<Machine>> Create(MachineConfig config, HostPorts ports);

  /// Executes at most about `max_instructions`, fires timers and moves port data. With -icount the machine
  /// skips idle time itself, so kIdle then means that only outside input helps.
  virtual RunResult Run(u64 max_instructions) = 0;
  /// As the reset button.
  virtual void Reset() = 0;
  /// Stops and continues guest time (for run/pause; Run must not be called in between).
  virtual void Pause() = 0;
  virtual void Resume() = 0;

  virtual u64 instructions() const = 0;  ///< executed by all CPUs since creation (restored by snapshots)
  virtual u64 now_ns() const = 0;
  /// Fails with a message while host operations are in flight (run a slice and try again).
  virtual Result<std::vector<u8>> SaveSnapshot() = 0;
  /// The machine must have been created with the same board, CPUs, memory size and devices. A snapshot that
  /// is not accepted leaves the machine as it is; one that proves broken half-way resets it.
  virtual Result<void> LoadSnapshot(std::span<const u8> bytes) = 0;
  /// The device tree given to the guest.
  virtual const std::vector<u8>& device_tree() const = 0;
  /// For the monitor and for failed tests: registers of every CPU.
  virtual std::string DumpCpus() const = 0;
  /// The same of every device, under its name.
  virtual std::string DumpDevices() const = 0;
  /// Engine statistics, one `name value` line each.
  virtual std::string Statistics() const = 0;
};

}  // namespace emboard
