#!/usr/bin/env python3
"""Runs the boot tests of this folder with `emboard test`; README.md says what they look like.

  tests/boot/run.py --emboard build/native/emboard [--quick] [--slow FACTOR] [NAME…]
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
GUEST_DATA = os.path.join(os.path.dirname(ROOT), "shared/guest-data")


class Missing(Exception):
    """Something that this machine does not have; the test is skipped."""


def wishes(script):
    """The `# word: value` lines of a test."""
    with open(script, encoding="utf-8") as file:
        text = file.read()
    found = dict(re.findall(r"^# (guest|data|disk): (.+)$", text, re.MULTILINE))
    found["quick"] = bool(re.search(r"^# quick$", text, re.MULTILINE))
    return found


def guest_files(name):
    done = subprocess.run([os.path.join(ROOT, "images/fetch"), "--print", name], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"images/fetch {name} failed")
    return {role.upper(): path for role, path in (line.split("=", 1) for line in done.stdout.splitlines())}


def environment(wanted, folder):
    values = {"IMAGES": os.path.join(ROOT, "images"), "EMBOARD_DATA": os.path.join(ROOT, "images/opensbi")}
    if "guest" in wanted:
        values |= guest_files(wanted["guest"])
    if "data" in wanted:
        values["DATA"] = os.path.join(GUEST_DATA, wanted["data"])
        if not os.path.exists(values["DATA"]):
            raise Missing(f"no {values['DATA']}")
    if "disk" in wanted:
        values["DISK"] = os.path.join(folder, "disk.img")
        with open(values["DISK"], "wb") as disk:
            disk.truncate(int(wanted["disk"]))
    return values


def run(script, engine, options):
    with tempfile.TemporaryDirectory(prefix="emboard-boot-") as folder:
        values = environment(wishes(script), folder)
        command = [options.emboard, "test", "-slow", str(options.slow), "-accel", engine, "-script", script]
        if options.junit:
            command += ["-junit", os.path.join(options.junit, f"{os.path.basename(script)}.{engine}.xml")]
        done = subprocess.run(command, env=dict(os.environ, **values), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace").rstrip() + f"\nexit status {done.returncode}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--emboard", required=True)
    parser.add_argument("--quick", action="store_true", help="only the tests marked '# quick'")
    parser.add_argument("--slow", type=float, default=1, help="multiply all time limits")
    parser.add_argument("--engines", type=lambda text: text.split(","), default=["interp", "jit"], metavar="A,B",
                        help="what -accel gets, in turn (default interp,jit)")
    parser.add_argument("--junit", metavar="FOLDER", help="write a report for each test")
    parser.add_argument("name", nargs="*")
    options = parser.parse_args()
    counts = {"ok": 0, "FAIL": 0, "skip": 0}
    for script in sorted(os.listdir(HERE)):
        name, extension = os.path.splitext(script)
        if extension != ".test" or (options.name and not any(word in name for word in options.name)):
            continue
        if options.quick and not wishes(os.path.join(HERE, script))["quick"]:
            continue
        for engine in options.engines:
            start = time.monotonic()
            try:
                run(os.path.join(HERE, script), engine, options)
                verdict, why = "ok", ""
            except Missing as reason:
                verdict, why = "skip", str(reason)
            except AssertionError as reason:
                verdict, why = "FAIL", str(reason)
            counts[verdict] += 1
            print(f"{verdict:4} {name} on {engine} ({time.monotonic() - start:.1f} s) {'' if verdict == 'FAIL' else why}", flush=True)
            if verdict == "FAIL":
                print("     " + why.replace("\n", "\n     "))
                print(f"     repeat: tests/boot/run.py --emboard {shlex.quote(options.emboard)} --slow {options.slow:g} --engines {engine} {name}", flush=True)
    print(f"{counts['ok']} passed, {counts['FAIL']} failed, {counts['skip']} skipped")
    sys.exit(1 if counts["FAIL"] or not counts["ok"] else 0)


main()
