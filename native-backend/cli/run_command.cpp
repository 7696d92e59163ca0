#include "native-backend/cli/run_command.h"

#include <csignal>
#include <cstdio>

#include "core/base/units.h"
#include "core/device/clock.h"
#include "native-backend/cli/report.h"
#include "native-backend/cli/session.h"
#include "native-backend/cli/snapshot_at.h"

namespace emboard {
namespace {

/// About 5 ms: short enough for typing, long enough that leaving the engine costs nothing.
constexpr u64 kSliceInstructions = 1'000'000;

class Runner {
 public:
  Runner(const Options& options, Session& session)
      : options_(options), session_(session), snapshot_(options), paused_(options.start_paused) {}

  /// Until the guest or the user ends it; the result is the exit status.
  Result<int> Run();

 private:
  Result<void> RunSlice();
  void Obey(EscapeCommand command);
  void TogglePause();
  void SaveHere();
  void Suspend();
  void Finish(int status) { status_ = status; }
  void Say(const std::string& text) const { std::fprintf(stderr, "\nemboard: %s\n", text.c_str()); }

  const Options& options_;
  Session& session_;
  SnapshotPlan snapshot_;
  bool paused_;
  std::optional<int> status_;
};

Result<int> Runner::Run() {
  if (session_.terminal() != nullptr) session_.terminal()->EnterRaw();
  if (paused_) {
    session_.machine().Pause();
    Say("paused; Ctrl-A p continues");
  }
  while (!status_ && session_.signals().stop_signal() == 0) {
    if (paused_) {
      session_.WaitForInput();
    } else {
      TRY(RunSlice());
    }
    for (const EscapeCommand command : session_.TakeCommands()) Obey(command);
    if (session_.signals().TakeSuspend()) Suspend();
  }
  return status_.value_or(0);
}

Result<void> Runner::RunSlice() {
  const u64 slice = snapshot_.Limit(kSliceInstructions, session_.machine().instructions());
  const RunResult result = TRY(session_.Step(slice));
  if (result.state == RunState::kStopped) {
    if (result.exit_status != 0) Say(result.reason);
    Finish(result.exit_status);
  } else if (TRY(snapshot_.Check(session_))) {
    Finish(0);
  } else {
    session_.WaitWhileIdle(result, kNever);
  }
  return {};
}

void Runner::Obey(EscapeCommand command) {
  switch (command) {
    case EscapeCommand::kQuit:
      Say("quit");
      return Finish(0);
    case EscapeCommand::kHelp:
      std::fprintf(stderr, "\n%s", EscapeHelp().c_str());
      return;
    case EscapeCommand::kPause:
      return TogglePause();
    case EscapeCommand::kReset:
      Say("reset");
      return session_.machine().Reset();
    case EscapeCommand::kSnapshot:
      return SaveHere();
    case EscapeCommand::kMonitor:
      return Say("this version has no monitor; Ctrl-A h lists the keys");
  }
}

void Runner::TogglePause() {
  paused_ = !paused_;
  if (paused_) {
    session_.machine().Pause();
  } else {
    session_.machine().Resume();
  }
  Say(paused_ ? "paused; Ctrl-A p continues" : "continues");
}

void Runner::SaveHere() {
  const std::string file = (options_.name.empty() ? "emboard" : options_.name) + "-" +
                           std::to_string(session_.machine().instructions()) + ".snapshot";
  const Result<void> saved = session_.SaveSnapshot(file);
  Say(saved ? "saved " + file : saved.error().message);
}

void Runner::Suspend() {
  if (!paused_) session_.machine().Pause();
  if (session_.terminal() != nullptr) {
    session_.terminal()->Suspend();
  } else {
    raise(SIGSTOP);
  }
  if (!paused_) session_.machine().Resume();
}

}  // namespace

int RunMachine(const Options& options) {
  Result<std::unique_ptr<Session>> session = Session::Create(options, nullptr);
  if (!session) return Complain(session.error());
  SystemClock clock;
  const u64 start_ns = clock.MonotonicNs();
  Result<int> status = Runner(options, *session.value()).Run();
  const int signal = session.value()->signals().stop_signal();
  if (Terminal* terminal = session.value()->terminal(); terminal != nullptr) terminal->Restore();
  if (options.statistics) {
    std::fputs(StatisticsText(session.value()->machine(), clock.MonotonicNs() - start_ns).c_str(), stderr);
  }
  session.value().reset();
  if (!status) return Complain(status.error());
  if (signal != 0) DieOfSignal(signal);
  return status.value();
}

}  // namespace emboard
