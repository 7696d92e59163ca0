"""Consoles without a terminal, exit statuses, and `emboard test`."""
import os
import re
import select
import subprocess
import time
import xml.dom.minidom

from harness import DEMO_KERNEL


def test_pipes(t):
    t.run(*t.echo(), stdin=b"hello Q").expect(out="ready\nhello ")
    assert t.run(*t.echo(), stdin=b"a\x01xQ").expect().out == "ready\na\x01x", "a pipe's Ctrl-A is the guest's"


def test_exit_status_is_the_guests(t):
    t.run(*t.echo(), stdin=b"Q").expect(0)
    t.run(*t.echo(), stdin=b"F").expect(3)
    t.run(*t.echo(), "-no-reboot", stdin=b"R").expect(0)


def test_reset_starts_over(t):
    done = t.run("test", *t.echo(), "-expect", "ready", "-send", "xR", "-expect", "ready", "-send", "Q", "-expect-exit", "0")
    done.expect(out="passed: 5 of 5")


def test_serial_to_a_file(t):
    out = t.path("console")
    done = t.run("test", *t.echo(), "-serial", "null", "-serial", f"file:{out}", "-expect", "ready", "-send", "Q", "-expect-exit", "0")
    done.expect()
    process = subprocess.Popen([t.emboard, *t.echo(), "-serial", f"file:{out}"], stdin=subprocess.DEVNULL)
    try:
        for _ in range(200):
            time.sleep(0.02)
            if os.path.getsize(out):
                break
        with open(out, "rb") as file:
            assert file.read() == b"ready\n"
    finally:
        process.terminate()
        assert process.wait(10) == -15


def test_serial_to_a_pty(t):
    process = subprocess.Popen([t.emboard, *t.echo(), "-serial", "pty"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        line = process.stderr.readline().decode()
        path = re.search(r"/dev/pts/\d+", line).group(0)
        pty = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(pty, b"hi ")
        seen = b""
        end = time.monotonic() + 10
        while b"hi " not in seen and time.monotonic() < end:
            if select.select([pty], [], [], 0.2)[0]:
                seen += os.read(pty, 100)
        assert b"ready" in seen and b"hi " in seen, seen
        os.write(pty, b"Q")
        assert process.wait(10) == 0
        os.close(pty)
    finally:
        process.kill()
        process.communicate()


def test_large_input_is_not_lost(t):
    text = bytes(ord("a") + i % 10 for i in range(200_000))
    assert t.run(*t.echo(), stdin=text + b"Q", timeout=120).expect().out == "ready\n" + text.decode()


def test_an_idle_guest_costs_nothing(t):
    process = subprocess.Popen([t.emboard, *t.echo()], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.3)
        before = cpu_seconds(process.pid)
        time.sleep(3)
        used = cpu_seconds(process.pid) - before
        assert used <= 0.06, f"{used:.2f} s of CPU time in 3 s of idling"
        process.stdin.write(b"xQ")
        process.stdin.flush()
        assert process.wait(10) == 0, "input wakes the guest"
    finally:
        process.kill()
        process.communicate()


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_the_test_command_passes_and_fails(t):
    t.run("test", *t.echo(), "-expect", "^ready$", "-send", "abc", "-expect", "a.c").expect(0, out="passed: 3 of 3")
    done = t.run("test", *t.echo(), "-expect", "ready", "-timeout", "1", "-expect", "never", "-send", "x")
    done.expect(1, out="FAIL  2  expect 'never'").expect(1, out="no match within 1 s").expect(1, out="| ready")
    done.expect(1, out="skip  3").expect(1, out="FAILED: 1 of 3")
    t.run("test", *t.echo(), "-expect", "ready", "-send", "F", "-expect-exit", "3").expect(0)
    t.run("test", *t.echo(), "-expect", "ready", "-send", "F", "-expect-exit", "0").expect(1, out="exit status 3, not 0")
    t.run("test", *t.echo(), "-expect", "ready", "-send", "Q", "-expect", "more").expect(1, out="stopped")
    t.run("test", *t.echo(), "-not", "bad", "-expect", "ready", "-send", "a bad thing", "-timeout", "5", "-expect",
          "never").expect(1, out="must not come: 'bad'")
    t.run("test", *t.echo(), "-time-limit", "1", "-expect", "never").expect(1, out="whole test")


def test_a_test_that_cannot_fail_is_refused(t):
    t.run("test", *t.echo(), "-send", "x").expect_complaint("at least one -expect")
    t.run("test", *t.echo(), "-expect", "ready", "-not", "bad").expect_complaint("-not 'bad'")


def test_scripts_and_junit(t):
    t.guest("echo")
    script = t.file("echo.test", b"# a comment\nmachine -bios none -kernel ${GUEST}\n\nexpect ready\nsend <x>&\\x1b[1m\\x7f\n"
                                 b"expect <x>&\ntimeout 1\nexpect ]]>\n")
    done = t.run("test", "-script", script, "-junit", t.path("report.xml"), "-console", t.path("log"), "-name", "a<b",
                 env={"GUEST": t.path("echo.bin")})
    done.expect(1, out="FAIL")
    suite = xml.dom.minidom.parse(t.path("report.xml")).getElementsByTagName("testsuite")[0]
    assert suite.getAttribute("tests") == "4" and suite.getAttribute("failures") == "1", suite.toxml()
    assert suite.getAttribute("name") == "a<b"
    assert len(suite.getElementsByTagName("failure")) == 1
    with open(t.path("log"), "rb") as file:
        assert file.read().startswith(b"ready\n<x>&\x1b[1m\x7f")
    t.run("test", "-script", script, "-junit", "/dev/full", env={"GUEST": t.path("echo.bin")}).expect(2, err="/dev/full")


def test_logging(t):
    log = t.path("log")
    t.run(*t.echo(), "-d", "in_asm,exec,op,op_opt,int,mmu", "-D", log, stdin=b"Q").expect(out="ready")
    with open(log, encoding="utf-8") as file:
        text = file.read()
    assert "wfi" in text, "-d in_asm disassembles: " + text[:500]
    assert t.run(*t.echo(), "-d", "in_asm", stdin=b"Q").expect(err="wfi")


def test_statistics(t):
    done = t.run(*t.echo(), "-stats", stdin=b"Q").expect()
    assert re.search(r"^instructions \d{2,}$", done.err, re.MULTILINE), done.err
    assert re.search(r"^mips \d+\.\d$", done.err, re.MULTILINE), done.err


def test_the_default_firmware_is_found(t):
    t.run("test", "-m", "128", "-kernel", DEMO_KERNEL, "-append", "console=ttyS0", "-expect", "OpenSBI", "-timeout", "30").expect()
    empty = t.run("-bios", "no-such-firmware.bin")
    empty.expect_complaint("no-such-firmware.bin")
