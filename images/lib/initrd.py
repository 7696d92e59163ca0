"""Packs initramfs archives whose bytes depend on their list and files only.

A list has one entry a line; SOURCE is relative to the list, or @NAME for a file given by the caller:
  dir PATH MODE                     file PATH SOURCE MODE
  link PATH TARGET                  links DIRECTORY TARGET NAME...
  node PATH MODE c|b MAJOR MINOR
Everything belongs to root and is dated 1970; entries keep the order of the list.
"""
import os
import stat
import subprocess

from debian import Failure


class Cpio:
    """The "newc" format of Linux Documentation/driver-api/early-userspace/buffer-format.rst."""

    def __init__(self):
        self.data = bytearray()
        self.inode = 0

    def add(self, path, mode, content=b"", device=(0, 0)):
        name = path.lstrip("/").encode() + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        fields = (self.inode, mode, 0, 0, links, 0, len(content), 0, 0, *device, len(name), 0)
        self.inode += 1
        self._append(b"070701" + b"".join(b"%08x" % field for field in fields) + name)
        self._append(content)

    def finish(self):
        self.inode = 0
        self.add("TRAILER!!!", 0)
        return bytes(self.data)

    def _append(self, chunk):
        self.data += chunk + bytes(-len(chunk + self.data) % 4)


def _add_entry(cpio, words, read):
    kind, path, *rest = words
    if kind == "dir":
        cpio.add(path, stat.S_IFDIR | int(rest[0], 8))
    elif kind == "file":
        cpio.add(path, stat.S_IFREG | int(rest[1], 8), read(rest[0]))
    elif kind == "link":
        cpio.add(path, stat.S_IFLNK | 0o777, rest[0].encode())
    elif kind == "links":
        for name in rest[1:]:
            cpio.add(f"{path}/{name}", stat.S_IFLNK | 0o777, rest[0].encode())
    elif kind == "node":
        file_type = {"c": stat.S_IFCHR, "b": stat.S_IFBLK}[rest[1]]
        cpio.add(path, file_type | int(rest[0], 8), device=(int(rest[2]), int(rest[3])))
    else:
        raise ValueError(f"unknown kind '{kind}'")


def pack(lists, given, destination):
    """`given` maps the NAME of each @NAME to the content of the file."""
    cpio = Cpio()
    for list_path in lists:
        with open(list_path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):

                def read(source):
                    if source.startswith("@"):
                        return given[source[1:]]
                    with open(os.path.join(os.path.dirname(list_path), source), "rb") as file:
                        return file.read()

                words = line.split("#")[0].split()
                try:
                    if words:
                        _add_entry(cpio, words, read)
                except (ValueError, KeyError, IndexError, OSError) as error:
                    raise Failure(f"{list_path}:{number}: cannot add '{line.strip()}': {error!r}") from None
    with open(destination, "wb") as file:
        file.write(gzip(cpio.finish()))


def gzip(data):
    # The gzip program, because its output has stayed the same for decades; zlib's differs between versions.
    return subprocess.run(["gzip", "-n", "-9"], input=data, stdout=subprocess.PIPE, check=True).stdout
