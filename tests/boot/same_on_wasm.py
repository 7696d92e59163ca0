#!/usr/bin/env python3
"""The WebAssembly core in Node does what the native program does: with -icount the same console at the same instruction
counts, and a snapshot of one continues in the other.

  tests/boot/same_on_wasm.py --emboard build/native/emboard [--core build/wasm/wasm-backend]
"""
import argparse
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEMO = ["-M", "virt", "-m", "128M", "-icount", "1", "-kernel", os.path.join(ROOT, "images/riscv64-tiny/Image.gz"), "-initrd",
        os.path.join(ROOT, "images/riscv64-tiny/initrd.cpio.gz"), "-append", "console=ttyS0"]
FIRST, SECOND = 30_000_000, 75_000_000  # in the middle of the kernel's boot; at the prompt


class Difference(Exception):
    pass


def run(name, command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False)
    if done.returncode != 0:
        raise Difference(f"{name}: status {done.returncode}: {' '.join(command)}\n{done.stderr.decode(errors='replace')[-2000:]}")
    print(f"     {name}: {len(done.stdout)} bytes of console", flush=True)
    return done.stdout


def stop_at(count, file):
    return ["-snapshot-at", f"instructions={count},file={file},quit=on"]


def same(what, one, two):
    if one == two:
        print(f"ok   {what}", flush=True)
        return
    at = next((i for i, (a, b) in enumerate(zip(one, two)) if a != b), min(len(one), len(two)))
    raise Difference(f"{what}: they differ from byte {at} of {len(one)} and {len(two)}:\n"
                     f"  {one[max(at - 200, 0):at + 100]!r}\n  {two[max(at - 200, 0):at + 100]!r}")


def check(native, wasm, folder):
    def file(name):
        return os.path.join(folder, name)

    whole_native = run("native, in one piece", native + DEMO + stop_at(SECOND, file("n2")))
    whole_wasm = run("wasm, in one piece", wasm + DEMO + stop_at(SECOND, file("w2")))
    if b"emboard:/ # " not in whole_native:
        raise Difference(f"no prompt after {SECOND} instructions:\n{whole_native[-500:].decode(errors='replace')}")
    same(f"both print the same in {SECOND} instructions", whole_native, whole_wasm)
    with open(file("n2"), "rb") as one, open(file("w2"), "rb") as two:
        same("both are in the same state then", one.read(), two.read())
    first = run("native, first part", native + DEMO + stop_at(FIRST, file("n1")))
    rest = run("wasm, from the native snapshot", wasm + DEMO + ["-loadvm", file("n1")] + stop_at(SECOND, file("nw2")))
    same("wasm continues a native snapshot", first + rest, whole_native)
    run("wasm, first part", wasm + DEMO + stop_at(FIRST, file("w1")))
    rest = run("native, from the wasm snapshot", native + DEMO + ["-loadvm", file("w1")] + stop_at(SECOND, file("wn2")))
    same("native continues a wasm snapshot", first + rest, whole_native)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--emboard", required=True)
    parser.add_argument("--core", default=os.path.join(ROOT, "build/wasm/wasm-backend"))
    options = parser.parse_args()
    wasm = ["node", os.path.join(ROOT, "wasm-backend/emboard-node.mjs"), "--core", options.core]
    with tempfile.TemporaryDirectory(prefix="emboard-wasm-") as folder:
        try:
            check([options.emboard], wasm, folder)
        except Difference as difference:
            print(f"FAIL {difference}\n     repeat: tests/boot/same_on_wasm.py --emboard {options.emboard} --core {options.core}")
            sys.exit(1)


main()
