#!/usr/bin/env python3
"""Tests of the emboard program as a user meets it: messages, exit statuses, terminal, broken files.

  tests/cli/run.py --emboard build/native/emboard            all of them
  tests/cli/run.py --emboard build/native/emboard NAME…      those whose name contains one of the words
"""
import argparse
import os
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import cases_broken
import cases_console
import cases_messages
import cases_snapshots
import cases_terminal
from harness import Context, Skip

MODULES = (cases_messages, cases_broken, cases_console, cases_snapshots, cases_terminal)


def all_cases():
    for module in MODULES:
        for name, function in vars(module).items():
            if name.startswith("test_"):
                yield f"{module.__name__[6:]}.{name[5:]}", function


def run(name, function, emboard):
    with tempfile.TemporaryDirectory(prefix="emboard-cli-") as folder:
        try:
            function(Context(emboard, folder))
            return "ok", ""
        except Skip as why:
            return "skip", str(why)
        except AssertionError as failure:
            where = traceback.extract_tb(failure.__traceback__)
            line = next(entry for entry in reversed(where) if "harness" not in entry.filename)
            return "FAIL", f"{os.path.relpath(line.filename)}:{line.lineno}: {failure or line.line}"
        except Exception:  # a case that breaks has failed; the others still run
            return "FAIL", traceback.format_exc()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--emboard", required=True)
    parser.add_argument("word", nargs="*")
    options = parser.parse_args()
    if not os.access(options.emboard, os.X_OK):
        sys.exit(f"{options.emboard}: no such program; build it first: cmake --build --preset native")
    counts = {"ok": 0, "FAIL": 0, "skip": 0}
    for name, function in all_cases():
        if options.word and not any(word in name for word in options.word):
            continue
        start = time.monotonic()
        verdict, message = run(name, function, os.path.abspath(options.emboard))
        counts[verdict] += 1
        print(f"{verdict:4} {name} ({time.monotonic() - start:.1f} s)", flush=True)
        if message:
            print("     " + message.replace("\n", "\n     "))
        if verdict == "FAIL":
            print(f"     repeat: tests/cli/run.py --emboard {options.emboard} {name}", flush=True)
    print(f"{counts['ok']} passed, {counts['FAIL']} failed, {counts['skip']} skipped")
    sys.exit(1 if counts["FAIL"] or not counts["ok"] else 0)


main()
