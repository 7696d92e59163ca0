#!/usr/bin/env python3
"""Puts the output of `emboard -docs` into docs/cli.md."""
import argparse
import os
import re
import subprocess

PAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/cli.md")
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--emboard", required=True)
table = subprocess.run([parser.parse_args().emboard, "-docs"], capture_output=True, text=True, check=True).stdout.strip()
with open(PAGE, encoding="utf-8") as file:
    text = file.read()
text = re.sub(r"(<!-- emboard -docs -->\n).*(<!-- end -->)", lambda marks: marks[1] + table + "\n" + marks[2], text, flags=re.DOTALL)
with open(PAGE, "w", encoding="utf-8") as file:
    file.write(text)
