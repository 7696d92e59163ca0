#!/usr/bin/env python3
"""Runs every fuzzer for a while and shows what one finds.

  tests/fuzz/run.py --build build/fuzz --seconds 60 [NAME…]
"""
import argparse
import glob
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def seeds(name, folder):
    """Something real to begin with."""
    if name == "fdt_fuzz":
        for source in glob.glob(os.path.join(HERE, "seeds", "*.dts")):
            if shutil.which("dtc"):
                subprocess.run(["dtc", "-q", "-O", "dtb", "-o", os.path.join(folder, os.path.basename(source)), source], check=True)
    if name == "options_fuzz":
        lines = (["-M", "virt", "-m", "1G", "-smp", "cpus=4", "-drive", "file=a,if=none,id=d,readonly=on", "-device",
                  "virtio-blk-device,drive=d"], ["-icount", "shift=3", "-d", "int,mmu", "-snapshot-at", "instructions=5,file=x"])
        for number, line in enumerate(lines):
            with open(os.path.join(folder, str(number)), "wb") as file:
                file.write("\0".join(line).encode())
    if name == "loader_fuzz":
        with open("/proc/self/exe", "rb") as program, open(os.path.join(folder, "elf"), "wb") as file:
            elf = bytearray(program.read(4096))
            elf[18:20] = b"\xf3\0"  # e_machine: RISC-V
            file.write(b"\0" + elf)
        with open(os.path.join(ROOT, "images/riscv64-tiny/Image.gz"), "rb") as image, open(os.path.join(folder, "gz"), "wb") as file:
            file.write(b"\0" + image.read(4096))


def run(path, seconds):
    name = os.path.basename(path)
    with tempfile.TemporaryDirectory(prefix="emboard-fuzz-") as folder:
        seeds(name, folder)
        finding = os.path.join(ROOT, "build", name + "-")
        command = [path, f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=4096", "-max_len=8192", "-print_final_stats=1",
                   "-verbosity=1", f"-artifact_prefix={finding}", folder]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode(errors="replace")
    runs = [line.split()[-1] for line in text.splitlines() if "number_of_executed_units" in line]
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name}: {runs[0] if runs else '?'} inputs in {seconds} s", flush=True)
    if done.returncode != 0:
        print("\n".join("     " + line for line in text.splitlines()[-40:]))
        found = [line.split("Test unit written to ")[1] for line in text.splitlines() if "Test unit written to " in line]
        print(f"     repeat: {path} {found[0] if found else ''}", flush=True)
    return done.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build/fuzz"))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("name", nargs="*")
    options = parser.parse_args()
    paths = sorted(glob.glob(os.path.join(options.build, "fuzzers", "*_fuzz")))
    if options.name:
        paths = [path for path in paths if any(word in path for word in options.name)]
    if not paths:
        sys.exit("no fuzzers; build them first: cmake --preset fuzz && cmake --build --preset fuzz --target fuzzers")
    results = [run(path, options.seconds) for path in paths]
    sys.exit(0 if all(results) else 1)


main()
