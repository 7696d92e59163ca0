"""Help, lists, and what is said about a wrong command line."""
import os
import re

from harness import ROOT


def test_help_teaches(t):
    page = t.run("--help").expect().out
    for part in ("Try this", "-kernel Image", "Ctrl-A x", "emboard test", "Exit status"):
        assert part in page, f"'{part}' is missing in --help"
    too_long = [line for line in page.splitlines() if len(line) > 80]
    assert not too_long, f"longer than 80 columns: {too_long[0]}"
    assert t.run("-h").out == page == t.run("-help").out


def test_lists(t):
    t.run("-M", "help").expect(out="virt")
    t.run("-machine", "help").expect(out="virt")
    t.run("-cpu", "help").expect(out="rv64").expect(out="zba")
    t.run("-device", "help").expect(out="virtio-blk-device")
    t.run("-device", "virtio-blk-device,help").expect(out="drive=")
    t.run("-d", "help").expect(out="in_asm")
    assert re.fullmatch(r"emboard \d+\.\d+\.\d+\n", t.run("-version").expect().out)


def test_docs_are_up_to_date(t):
    """docs/cli.md holds the option table as `emboard -docs` prints it."""
    table = t.run("-docs").expect().out.strip()
    with open(os.path.join(ROOT, "docs/cli.md"), encoding="utf-8") as file:
        assert table in file.read(), "docs/cli.md: is out of date; python3 tests/cli/update_docs.py --emboard PATH renews it"


def test_wrong_options_name_the_nearest(t):
    t.run("-kernal", "x").expect_complaint("'-kernal'", "did you mean '-kernel'")
    t.run("--apend", "x").expect_complaint("did you mean '-append'")
    t.run("-zzzzzz").expect_complaint("'-zzzzzz'", "nearest known is '-")
    t.run("-hda", "x").expect_complaint("-drive file=FILE,if=virtio")
    t.run("-netdev", "user,id=n").expect_complaint("not supported")
    t.run("-M", "vrit").expect_complaint("did you mean 'virt'")
    t.run("-device", "virtio-blk-devise").expect_complaint("did you mean 'virtio-blk-device'")
    t.run("-drive", "flie=x").expect_complaint("did you mean 'file'")
    t.run("-d", "in_sam").expect_complaint("did you mean 'in_asm'")
    t.run("-device", "virtio-blk-device,drvie=x").expect_complaint("drvie", "drive")
    t.run("-cpu", "rv46").expect_complaint("rv46", "rv64")
    t.run("-cpu", "rv64,zbq=on").expect_complaint("zbq")


def test_wrong_values(t):
    for arguments in (["-m", "lots"], ["-m", "0"], ["-m", "1K"], ["-m", "99999999T"], ["-m", "15E"], ["-m", "8191T"], ["-smp", "0"],
                      ["-smp", "9"], ["-smp", "999999"], ["-icount", "auto"], ["-icount", "11"], ["-kernel"], ["Image"],
                      ["-serial", "tcp::4444"], ["-serial", "stdio", "-serial", "mon:stdio"], ["-accel", "kvm"], ["-display", "gtk"],
                      ["-expect", "x"], ["-drive", "if=none"], ["-device", "virtio-blk-device,drive=nothing"],
                      ["-device", "virtio-blk-device"], ["-append", "x", "-bios", "none"]):
        t.run(*arguments, timeout=20).expect_complaint()


def test_broken_standard_output(t):
    with open("/dev/full", "wb") as full:
        t.run("--help", stdout=full).expect_complaint("standard output")
        t.run(*t.echo(), stdout=full, timeout=20).expect_complaint("standard output", "No space left")


