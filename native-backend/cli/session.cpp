#include "native-backend/cli/session.h"

#include "native-backend/jit/jit_engine.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "boards/boards.h"
#include "core/device/clock.h"
#include "core/ports/seeded_entropy.h"
#include "native-backend/cli/firmware.h"
#include "native-backend/cli/load_file.h"
#include "native-backend/host/entropy.h"
#include "native-backend/host/gzip.h"
#include "native-backend/host/pty_serial.h"

namespace emboard {
namespace {

Result<std::optional<NamedBytes>> LoadOptional(const char* what, const std::string& path) {
  if (path.empty()) return std::optional<NamedBytes>{};
  return std::optional(TRY(LoadFile(what, path)));
}

}  // namespace

Result<std::unique_ptr<Session>> Session::Create(const Options& options,
                                                 std::unique_ptr<HostSerial> console) {
  std::unique_ptr<Session> session(new Session);
  session->log_ = TRY(FileLog::Open(options.log_file));
  session->log_->set_mask(options.log_mask);
  if (options.icount_shift) {
    session->entropy_ = std::make_unique<SeededEntropy>();
  } else {
    session->entropy_ = std::make_unique<SystemEntropy>();
  }
  MachineConfig config = TRY(session->Configure(options));
  TRY(session->OpenSerials(options, std::move(console)));
  HostPorts ports;
  ports.clock = &session->clock_;
  ports.entropy = session->entropy_.get();
  ports.log = session->log_.get();
  for (const auto& serial : session->serials_) ports.serial.push_back(serial.get());
  ports.gunzip = [](std::span<const u8> bytes) { return Gunzip(bytes, kImageLimitBytes); };
  session->machine_ = TRY(Machine::Create(std::move(config), std::move(ports)));
  TRY(session->Load(options));
  return session;
}

Session::~Session() {
  // The machine's memory must outlive every transfer under way.
  for (const auto& drive : drives_) drive->Drain();
  machine_.reset();
}

Result<MachineConfig> Session::Configure(const Options& options) {
  if (!options.append.empty() && options.kernel.empty()) return Error{"-append needs -kernel FILE"};
  MachineConfig config;
  config.board = options.board.empty() ? AllBoards().front() : FindBoard(options.board);
  config.cpu = options.cpu;
  config.smp = options.smp;
  config.ram_bytes = options.ram_bytes;
  config.kernel = TRY(LoadOptional("kernel", options.kernel));
  config.initrd = TRY(LoadOptional("initrd", options.initrd));
  config.dtb = TRY(LoadOptional("device tree", options.dtb));
  config.append = options.append;
  config.devices = options.devices;
  config.no_reboot = options.no_reboot;
  config.icount_shift = options.icount_shift;
  if (options.accelerator != "interp") {
    config.make_engine = [hot = options.jit_hot_entries,
                          must = options.accelerator == "jit"](EngineConfig engine) {
      if (hot) engine.hot_entries = *hot;
      auto jit = MakeJitEngine(engine);
      return jit || must ? std::move(jit) : Result<std::unique_ptr<Engine>>(MakeInterpreter(engine));
    };
  }
  TRY(OpenDrives(options, config));
  config.bios = TRY(LoadFirmware(options));
  return config;
}

Result<void> Session::OpenDrives(const Options& options, MachineConfig& config) {
  for (const DriveOptions& drive : options.drives) {
    if (drive.interface == DriveInterface::kFlash) {
      config.flash.push_back(TRY(LoadFile("flash image", drive.file)));
      continue;
    }
    const bool synchronous = options.icount_shift.has_value();
    drives_.push_back(TRY(FileBlock::Open({drive.file, drive.read_only, synchronous}, wakeup_)));
    config.drives.push_back({drive.id, drives_.back()});
    if (drive.interface == DriveInterface::kVirtio) {
      config.devices.push_back({"virtio-blk-device", {{"drive", drive.id}}});
    }
  }
  return {};
}

Result<void> Session::OpenSerials(const Options& options, std::unique_ptr<HostSerial> console) {
  std::vector<std::string> targets = options.serials;
  if (targets.empty()) targets.emplace_back("mon:stdio");
  for (const std::string& target : targets) {
    if (serials_.empty() && console != nullptr) {
      serials_.push_back(std::move(console));
    } else {
      serials_.push_back(TRY(OpenSerial(target)));
    }
  }
  return {};
}

Result<std::unique_ptr<HostSerial>> Session::OpenSerial(const std::string& target) {
  std::unique_ptr<HostSerial> serial;
  if (target == "mon:stdio" || target == "stdio") return OpenStdio(target == "mon:stdio");
  if (target == "pty") {
    std::unique_ptr<PtySerial> pty = TRY(PtySerial::Create());
    std::fprintf(stderr, "emboard: serial port %zu is %s\n", serials_.size(), pty->path().c_str());
    serial = std::move(pty);
  } else if (target.starts_with("file:")) {
    serial = TRY(ConsoleSerial::OpenFile(target.substr(5)));
  } else {
    serial = std::make_unique<NullSerial>();
  }
  return serial;
}

Result<std::unique_ptr<HostSerial>> Session::OpenStdio(bool escapes) {
  if (stdio_ != nullptr) return Error{"-serial: two serial ports cannot share this terminal"};
  const bool terminal = isatty(STDIN_FILENO) != 0;
  if (terminal) terminal_ = std::make_unique<Terminal>(STDIN_FILENO, !escapes);
  // Bytes from a pipe or file are the guest's, all of them.
  auto console = std::make_unique<ConsoleSerial>(ConsoleSerial::Config{.input = STDIN_FILENO,
                                                                       .output = STDOUT_FILENO,
                                                                       .escapes = escapes && terminal,
                                                                       .name = "standard output"});
  stdio_ = console.get();
  return std::unique_ptr<HostSerial>(std::move(console));
}

Result<void> Session::Load(const Options& options) {
  if (options.load_snapshot.empty()) return {};
  const std::vector<u8> bytes = TRY(ReadFile("snapshot", options.load_snapshot, u64{1} << 40));
  const Result<void> loaded = machine_->LoadSnapshot(bytes);
  if (!loaded) return Error{"snapshot '" + options.load_snapshot + "': " + loaded.error().message};
  return {};
}

std::vector<int> Session::InputFds() const {
  std::vector<int> fds;
  for (const auto& serial : serials_) fds.push_back(serial->input_fd());
  return fds;
}

Result<RunResult> Session::Step(u64 max_instructions) {
  for (const auto& serial : serials_) serial->PullInput();
  RunResult result = machine_->Run(max_instructions);
  for (const auto& serial : serials_) TRY(serial->FlushOutput());
  return result;
}

void Session::WaitWhileIdle(const RunResult& result, u64 max_wait_ns) {
  const bool commanded = stdio_ != nullptr && stdio_->has_commands();
  if (result.state != RunState::kIdle || commanded) return;
  const u64 now_ns = machine_->now_ns();
  u64 wait_ns = kNever;
  if (result.idle_until_ns != kNever)
    wait_ns = result.idle_until_ns > now_ns ? result.idle_until_ns - now_ns : 0;
  WaitForEvents(wakeup_, InputFds(), std::min(wait_ns, max_wait_ns));
}

void Session::WaitForInput() {
  WaitForEvents(wakeup_, InputFds(), kNever);
  for (const auto& serial : serials_) serial->PullInput();
}

std::vector<EscapeCommand> Session::TakeCommands() {
  return stdio_ != nullptr ? stdio_->TakeCommands() : std::vector<EscapeCommand>{};
}

Result<void> Session::SaveSnapshot(const std::string& file) {
  constexpr int kTries = 1000;
  for (int tries = 1;; tries++) {
    for (const auto& drive : drives_) drive->Drain();
    const Result<std::vector<u8>> bytes = machine_->SaveSnapshot();
    if (bytes) return WriteFile("snapshot", file, bytes.value());
    if (tries == kTries) return bytes.error();
    machine_->Run(1);  // lets devices take their completions
  }
}

}  // namespace emboard
