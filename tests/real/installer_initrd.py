"""Debian's own installer as its package has it, and files of ours behind its unchanged initrd."""

from __future__ import annotations

import gzip
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = "debian-installer-12-netboot-{architecture}"
IMAGES = Path("/usr/lib/debian-installer/images/12")
HEAD, FIELDS = 110, 13
ORDINARY, RUNNABLE, DIRECTORY = 0o100644, 0o100755, 0o040755


class Installer(NamedTuple):
    """Kernel and initrd of the text installer, of the newest Debian 12."""

    kernel: Path
    initrd: Path


def installer(architecture: str) -> Installer:
    """Where Debian's package puts them. AssertionError naming the package that is missing."""
    place = IMAGES / architecture / "text" / "debian-installer" / architecture
    found = Installer(place / "linux", place / "initrd.gz")
    package = PACKAGE.format(architecture=architecture)
    assert found.initrd.exists(), f"first: apt-get install --no-install-recommends {package}"
    return found


def with_files(initrd: Path, target: Path, files: Mapping[str, bytes]) -> Path:
    """The initrd to the letter, and a second archive behind it, which the kernel unpacks over the first.

    (Linux, Documentation/driver-api/early-userspace/buffer-format.rst.)
    """
    with target.open("wb") as write:
        write.write(initrd.read_bytes())
        write.write(gzip.compress(archive(files), 6, mtime=0))
    return target


def archive(files: Mapping[str, bytes]) -> bytes:
    """A cpio archive, format newc (cpio(5)); a directory before its files, or the kernel drops these."""
    above = {str(parent) for name in files for parent in PurePosixPath(name).parents} - {"."}
    entries = [_entry(number, name, b"", DIRECTORY) for number, name in enumerate(sorted(above), 1)]
    for number, (name, content) in enumerate(files.items(), len(entries) + 1):
        mode = RUNNABLE if content.startswith(b"#!") else ORDINARY
        entries.append(_entry(number, name, content, mode))
    return b"".join([*entries, _entry(0, "TRAILER!!!", b"", 0)])


def files_of(initrd: Path) -> dict[str, bytes]:
    """name -> content of what is in it."""
    whole, at, found = gzip.decompress(initrd.read_bytes()), 0, {}
    while whole[at : at + 6] == b"070701":
        fields = [int(whole[at + 6 + 8 * n : at + 14 + 8 * n], 16) for n in range(FIELDS)]
        size, named = fields[6], fields[11]
        name = whole[at + HEAD : at + HEAD + named - 1].decode()
        begin = at + HEAD + named + -(HEAD + named) % 4
        found[name.removeprefix("./")] = whole[begin : begin + size]
        at = begin + size + -size % 4
    return found


def _entry(number: int, name: str, content: bytes, mode: int) -> bytes:
    plain = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(plain), 0)
    head = b"070701" + b"".join(b"%08X" % value for value in fields) + plain
    return _padded(head) + _padded(content)


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 4)
