#include "native-backend/host/stop_signals.h"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>

#include "native-backend/host/terminal.h"

namespace emboard {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGTSTP};

// A signal handler takes no argument, so what it needs is here.
struct Shared {
  std::atomic<const Wakeup*> wakeup = nullptr;
  std::atomic<int> stop = 0;
  std::atomic<bool> suspend = false;
  std::array<struct sigaction, kSignals.size()> previous{};
};
Shared g_shared;

void OnSignal(int signal) {
  if (signal == SIGTSTP) {
    g_shared.suspend = true;
  } else if (g_shared.stop.exchange(signal) != 0) {
    RestoreTerminal();  // the second request: the loop seems to hang
    std::_Exit(128 + signal);
  }
  if (const Wakeup* wakeup = g_shared.wakeup) wakeup->Notify();
}

}  // namespace

StopSignals::StopSignals(const Wakeup& wakeup) {
  g_shared.wakeup = &wakeup;
  g_shared.stop = 0;
  struct sigaction action {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), with a message
  for (size_t i = 0; i < kSignals.size(); i++) {
    sigaction(kSignals[i], nullptr, &g_shared.previous[i]);
    if (g_shared.previous[i].sa_handler != SIG_IGN) sigaction(kSignals[i], &action, nullptr);
  }
}

StopSignals::~StopSignals() {
  for (size_t i = 0; i < kSignals.size(); i++) sigaction(kSignals[i], &g_shared.previous[i], nullptr);
  g_shared.wakeup = nullptr;
}

int StopSignals::stop_signal() const { return g_shared.stop; }
bool StopSignals::TakeSuspend() { return g_shared.suspend.exchange(false); }

void DieOfSignal(int signal) {
  std::signal(signal, SIG_DFL);
  raise(signal);
  std::_Exit(128 + signal);
}

}  // namespace emboard
