#pragma once
// One machine with its host side: what a handle of the C ABI (entry.cpp) stands for.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/machine/machine.h"
#include "core/ports/seeded_entropy.h"
#include "wasm-backend/host/clock.h"
#include "wasm-backend/host/entropy.h"
#include "wasm-backend/host/log.h"
#include "wasm-backend/host/serial.h"

namespace emboard {

class Session {
 public:
  Session();
  /// Configuration, before Create(). The keys are those of kOptions in session.cpp.
  Result<void> Set(std::string_view key, std::string_view value);
  /// A file of `size_bytes` zeroes for the caller to fill, valid until the next call. The role is one of
  /// those in SlotFor() in session.cpp, or drive, where `name` is what a device's drive= refers to.
  Result<u8*> AddFile(std::string_view role, std::string_view name, size_t size_bytes);
  Result<void> Create();

  /// Null before Create().
  Machine* machine() { return machine_.get(); }
  QueuedSerial& console() { return console_; }
  BufferedLog& log() { return log_; }

 private:
  void AttachDrives();

  MachineConfig config_;
  std::vector<NamedBytes> drives_;  // until Create() makes disks of them
  WasmHostClock clock_;
  WasmEntropy entropy_;
  SeededEntropy seeded_entropy_;  // with icount, so that runs repeat
  QueuedSerial console_;
  BufferedLog log_;
  std::unique_ptr<Machine> machine_;  // last: it uses all of the above
};

}  // namespace emboard
