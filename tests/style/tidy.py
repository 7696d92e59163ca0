#!/usr/bin/env python3
"""Runs clang-tidy-14 on the native sources. A file that passed is not looked at again until it, a header it includes or
.clang-tidy changes; files changed most recently come first, so a time limit cuts off the least interesting ones.

  tests/style/tidy.py [--seconds N] [--build build/native] [FILE…]
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDERS = ("core/", "boards/", "native-backend/")


def sources(build):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    names = {os.path.relpath(entry["file"], ROOT): entry["command"] for entry in commands}
    return {name: command for name, command in names.items() if name.startswith(FOLDERS)}


def fingerprint(name, command):
    """Of everything the verdict depends on within this repository."""
    words = [word for word in command.split() if word.startswith(("-I", "-D", "-std"))]
    made = subprocess.run(["clang++-14", "-MM", *words, "-Wno-everything", os.path.join(ROOT, name)], capture_output=True, text=True, check=False)
    digest = hashlib.sha256()
    for path in sorted(set(made.stdout.replace("\\\n", " ").split()[1:])) + [os.path.join(ROOT, ".clang-tidy")]:
        if path.startswith(ROOT):
            with open(path, "rb") as file:
                digest.update(file.read())
    return digest.hexdigest() if made.returncode == 0 else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--build", default=os.path.join(ROOT, "build/native"))
    parser.add_argument("file", nargs="*")
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    passed_file = os.path.join(ROOT, "build/check/tidy-passed.json")
    try:
        with open(passed_file, encoding="utf-8") as file:
            passed = json.load(file)
    except (FileNotFoundError, json.JSONDecodeError):
        passed = {}
    commands = sources(options.build)
    names = options.file or sorted(commands, key=lambda name: -os.path.getmtime(os.path.join(ROOT, name)))

    def check(name):
        if time.monotonic() > end:
            return name, None, ""
        print_of = fingerprint(name, commands[name])
        if print_of and passed.get(name) == print_of:
            return name, True, ""
        done = subprocess.run(["clang-tidy-14", "--quiet", "-p", options.build, "--extra-arg=-Wno-everything",
                               os.path.join(ROOT, name)], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            passed[name] = print_of
        return name, done.returncode == 0, done.stdout + ("" if done.returncode == 0 else done.stderr)

    counts = {True: 0, False: 0, None: 0}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, verdict, text in pool.map(check, names):
            counts[verdict] += 1
            if verdict is False:
                print(f"FAIL {name}\n{text}     repeat: tests/style/tidy.py {name}", flush=True)
    os.makedirs(os.path.dirname(passed_file), exist_ok=True)
    with open(passed_file, "w", encoding="utf-8") as file:
        json.dump(passed, file, indent=1)
    print(f"{counts[True]} files pass, {counts[False]} do not, {counts[None]} were not reached in {options.seconds:.0f} s")
    sys.exit(1 if counts[False] else 0)


main()
