"""How the committed images are made. Each recipe puts its files into a directory and returns nothing."""
import os
import shutil

import initrd
from debian import Debian, Failure, require, run
from manifest import IMAGES, binary_version, source_version

CROSS = "riscv64-linux-gnu-"
COMPILER = {f"{CROSS}gcc": "gcc-riscv64-linux-gnu", "make": "make", "nice": "coreutils", "gzip": "gzip", "xz": "xz-utils"}
# Whatever names the builder, the place or the moment would make every build another one.
NEUTRAL = {
    "PATH": os.environ["PATH"],
    "LC_ALL": "C",
    "TZ": "UTC",
    "SOURCE_DATE_EPOCH": "1735689600",
    "KBUILD_BUILD_TIMESTAMP": "2025-01-01",
    "KBUILD_BUILD_USER": "emboard",
    "KBUILD_BUILD_HOST": "emboard",
    "KBUILD_BUILD_VERSION": "1",
}


def make(directory, jobs, *arguments, **variables):
    command = ["nice", "-n", "5", "make", "-s", f"-j{jobs}", f"CROSS_COMPILE={CROSS}"]
    run([*command, *(f"{key}={value}" for key, value in variables.items()), *arguments], cwd=directory, env=NEUTRAL)


def riscv64_tiny(out, work, jobs):
    require({**COMPILER, "flex": "flex", "bison": "bison", "bc": "bc"})
    debian = Debian("riscv64")
    version = source_version("linux")
    package, _ = debian.unpack("linux-source-6.12", version)
    print("unpacking the kernel (1.6 GB)", flush=True)
    run(["tar", "xf", f"{package}/usr/src/linux-source-6.12.tar.xz", "-C", work])
    shutil.rmtree(package)
    kernel = f"{work}/linux-source-6.12"
    _configure(kernel, f"{IMAGES}/riscv64-tiny/kernel.fragment", jobs)
    print("compiling the kernel (about four minutes on one core)", flush=True)
    make(kernel, jobs, "Image", ARCH="riscv")
    with open(f"{kernel}/arch/riscv/boot/Image", "rb") as image, open(f"{out}/Image.gz", "wb") as packed:
        packed.write(initrd.gzip(image.read()))

    package, _ = debian.unpack("busybox-static", binary_version("busybox-static"))
    with open(f"{package}/usr/bin/busybox", "rb") as busybox:
        lists = [f"{IMAGES}/riscv64-tiny/initrd.list"]
        initrd.pack(lists, {"busybox": busybox.read()}, f"{out}/initrd.cpio.gz")
    debian.close()


def _configure(kernel, fragment, jobs):
    """tinyconfig plus the fragment. Kconfig drops silently what lacks a dependency: say so."""
    make(kernel, jobs, "tinyconfig", ARCH="riscv")
    run(["scripts/kconfig/merge_config.sh", "-m", ".config", fragment], cwd=kernel, env=NEUTRAL)
    make(kernel, jobs, "olddefconfig", ARCH="riscv")
    with open(f"{kernel}/.config", encoding="utf-8") as config:
        result = dict(line.strip().split("=", 1) for line in config if line.startswith("CONFIG_"))
    with open(fragment, encoding="utf-8") as file:
        wanted = [line.strip().split("=", 1) for line in file if line.startswith("CONFIG_")]
    for name, value in wanted:
        if result.get(name, "n") != value:
            raise Failure(f"{fragment}: {name}={value} has no effect; a dependency is off or the option is gone")


def opensbi(out, work, jobs):
    require(COMPILER)
    debian = Debian("riscv64")
    archive = debian.source_archive("opensbi", source_version("opensbi"))
    run(["tar", "xf", archive, "-C", work, "--strip-components=1"])
    debian.close()
    shutil.copy(f"{IMAGES}/opensbi/opensbi.config", f"{work}/platform/generic/configs/emboard_defconfig")
    for bits in (64, 32):
        print(f"compiling OpenSBI for RV{bits}", flush=True)
        settings = {"PLATFORM": "generic", "PLATFORM_DEFCONFIG": "emboard_defconfig", "PLATFORM_RISCV_XLEN": bits}
        make(work, jobs, O=f"{work}/rv{bits}", **settings)
        shutil.copyfile(f"{work}/rv{bits}/platform/generic/firmware/fw_dynamic.bin", f"{out}/fw_dynamic-riscv{bits}.bin")


RECIPES = {"riscv64-tiny": riscv64_tiny, "opensbi": opensbi}
