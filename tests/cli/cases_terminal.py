"""A real terminal (a pty): raw mode, the escape key, and the terminal's state after every way out."""
import fcntl
import os
import pty
import select
import shutil
import signal
import subprocess
import termios
import time

from harness import Skip


class TerminalRun:
    """emboard as the foreground job of a fresh terminal, as a shell would start it."""

    def __init__(self, t, *arguments):
        self.seen = b""
        self.fd, self.slave = pty.openpty()
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            for number in (signal.SIGINT, signal.SIGQUIT):
                signal.signal(number, signal.SIG_DFL)  # a script's background jobs ignore them
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for standard in range(3):
                os.dup2(self.slave, standard)
            os.closerange(3, 64)
            os.chdir(t.folder)
            os.execv(t.emboard, [t.emboard, *arguments])

    def mode(self):
        return termios.tcgetattr(self.slave)

    def is_raw(self):
        return not self.mode()[3] & (termios.ICANON | termios.ECHO)

    def type(self, text):
        os.write(self.fd, text)

    def wait_for(self, text, seconds=10):
        end = time.monotonic() + seconds
        while text not in self.seen:
            assert time.monotonic() < end, f"no {text!r} within {seconds} s; seen: {self.seen[-500:]!r}"
            if select.select([self.fd], [], [], 0.1)[0]:
                self.seen += os.read(self.fd, 4096)
        self.seen = self.seen.partition(text)[2]

    def wait_until(self, condition, what):
        end = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < end, f"not within 10 s: {what}"
            time.sleep(0.01)

    def finish(self, seconds=10):
        """The exit status, negative for a signal; drains output so that emboard cannot block on it."""
        end = time.monotonic() + seconds
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < end, f"still running after {seconds} s; seen: {self.seen[-500:]!r}"
            if select.select([self.fd], [], [], 0.02)[0]:
                self.seen += os.read(self.fd, 4096)

    def close(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.slave)
        os.close(self.fd)


def started(t, *arguments):
    """A running echo guest, in raw mode, and the mode the terminal had before."""
    run = TerminalRun(t, *t.echo(), *arguments)
    before = pristine()
    run.wait_for(b"ready")
    run.wait_until(run.is_raw, "raw mode")
    return run, before


def pristine():
    master, slave = pty.openpty()
    mode = termios.tcgetattr(slave)
    os.close(master)
    os.close(slave)
    return mode


def check_sane(run, before):
    assert run.mode()[:4] == before[:4], f"the terminal is left changed: {run.mode()[:4]} instead of {before[:4]}"


def test_typing_reaches_the_guest(t):
    run, _ = started(t)
    run.type(b"hello\x03\x1a\x04")
    run.wait_for(b"hello\x03\x1a\x04")  # Ctrl-C, Ctrl-Z and Ctrl-D are the guest's
    run.close()


def test_escape_keys(t):
    run, before = started(t)
    run.type(b"\x01h")
    run.wait_for(b"Ctrl-A x")
    run.type(b"\x01c")
    run.wait_for(b"no monitor")
    run.type(b"\x01\x01b")
    run.wait_for(b"\x01b")
    run.type(b"\x01r")
    run.wait_for(b"ready")
    run.type(b"\x01s")
    run.wait_for(b"saved emboard-")
    assert [name for name in os.listdir(t.folder) if name.endswith(".snapshot")], "no snapshot was written"
    run.type(b"\x01p")
    run.wait_for(b"paused")
    run.type(b"later")
    time.sleep(0.2)
    run.type(b"\x01p")
    run.wait_for(b"continues")
    run.wait_for(b"later")
    run.type(b"\x01x")
    assert run.finish() == 0
    check_sane(run, before)
    run.close()


def test_start_paused(t):
    run = TerminalRun(t, *t.echo(), "-S")
    run.wait_for(b"paused")
    time.sleep(0.3)
    assert b"ready" not in run.seen
    run.type(b"\x01p")
    run.wait_for(b"ready")
    run.type(b"Q")
    assert run.finish() == 0
    run.close()


def test_the_guests_end_restores_the_terminal(t):
    for key, status in ((b"Q", 0), (b"F", 3)):
        run, before = started(t)
        run.type(key)
        assert run.finish() == status
        check_sane(run, before)
        run.close()


def test_signals_restore_the_terminal(t):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS,
                   signal.SIGFPE, signal.SIGILL):
        run, before = started(t)
        os.kill(run.pid, number)
        status = run.finish()
        asan = "asan" in t.emboard and number in (signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT)
        assert status == -number or asan, f"signal {number}: ended with {status}"
        check_sane(run, before)
        run.close()


def test_stop_and_continue(t):
    run, before = started(t)
    os.kill(run.pid, signal.SIGTSTP)
    run.wait_until(lambda: os.waitpid(run.pid, os.WUNTRACED | os.WNOHANG)[0] == run.pid, "stopped")
    check_sane(run, before)
    os.kill(run.pid, signal.SIGCONT)
    run.wait_until(run.is_raw, "raw again")
    run.type(b"xQ")
    run.wait_for(b"x")
    assert run.finish() == 0
    check_sane(run, before)
    run.close()


def test_plain_stdio_keeps_ctrl_c(t):
    run, before = started(t, "-serial", "stdio")
    run.type(b"\x01x")
    run.wait_for(b"\x01x")  # no escape key here
    run.type(b"\x03")
    assert run.finish() == -signal.SIGINT
    check_sane(run, before)
    run.close()


def test_host_errors_leave_the_terminal_alone(t):
    run = TerminalRun(t, "-kernel", "/no/such/file")
    before = pristine()
    assert run.finish() == 2
    check_sane(run, before)
    run.close()


def test_in_tmux(t):
    """The same through a terminal program and a shell, as people use it."""
    if not shutil.which("tmux"):
        raise Skip("no tmux")
    tmux = ["tmux", "-S", t.path("tmux.sock")]
    command = " ".join([t.emboard, *t.echo()])
    subprocess.run([*tmux, "-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "bash --norc"], check=True)
    try:
        def screen():
            return subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True).stdout

        def keys(*typed):
            subprocess.run([*tmux, "send-keys", *typed], check=True)

        def wait(text):
            end = time.monotonic() + 15
            while text not in screen():
                assert time.monotonic() < end, f"no '{text}' on the screen:\n{screen()}"
                time.sleep(0.05)

        keys(f"PS1='sh> '; stty -a | md5sum > before; {command}", "Enter")
        wait("ready")
        keys("typed here")
        wait("typed here")
        keys("C-a", "x")
        wait("emboard: quit")
        keys("stty -a | md5sum | cmp - before && echo terminal is-the-same", "Enter")
        wait("terminal is-the-same\n")
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
