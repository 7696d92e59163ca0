"""Snapshots and repeatable runs."""
from harness import DEMO_INITRD, DEMO_KERNEL

DEMO = ["-m", "128", "-kernel", DEMO_KERNEL, "-initrd", DEMO_INITRD, "-append", "console=ttyS0", "-icount", "1"]


def counts(done):
    return [line for line in done.err.splitlines() if line.startswith("instructions ")]


def test_a_snapshot_continues_where_it_was(t):
    """Console and instruction count of a run cut in two are those of a run in one piece."""
    guest = ["-bios", "none", "-kernel", t.guest("count"), "-icount", "0"]
    whole = t.run(*guest, "-stats").expect(out="." * 20 + "\n")
    first = t.run(*guest, "-snapshot-at", f"instructions=1000000,file={t.path('s')},quit=on").expect(err="1000000 instructions")
    rest = t.run(*guest, "-loadvm", t.path("s"), "-stats").expect()
    assert 0 < len(first.out) < 20, first.out
    assert first.out + rest.out == whole.out
    assert counts(rest) == counts(whole) != [], rest.describe()


def test_a_boot_continues_where_it_was(t):
    """Linux, saved in the middle of its boot and loaded by another process, goes on to the same prompt."""
    steps = ["-expect", r"emboard:/ # $"]
    whole = t.run("test", *DEMO, *steps, "-console", t.path("whole"), "-stats", timeout=300).expect()
    t.run(*DEMO, "-snapshot-at", f"instructions=40000000,file={t.path('s')},quit=on", stdin=None, timeout=300).expect()
    first = t.run(*DEMO, "-snapshot-at", f"instructions=40000000,file={t.path('s2')},quit=on", stdin=None, timeout=300).expect()
    rest = t.run("test", *DEMO, "-loadvm", t.path("s"), *steps, "-console", t.path("rest"), "-stats", timeout=300).expect()
    with open(t.path("whole"), "rb") as file:
        console = file.read().decode()
    with open(t.path("rest"), "rb") as file:
        tail = file.read().decode()
    assert first.out + tail == console, "the console differs"
    assert counts(rest) == counts(whole) != [], f"{counts(rest)} and {counts(whole)}"
    with open(t.path("s"), "rb") as one, open(t.path("s2"), "rb") as two:
        assert one.read() == two.read(), "the same run saved twice gives two different snapshots"


def test_icount_runs_repeat(t):
    runs = [t.run("test", *DEMO, "-smp", "2", "-expect", r"emboard:/ # $", "-send", "cat /proc/uptime; head -c 8 /dev/urandom | md5sum\\r",
                  "-expect", "  -", "-console", t.path(f"c{i}"), "-stats", timeout=300).expect() for i in range(2)]
    with open(t.path("c0"), "rb") as one, open(t.path("c1"), "rb") as two:
        assert one.read() == two.read(), "two runs with -icount print different things"
    assert counts(runs[0]) == counts(runs[1]) != []
