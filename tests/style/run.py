#!/usr/bin/env python3
"""House rules as tests: layering, naming, file sizes. One line per offence.

  tests/style/run.py            all rules
  tests/style/run.py RULE…      these rules alone
"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CODE = (".cpp", ".h", ".def")
# What runs inside a machine is not part of the program: assembly, and C without a library.
GUEST_PROGRAMS = ("tests/guest/", "tests/bench/guest/")
OUR_FOLDERS = ("core/", "boards/", "native-backend/", "wasm-backend/", "tests/")

WARN_LINES, MOST_LINES = 400, 600
# Tables and generated models may be long.
LONG_FILES = {"core/guest/riscv/isa.def", "core/ir/opcodes.def"}

# What stands for a guest or an engine in code that must know neither.
GUEST_WORDS = re.compile(r"riscv|risc_v|\brv32|\brv64|aarch64|\barmv|mips|sparc|powerpc|x86", re.IGNORECASE)
ENGINE_WORDS = re.compile(r"emscripten|\bwasm|\bjit\b", re.IGNORECASE)
HOST_HEADERS = re.compile(
    r"#include <(unistd|fcntl|pthread|poll|signal|termios|dlfcn|sys/[\w/]+|linux/[\w/]+|emscripten[\w/]*)\.h>"
    r"|#include <(thread|mutex|filesystem|iostream|fstream|csignal)>")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|not (yet )?implemented|(?<!EFI )\bstubs?\b", re.IGNORECASE)


def tracked():
    names = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True)
    return sorted(name for name in names.stdout.splitlines() if os.path.isfile(os.path.join(ROOT, name)))


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def without_comments(text):
    """Comments and string contents blanked, line numbers kept."""
    def blank(match):
        token = match.group(0)
        return token if token.startswith("#include") else re.sub(r"[^\n]", " ", token)
    # Predefined macros (__x86_64__) only ask the compiler what it can do.
    return re.sub(r'#include "[^"]*"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\b__\w+__\b', blank, text, flags=re.DOTALL)


def lines_matching(name, pattern, text):
    for number, line in enumerate(text.splitlines(), 1):
        match = pattern.search(line)
        if match:
            yield f"{name}:{number}", match.group(0), line


def folder_of(path, folders):
    """The CMake folder a file belongs to: the deepest that has a CMakeLists.txt with a library."""
    best = ""
    for folder in folders:
        if path.startswith(folder + "/") and len(folder) > len(best):
            best = folder
    return best


def library_links(files):
    """{folder: (library, libraries it names)} from the CMake files."""
    links = {}
    for name in files:
        if os.path.basename(name) != "CMakeLists.txt":
            continue
        text = re.sub(r"#.*", "", read(name))
        for target in re.findall(r"add_(?:library|executable)\(\s*(\w+)", text):
            named = re.findall(r"target_link_libraries\(\s*%s\b([^)]*)\)" % target, text)
            links.setdefault(os.path.dirname(name), []).append((target, set(re.findall(r"\bemboard_\w+", " ".join(named)))))
    return links


def rule_layering(files):
    """A folder includes only its own headers and those of libraries that its CMake target names, transitively."""
    links = library_links(files)
    folder_by_library = {library: folder for folder, targets in links.items() for library, _ in targets}

    def reachable(folder, seen):
        for _, named in links.get(folder, []):
            for library in named:
                below = folder_by_library.get(library)
                if below and below not in seen:
                    seen.add(below)
                    reachable(below, seen)
        return seen

    for name in files:
        if not name.endswith(CODE) or not name.startswith(("core/", "boards/", "native-backend/", "wasm-backend/")):
            continue
        folder = folder_of(name, links) or os.path.dirname(name)
        allowed = reachable(folder, {folder}) | {"core/ports", "core/base"}
        for number, line in enumerate(read(name).splitlines(), 1):
            match = re.match(r'\s*#include "([^"]+)"', line)
            if not match:
                continue
            target = folder_of(match.group(1), links) or os.path.dirname(match.group(1))
            if match.group(1).startswith("core/ports/"):
                continue
            if target not in allowed:
                yield f"{name}:{number}: includes {match.group(1)}, but {folder} does not link {target}"


def rule_cycles(files):
    """Libraries link only downward."""
    graph = {library: named for targets in library_links(files).values() for library, named in targets}

    def visit(library, path):
        if library in path:
            return path[path.index(library):] + [library]
        for below in graph.get(library, ()):
            found = visit(below, path + [library])
            if found:
                return found
        return None

    for library in graph:
        cycle = visit(library, [])
        if cycle:
            yield "CMake: " + " -> ".join(cycle)
            return


def rule_neutral(files):
    """Architecture-neutral files name no guest, no engine and no host header; comments may."""
    neutral = re.compile(r"core/(base|ir|opt|exec|memory|fp|block|ports|machine)/")
    for name in files:
        if not name.endswith(CODE) or not name.startswith("core/"):
            continue
        text = without_comments(read(name))
        if neutral.match(name):
            for where, word, _ in lines_matching(name, GUEST_WORDS, text):
                yield f"{where}: names a guest ({word})"
        for where, word, _ in lines_matching(name, ENGINE_WORDS, text):
            yield f"{where}: names an engine or host ({word})"
        for where, word, _ in lines_matching(name, HOST_HEADERS, text):
            yield f"{where}: {word}: core reaches the host through ports only"


def rule_devices(files):
    """A device never names a board, the CPU or the machine."""
    for name in files:
        if name.endswith(CODE) and name.startswith("core/device/"):
            pattern = re.compile(r'#include "(boards|core/machine|core/guest|core/exec)/')
            for where, word, _ in lines_matching(name, pattern, read(name)):
                yield f"{where}: a device must not know this: {word}"


def rule_includes(files):
    """Quoted includes are root-relative; headers begin with #pragma once."""
    for name in files:
        if not name.endswith((".cpp", ".h")) or name.startswith(GUEST_PROGRAMS):
            continue
        text = read(name)
        for number, line in enumerate(text.splitlines(), 1):
            match = re.match(r'\s*#include "([^"]+)"', line)
            if match and not match.group(1).startswith(OUR_FOLDERS):
                yield f"{name}:{number}: '{match.group(1)}' is not relative to the repository's root"
        if name.endswith(".h") and not text.startswith("#pragma once"):
            yield f"{name}:1: a header begins with #pragma once"


