#pragma once
// The command line, understood. option_table.cpp fills it in, session.cpp and the two commands act on it.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/types.h"
#include "core/machine/machine.h"

namespace emboard {

/// What `emboard` was asked to do.
enum class Command : u8 { kRun, kTest };

enum class DriveInterface : u8 { kVirtio, kNone, kFlash };

struct DriveOptions {
  std::string file;
  std::string id;
  DriveInterface interface = DriveInterface::kVirtio;
  bool read_only = false;
};

/// `-snapshot-at instructions=N,file=F,quit=on`
struct SnapshotAt {
  u64 instructions = 0;
  std::string file;
  bool quit = false;
};

enum class StepKind : u8 { kExpect, kSend, kNot, kExit, kSnapshot };

/// One line of a console script.
struct TestStep {
  StepKind kind = StepKind::kExpect;
  std::string text;   ///< pattern, bytes to type, or file
  std::string shown;  ///< as the user wrote it
  int status = 0;     ///< kExit
  double timeout_s = 0;
};

struct TestOptions {
  std::vector<TestStep> steps;
  double step_timeout_s = 60;  ///< of the steps that follow
  double total_timeout_s = 600;
  double slowness = 1;  ///< what both are multiplied with
  std::string junit_file;
  std::string console_file;
  bool in_script = false;  ///< scripts do not nest
};

struct Options {
  Command command = Command::kRun;
  std::string board;  ///< "" is the first board
  std::string cpu;
  unsigned smp = 1;
  u64 ram_bytes = 0;
  std::string bios = "default";
  std::string kernel;
  std::string initrd;
  std::string dtb;
  std::string append;
  std::vector<DriveOptions> drives;
  std::vector<DeviceRequest> devices;
  std::vector<std::string> serials;
  bool no_reboot = false;
  bool start_paused = false;
  bool statistics = false;
  std::string accelerator;             ///< "interp", "jit", or "": the JIT where the host has one
  std::optional<i32> jit_hot_entries;  ///< EngineConfig::hot_entries
  std::optional<unsigned> icount_shift;
  u32 log_mask = 0;
  std::string log_file;
  std::string name;
  std::string load_snapshot;
  std::optional<SnapshotAt> snapshot_at;
  TestOptions test;
  /// -help, `-M help` and so on: what to print instead of running. It runs after all options are known.
  Result<std::string> (*listing)(const Options&) = nullptr;
  std::string listing_subject;  ///< the X of `-device X,help`
};

}  // namespace emboard
