#pragma once
// Raw mode for the controlling terminal, taken back on every way out: return, exit(), fatal signals.

namespace emboard {

/// At most one at a time: a process has one controlling terminal, and signal handlers must find it.
class Terminal {
 public:
  /// Saves the mode of `fd`, a terminal. With `keep_signals` Ctrl-C and Ctrl-Z still act on Emboard.
  Terminal(int fd, bool keep_signals);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  void EnterRaw();
  void Restore();
  /// Restores the terminal, stops the process as Ctrl-Z does, and goes on in raw mode when it is continued.
  void Suspend();

 private:
  const int fd_;
  const bool keep_signals_;
};

/// What Terminal::Restore does, for signal handlers; harmless when there is no Terminal.
void RestoreTerminal();

}  // namespace emboard