def rule_size(files):
    """Files stay short; tables may be long."""
    for name in files:
        if not name.endswith((".cpp", ".h", ".py", ".ts", ".mjs")) or name in LONG_FILES:
            continue
        count = read(name).count("\n")
        if count > MOST_LINES:
            yield f"{name}: {count} lines; split it (at most {MOST_LINES})"
        elif count > WARN_LINES:
            print(f"note: {name} has {count} lines; {WARN_LINES} is a lot")


def rule_finished(files):
    """No stubs and no notes to self."""
    for name in files:
        if name.endswith(CODE + (".ts", ".mjs", ".py", "CMakeLists.txt")) and not name.startswith("tests/style/"):
            for where, word, _ in lines_matching(name, UNFINISHED, read(name)):
                yield f"{where}: '{word}'"


def rule_names(files):
    """A file is named after what is in it; 'utils' says nothing."""
    for name in files:
        if re.search(r"(^|/)(utils?|misc|common)\.(cpp|h|ts|py|mjs)$", name):
            yield f"{name}: what is in it? Name it after that"


def rule_namespaces(files):
    """No `using namespace std`; C++ exceptions stay out of core."""
    for name in files:
        if not name.endswith((".cpp", ".h")):
            continue
        text = without_comments(read(name))
        for where, word, _ in lines_matching(name, re.compile(r"using namespace std\b"), text):
            yield f"{where}: {word}"
        if name.startswith(("core/", "boards/")):
            for where, word, _ in lines_matching(name, re.compile(r"\bthrow\b|\bcatch *\(|\btry *\{"), text):
                yield f"{where}: '{word.strip()}': core has no exceptions; return a Result"


def rule_globals(_files):
    """Core has no mutable globals: no object of its libraries puts a variable into .data or .bss (after a native build)."""
    build = os.path.join(ROOT, "build/native/core")
    for folder, _, names in os.walk(build):
        for name in names:
            if not name.endswith(".a"):
                continue
            table = subprocess.run(["objdump", "-tC", os.path.join(folder, name)], capture_output=True, text=True, check=True).stdout
            for line in table.splitlines():
                match = re.match(r"^[0-9a-f]+ .{7} (\.data|\.bss|\.tbss|\.tdata)(?:\.[^r]\S*)?\s+([0-9a-f]+)\s+(.*)$", line)
                if match and int(match.group(2), 16) > 0:
                    yield f"{name}: a global variable in {match.group(1)}: {match.group(3)}"


RULES = {name[5:]: rule for name, rule in list(globals().items()) if name.startswith("rule_")}


def main():
    wanted = sys.argv[1:] or list(RULES)
    unknown = [name for name in wanted if name not in RULES]
    if unknown:
        sys.exit(f"no rule {unknown[0]}; there are: {', '.join(RULES)}")
    files = tracked()
    broken = 0
    for name in wanted:
        offences = list(RULES[name](files))
        print(f"{'FAIL' if offences else 'ok  '} {name}: {RULES[name].__doc__}")
        for offence in offences:
            print(f"     {offence}")
        if offences:
            print(f"     repeat: python3 tests/style/run.py {name}")
        broken += bool(offences)
    sys.exit(1 if broken else 0)


main()
