#pragma once
// A machine with everything it needs of the host: files read, ports opened, terminal at hand.

#include <memory>
#include <vector>

#include "core/machine/machine.h"
#include "native-backend/cli/options.h"
#include "native-backend/host/block_file.h"
#include "native-backend/host/clock.h"
#include "native-backend/host/console_serial.h"
#include "native-backend/host/log_file.h"
#include "native-backend/host/stop_signals.h"
#include "native-backend/host/terminal.h"
#include "native-backend/host/wait.h"

namespace emboard {

class Session {
 public:
  /// `console` takes the place of the first serial port when it is given (emboard test).
  static Result<std::unique_ptr<Session>> Create(const Options& options, std::unique_ptr<HostSerial> console);
  ~Session();

  Machine& machine() { return *machine_; }
  StopSignals& signals() { return signals_; }
  /// Non-null when the console is this process's terminal; raw mode is the caller's to enter.
  Terminal* terminal() { return terminal_.get(); }

  /// Takes input in, runs a slice, hands output on.
  Result<RunResult> Step(u64 max_instructions);
  /// After an idle slice: sleeps until something happens, at most for `max_wait_ns`. Look at the output
  /// first.
  void WaitWhileIdle(const RunResult& result, u64 max_wait_ns);
  /// Sleeps until there is input or a signal, without running the machine.
  void WaitForInput();
  std::vector<EscapeCommand> TakeCommands();
  /// Runs on until no host operation is in flight, then saves.
  Result<void> SaveSnapshot(const std::string& file);

 private:
  Session() : signals_(wakeup_) {}
  Result<void> OpenSerials(const Options& options, std::unique_ptr<HostSerial> console);
  Result<std::unique_ptr<HostSerial>> OpenSerial(const std::string& target);
  Result<std::unique_ptr<HostSerial>> OpenStdio(bool escapes);
  Result<void> OpenDrives(const Options& options, MachineConfig& config);
  Result<MachineConfig> Configure(const Options& options);
  Result<void> Load(const Options& options);
  std::vector<int> InputFds() const;

  Wakeup wakeup_;
  StopSignals signals_;
  SystemClock clock_;
  std::unique_ptr<EntropyPort> entropy_;
  std::unique_ptr<FileLog> log_;
  std::unique_ptr<Terminal> terminal_;
  std::vector<std::unique_ptr<HostSerial>> serials_;
  ConsoleSerial* stdio_ = nullptr;  // the one of serials_ that has standard input
  std::vector<std::shared_ptr<FileBlock>> drives_;
  std::unique_ptr<Machine> machine_;
};

}  // namespace emboard
