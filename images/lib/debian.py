"""Packages of a Debian release and architecture that need not be this machine's own.

Everything happens in one throw-away directory: neither dpkg nor apt's own lists change,
and no root rights are needed. apt checks Debian's signatures as usual.
"""
import os
import re
import shutil
import subprocess
import tempfile

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
APT_HELPER = "/usr/lib/apt/apt-helper"


class Failure(Exception):
    """A message for the user that says what to do."""


def run(command, **options):
    """Returns what the command prints. What it complains about is shown only if it fails."""
    command = [str(word) for word in command]
    try:
        return subprocess.run(command, check=True, text=True, capture_output=True, **options).stdout
    except FileNotFoundError:
        raise Failure(f"{command[0]} is missing: install the Debian package that has it") from None
    except subprocess.CalledProcessError as error:
        complaints = "\n  ".join(error.stderr.splitlines()[-20:])
        shown = " ".join(word for word in command if not word.startswith("-o"))
        raise Failure(f"'{shown}' failed with exit code {error.returncode}:\n  {complaints}") from None


def require(programs):
    """`programs` maps a command to the Debian package that has it."""
    missing = sorted({package for program, package in programs.items() if not shutil.which(program)})
    if missing:
        raise Failure(f"programs are missing; as root: apt-get install {' '.join(missing)}")


class Debian:
    def __init__(self, architecture, release="trixie"):
        require({"apt-get": "apt", "dpkg-deb": "dpkg", "xz": "xz-utils"})
        self._temporary = tempfile.TemporaryDirectory(prefix="emboard-apt-")
        self.directory = self._temporary.name
        self._mirror = os.environ.get("EMBOARD_DEBIAN_MIRROR") or self._own_mirror()
        for name in ("lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(self.directory, name))
        signed_by = f"[signed-by={KEYRING}] " if os.path.exists(KEYRING) else ""
        with open(os.path.join(self.directory, "list"), "w", encoding="utf-8") as sources:
            for kind in ("deb", "deb-src"):
                sources.write(f"{kind} {signed_by}{self._mirror} {release} main\n")
        settings = {
            "Dir::Etc::SourceList": f"{self.directory}/list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::State::Lists": f"{self.directory}/lists",
            "Dir::State::status": "/dev/null",
            "Dir::Cache": f"{self.directory}/cache",
            "APT::Architecture": architecture,
            "APT::Architectures": architecture,
            # The user _apt could not write into our directory.
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
        }
        if "EMBOARD_DEBIAN_MIRROR" in os.environ:
            # A snapshot's index has expired by nature.
            settings["Acquire::Check-Valid-Until"] = "false"
        self._options = [f"-o{key}={value}" for key, value in settings.items()]
        print(f"reading the package lists of {release} {architecture} from {self._mirror}", flush=True)
        run(["apt-get", "-qq", *self._options, "update"])

    def close(self):
        self._temporary.cleanup()

    def newest_dependency(self, package, pattern):
        """The package that a metapackage stands for."""
        match = re.search(rf"Depends: ({pattern})\n", run(["apt-cache", *self._options, "depends", package]))
        if not match:
            raise Failure(f"{self._mirror}: {package} depends on nothing like {pattern}")
        return match[1]

    def unpack(self, package, version=None):
        """Downloads a binary package; returns the directory with its files and its version."""
        print(f"downloading {package} {version or ''}", flush=True)
        place = tempfile.mkdtemp(dir=self.directory)
        wanted = f"{package}={version}" if version else package
        try:
            run(["apt-get", "-qq", *self._options, "download", wanted], cwd=place)
        except Failure as failure:
            raise Failure(f"{failure}\nIf the mirror has no {wanted}: {self._how_to_get_versions(package)}") from None
        archive = os.path.join(place, next(name for name in os.listdir(place) if name.endswith(".deb")))
        run(["dpkg-deb", "-x", archive, place])
        found = run(["dpkg-deb", "-f", archive, "Version"]).strip()
        os.unlink(archive)
        return place, found

    def source_archive(self, package, version):
        """Downloads the original archive of a source package; the signed index tells its hash."""
        for entry in run(["apt-cache", *self._options, "showsrc", package]).split("\n\n"):
            directory = re.search(r"^Directory: (.+)$", entry, re.M)
            archive = re.search(r"^ ([0-9a-f]{64}) \d+ (\S+\.orig\.tar\.\w+)$", entry, re.M)
            if directory and archive and f"\nVersion: {version}\n" in entry:
                path = os.path.join(self.directory, archive[2])
                url = f"{self._mirror.rstrip('/')}/{directory[1]}/{archive[2]}"
                print(f"downloading {url}", flush=True)
                run([APT_HELPER, *self._options, "-qq", "download-file", url, path, f"SHA256:{archive[1]}"])
                return path
        raise Failure(f"{self._mirror} has no source of {package} {version}: {self._how_to_get_versions(package)}")

    @staticmethod
    def _how_to_get_versions(package):
        return (
            f"it may have a newer one by now (see https://tracker.debian.org/{package}); put that into "
            "images/manifest.json and build again, or set EMBOARD_DEBIAN_MIRROR to an older state such as "
            "http://snapshot.debian.org/archive/debian/20260901T000000Z"
        )

    @staticmethod
    def _own_mirror():
        found = run(["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Label: Debian"])
        return (found.split() or ["http://deb.debian.org/debian/"])[0]
