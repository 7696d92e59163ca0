"""What the cases share: running emboard, guests assembled on the spot, small assertions."""
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DEMO_KERNEL = os.path.join(ROOT, "images/riscv64-tiny/Image.gz")
DEMO_INITRD = os.path.join(ROOT, "images/riscv64-tiny/initrd.cpio.gz")
TOOLS = "riscv64-linux-gnu-"


class Skip(Exception):
    """A test that cannot run here, with the reason."""


class Done:
    """A finished emboard."""

    def __init__(self, command, status, out, err):
        self.command, self.status, self.out, self.err = command, status, out, err

    def describe(self):
        return f"{' '.join(self.command)}\nstatus {self.status}\nstdout: {self.out[-2000:]}\nstderr: {self.err[-2000:]}"

    def expect(self, status=0, out=None, err=None):
        assert self.status == status, f"expected status {status}:\n{self.describe()}"
        assert out is None or out in self.out, f"expected '{out}' on stdout:\n{self.describe()}"
        assert err is None or err in self.err, f"expected '{err}' on stderr:\n{self.describe()}"
        return self

    def expect_complaint(self, *words):
        """One clear line and status 2; every word is in it."""
        assert self.status == 2, f"expected status 2:\n{self.describe()}"
        lines = self.err.splitlines()
        assert len(lines) == 1 and lines[0].startswith("emboard: "), f"expected one 'emboard: …' line:\n{self.describe()}"
        for word in words:
            assert word in lines[0], f"expected '{word}' in the message:\n{self.describe()}"
        assert not lines[0].rstrip().endswith("."), f"a message ends without a full stop:\n{self.describe()}"
        return self


class Context:
    """One test's view of the world."""

    def __init__(self, emboard, folder):
        self.emboard, self.folder = emboard, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def run(self, *arguments, stdin=b"", timeout=60, env=None, stdout=None):
        command = [self.emboard, *arguments]
        environment = dict(os.environ, **(env or {}))
        pipe = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        try:
            done = subprocess.run(command, stdout=stdout or subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                                  env=environment, cwd=self.folder, check=False, **pipe)
        except subprocess.TimeoutExpired as late:
            raise AssertionError(f"still running after {timeout} s: {' '.join(command)}\nstdout: {late.stdout}") from None
        return Done(command, done.returncode, (done.stdout or b"").decode(errors="replace"), done.stderr.decode(errors="replace"))

    def guest(self, name):
        """tests/cli/guests/NAME.S as a raw image for -bios none -kernel."""
        if not shutil.which(TOOLS + "gcc"):
            raise Skip("no riscv64-linux-gnu-gcc; ./check --only packages installs it")
        elf, image = self.path(name + ".elf"), self.path(name + ".bin")
        subprocess.run([TOOLS + "gcc", "-nostdlib", "-static", "-march=rv64imac_zicsr", "-mabi=lp64", "-Wl,-Ttext=0x80000000",
                        "-Wl,--build-id=none", "-o", elf, os.path.join(HERE, "guests", name + ".S")], check=True)
        subprocess.run([TOOLS + "objcopy", "-O", "binary", elf, image], check=True)
        return image

    def echo(self):
        """Options that boot the guest that echoes what it is sent."""
        return ["-bios", "none", "-kernel", self.guest("echo")]
