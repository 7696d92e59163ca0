#include "native-backend/host/terminal.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace emboard {
namespace {

constexpr std::array kFatalSignals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT, SIGSYS, SIGXCPU};

// Signal handlers and atexit() functions take no argument, so what they need is here.
struct Saved {
  int fd = -1;
  termios mode{};
  std::atomic<bool> raw = false;
  std::array<struct sigaction, kFatalSignals.size()> previous{};
};
Saved g_saved;

void SetMode(int fd, const termios& mode) {
  // In the background tcsetattr() raises SIGTTOU, whose default stops us; blocked, the call goes through
  // (POSIX).
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTTOU);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  while (tcsetattr(fd, TCSADRAIN, &mode) != 0 && errno == EINTR) {
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void OnFatalSignal(int signal, siginfo_t* info, void*) {
  RestoreTerminal();
  for (size_t i = 0; i < kFatalSignals.size(); i++) {
    if (kFatalSignals[i] == signal) sigaction(signal, &g_saved.previous[i], nullptr);
  }
  // A fault happens again on return, now with the previous handler (a sanitizer's report). What was sent does
  // not.
  const bool fault =
      info->si_code > 0 && (signal == SIGSEGV || signal == SIGBUS || signal == SIGILL || signal == SIGFPE);
  if (!fault) raise(signal);
}

void CatchFatalSignals() {
  struct sigaction action {};
  action.sa_sigaction = OnFatalSignal;
  action.sa_flags = SA_SIGINFO;
  for (size_t i = 0; i < kFatalSignals.size(); i++)
    sigaction(kFatalSignals[i], &action, &g_saved.previous[i]);
}

}  // namespace

void RestoreTerminal() {
  if (g_saved.raw.exchange(false)) SetMode(g_saved.fd, g_saved.mode);
}

Terminal::Terminal(int fd, bool keep_signals) : fd_(fd), keep_signals_(keep_signals) {
  g_saved.fd = fd;
  tcgetattr(fd, &g_saved.mode);
  CatchFatalSignals();
  std::atexit(RestoreTerminal);
}

Terminal::~Terminal() {
  Restore();
  for (size_t i = 0; i < kFatalSignals.size(); i++)
    sigaction(kFatalSignals[i], &g_saved.previous[i], nullptr);
}

void Terminal::EnterRaw() {
  termios mode = g_saved.mode;
  cfmakeraw(&mode);
  mode.c_oflag |= OPOST;  // our own messages end in plain newlines
  if (keep_signals_) mode.c_lflag |= ISIG;
  g_saved.raw = true;
  SetMode(fd_, mode);
}

void Terminal::Restore() { RestoreTerminal(); }

void Terminal::Suspend() {
  Restore();
  raise(SIGSTOP);
  EnterRaw();
}

}  // namespace emboard
