"""Guests for tests: what `images/fetch` puts into the cache. Each returns the roles of the files it made."""
import glob
import gzip
import hashlib
import lzma
import os
import shutil

import initrd
import manifest
from debian import Debian


def debian_riscv64(out):
    """Debian trixie's newest kernel; a busybox shell; drivers for virtio disks and networks."""
    debian = Debian("riscv64")
    name = debian.newest_dependency("linux-image-riscv64", r"linux-image-[0-9.]+\+?\S*-riscv64")
    kernel, version = debian.unpack(name)
    # Debian calls it vmlinux; it is the uncompressed Image of the boot protocol.
    shutil.move(glob.glob(f"{kernel}/boot/vmlinux-*")[0], f"{out}/Image")
    given = Modules(glob.glob(f"{kernel}/usr/lib/modules/*/kernel")[0])
    busybox, _ = debian.unpack("busybox-static")
    with open(f"{busybox}/usr/bin/busybox", "rb") as file:
        given["busybox"] = file.read()
    lists = [f"{manifest.IMAGES}/{guest}/initrd.list" for guest in ("riscv64-tiny", "debian-riscv64")]
    initrd.pack(lists, given, f"{out}/initrd.cpio.gz")
    debian.close()
    return {"kernel": "Image", "initrd": "initrd.cpio.gz", "version": version}


class Modules(dict):
    """Maps drivers/block/virtio_blk to the unpacked module: no guest has to know xz."""

    def __init__(self, directory):
        super().__init__()
        self.directory = directory

    def __missing__(self, name):
        with lzma.open(f"{self.directory}/{name}.ko.xz") as file:
            return file.read()


def u_boot(out):
    """U-Boot in machine mode (as -bios) and in supervisor mode (as -kernel, above OpenSBI)."""
    debian = Debian("riscv64")
    package, version = debian.unpack("u-boot-qemu")
    for board, name in (("qemu-riscv64", "u-boot.bin"), ("qemu-riscv64_smode", "u-boot-smode.bin")):
        shutil.move(f"{package}/usr/lib/u-boot/{board}/u-boot.bin", f"{out}/{name}")
    debian.close()
    return {"bios": "u-boot.bin", "kernel": "u-boot-smode.bin", "version": version}


def riscv64_tiny(out):
    """The committed demo, unpacked: a raw Image is what a boot loader wants."""
    images = {image["name"]: image for image in manifest.load()["images"]}
    demo = images["riscv64-tiny"]
    roles = {}
    for file in demo["files"] + images[demo["bios"]]["files"]:
        name = os.path.basename(file["path"])
        with open(f"{manifest.IMAGES}/{file['path']}", "rb") as packed:
            data = packed.read()
        if file.get("compression") == "gzip":
            name, data = name.removesuffix(".gz"), gzip.decompress(data)
        with open(f"{out}/{name}", "wb") as raw:
            raw.write(data)
        roles[file["role"]] = name
        roles[f"{file['role']}_version"] = file["version"]
    return roles


GUESTS = {"debian-riscv64": debian_riscv64, "u-boot": u_boot, "riscv64-tiny": riscv64_tiny}
# What of this directory goes into a guest: if that changes, the cache is stale.
INPUTS = {
    "debian-riscv64": ("debian-riscv64/*", "riscv64-tiny/initrd.list", "riscv64-tiny/rootfs/**"),
    "u-boot": (),
    # It has the hashes of the files.
    "riscv64-tiny": ("manifest.json",),
}


def inputs_digest(name):
    digest = hashlib.sha256()
    for pattern in ("lib/guests.py", "lib/initrd.py", *INPUTS[name]):
        for path in sorted(glob.glob(f"{manifest.IMAGES}/{pattern}", recursive=True)):
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    digest.update(file.read())
    return digest.hexdigest()
