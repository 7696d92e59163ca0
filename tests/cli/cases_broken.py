"""Broken input files: one clear line and status 2, never a crash and never a hang."""
import os
import subprocess

from harness import DEMO_INITRD, DEMO_KERNEL, ROOT, Skip


def fetched_kernel():
    """Debian's kernel: an EFI program too, so that its length can be checked. The demo's Image does not say."""
    done = subprocess.run([os.path.join(ROOT, "images/fetch"), "--print", "debian-riscv64"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Skip("images/fetch debian-riscv64 failed: " + done.stderr[-200:])
    with open(done.stdout.partition("kernel=")[2].splitlines()[0], "rb") as file:
        return file.read()


def test_missing_files(t):
    for option in ("-kernel", "-initrd", "-dtb", "-bios", "-loadvm"):
        t.run(option, "/no/such/file").expect_complaint("'/no/such/file'")
    t.run("-drive", "file=/no/such/file").expect_complaint("'/no/such/file'")
    t.run("-drive", "file=/no/such/file,if=pflash").expect_complaint("'/no/such/file'")
    t.run("-D", "/no/such/folder/log", "-d", "int").expect_complaint("'/no/such/folder/log'")
    t.run("-serial", "file:/no/such/folder/log").expect_complaint("'/no/such/folder/log'")
    t.run("test", "-script", "/no/such/file").expect_complaint("'/no/such/file'")


def test_directories_and_devices_as_files(t):
    for option in ("-kernel", "-initrd", "-dtb", "-bios", "-loadvm"):
        t.run(option, t.folder).expect_complaint(t.folder)
        t.run(option, "/dev/zero").expect_complaint("'/dev/zero'")
    for path in (t.folder, "/dev/zero", "/dev/null"):
        t.run("-drive", f"file={path}").expect_complaint(f"'{path}'")


def test_drives_of_odd_sizes(t):
    t.run("-drive", "file=" + t.file("odd", b"x" * 1000)).expect_complaint("1000", "512")
    t.run("-drive", "file=" + t.file("empty", b"")).expect_complaint("empty")


def test_a_drive_is_used_once(t):
    disk = t.file("disk", bytes(4096))
    t.run("-drive", f"file={disk}", "-drive", f"file={disk}").expect_complaint("in use", disk)
    t.run("-drive", f"file={disk}", "-drive", f"file={disk},readonly=on").expect_complaint("in use")
    t.run("-drive", f"file={disk},if=none,id=a", "-device", "virtio-blk-device,drive=a", "-device",
          "virtio-blk-device,drive=a").expect_complaint("a")
    holder = subprocess.Popen([t.emboard, *t.echo(), "-drive", f"file={disk}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline().strip() == b"ready"
        t.run("-drive", f"file={disk}").expect_complaint("in use")
    finally:
        holder.kill()
        holder.communicate()
    t.run(*t.echo(), "-drive", f"file={disk},readonly=on", "-drive", f"file={disk},readonly=on,id=b", stdin=b"Q").expect()


def test_too_many_drives(t):
    arguments = []
    for index in range(9):
        arguments += ["-drive", "file=" + t.file(f"disk{index}", bytes(512))]
    t.run(*arguments).expect_complaint()


def test_read_only_file_as_writable_drive(t):
    disk = t.file("disk", bytes(512))
    os.chmod(disk, 0o444)
    if os.geteuid() == 0:
        return  # root may write anything
    t.run("-drive", f"file={disk}").expect_complaint("readonly=on")


def test_truncated_kernels(t):
    image = fetched_kernel()
    with open(DEMO_KERNEL, "rb") as file:
        packed = file.read()
    for length in (0, 4096, len(image) // 2):
        path = t.file("Image", image[:length])
        t.run("-kernel", path, timeout=20).expect_complaint(path)
    for length in (3, 10, 18, 1000, len(packed) // 2, len(packed) - 1):
        path = t.file("Image.gz", packed[:length])
        t.run("-kernel", path, timeout=20).expect_complaint(path)
    damaged = bytearray(packed)
    damaged[len(packed) // 2] ^= 0xff
    t.run("-kernel", t.file("damaged.gz", bytes(damaged)), timeout=20).expect_complaint("damaged.gz")


def test_truncated_and_wrong_elfs(t):
    t.guest("echo")
    with open(t.path("echo.elf"), "rb") as file:
        elf = file.read()
    for length in (4, 5, 16, 63, 64, 100, 119):
        path = t.file("cut.elf", elf[:length])
        t.run("-bios", "none", "-kernel", path, timeout=20).expect_complaint(path)
    for offset, value, what in ((4, 9, "class"), (5, 2, "byte order"), (18, 0x3e, "machine")):
        wrong = bytearray(elf)
        wrong[offset] = value
        path = t.file("wrong.elf", bytes(wrong))
        t.run("-bios", "none", "-kernel", path, timeout=20).expect_complaint(path)
    huge = bytearray(elf)
    huge[32:40] = (1 << 63).to_bytes(8, "little")  # e_phoff
    t.run("-bios", "none", "-kernel", t.file("huge.elf", bytes(huge)), timeout=20).expect_complaint("huge.elf")


def test_what_does_not_fit_into_memory(t):
    big = t.path("big")
    with open(big, "wb") as file:
        file.truncate(200 << 20)
    t.run("-m", "128", "-initrd", big, "-kernel", DEMO_KERNEL, timeout=30).expect_complaint("big")
    t.run("-m", "128", "-bios", "none", "-kernel", big, timeout=30).expect_complaint("big")
    with open(big, "wb") as file:
        file.truncate(1 << 43)
    t.run("-kernel", big, timeout=20).expect_complaint("big", "too large")
    with open(big, "wb") as file:
        file.truncate(33 << 20)
    t.run("-drive", f"file={big},if=pflash", timeout=20).expect_complaint("big")


def test_initrd_without_kernel(t):
    t.run("-initrd", DEMO_INITRD, timeout=20).expect_complaint("initrd")


def test_broken_device_trees(t):
    for content in (b"", b"\xd0\x0d\xfe\xed", b"not a device tree at all, really not one", b"\xd0\x0d\xfe\xed" + b"\xff" * 60,
                    b"\xd0\x0d\xfe\xed\0\0\0\x48" + bytes(64)):
        path = t.file("board.dtb", content)
        t.run("-kernel", DEMO_KERNEL, "-dtb", path, timeout=20).expect_complaint(path)


def test_broken_snapshots(t):
    echo = t.echo()
    snapshot = t.path("s")
    t.run(*echo, "-icount", "0", "-snapshot-at", f"instructions=30,file={snapshot},quit=on").expect()
    with open(snapshot, "rb") as file:
        good = file.read()
    for length in (0, 1, 8, 20, len(good) // 2, len(good) - 1):
        path = t.file("cut", good[:length])
        t.run(*echo, "-icount", "0", "-loadvm", path, timeout=20).expect_complaint(path)
    for position in (0, 9, len(good) // 3, len(good) // 2, len(good) - 1):
        wrong = bytearray(good)
        wrong[position] ^= 0x41
        path = t.file("wrong", bytes(wrong))
        t.run(*echo, "-icount", "0", "-loadvm", path, timeout=20).expect_complaint(path)
    t.run(*echo, "-icount", "0", "-m", "64", "-loadvm", snapshot, timeout=20).expect_complaint("'" + snapshot + "'")
    t.run(*echo, "-icount", "0", "-smp", "2", "-loadvm", snapshot, timeout=20).expect_complaint("'" + snapshot + "'")


def test_full_disk(t):
    t.run(*t.echo(), "-icount", "0", "-snapshot-at", "instructions=30,file=/dev/full,quit=on").expect_complaint("/dev/full", "No space")
    t.run(*t.echo(), "-serial", "file:/dev/full", stdin=b"").expect_complaint("/dev/full", "No space")


def test_broken_scripts(t):
    for content, words in ((b"expect (\n", (":1:", "regular expression")), (b"\nsay hello\n", (":2:", "'say'")),
                           (b"machine -kernal x\nexpect x\n", (":1:", "-kernel")), (b"machine 'open\n", (":1:", "quote")),
                           (b"send \\q\n", (":1:", "escape")), (b"script x\n", (":1:",)), (b"send x\n", ("needs at least one",)),
                           (b"expect a\nnot b\n", ("-not 'b'",)), (b"\xff\xfe\0", (":1:",))):
        t.run("test", "-script", t.file("script", content)).expect_complaint(*words)
