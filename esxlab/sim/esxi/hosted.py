"""A disk of VMware's hosted products as the source of `vmkfstools -i`: one file, whose data qemu-img reads.

The school knows no more of the format than its header (VMware, "Virtual Disk Format 5.0", a
SparseExtentHeader). A compressed one is no disk that a host opens [guess]: Nova imports those by a lease, and
sparse ones by a copy (nova, vmwareapi/vmops.py).
"""

from __future__ import annotations

import shutil
import struct
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEAD = struct.Struct("<4sIIQ")
MAGIC, COMPRESSED = b"KDMV", 1 << 16
LIMIT_S = 300.0


class NoQemuImgError(Exception):
    """The school cannot play this without it."""


def hosted_sectors(path: Path) -> int:
    """Its size; 0: it is no such disk."""
    with path.open("rb") as file:
        head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        return 0
    magic, _, flags, sectors = HEAD.unpack(head)
    return int(sectors) if magic == MAGIC and not flags & COMPRESSED else 0


def write_out(source: Path, target: Path) -> None:
    """Its data into the file of an extent. NoQemuImgError; OSError."""
    program = shutil.which("qemu-img")
    if program is None:
        raise NoQemuImgError("the school's vmkfstools needs qemu-img (qemu-utils) for this disk")
    fresh = target.with_name(f".{target.name}")
    words = [program, "convert", "-f", "vmdk", "-O", "raw", str(source), str(fresh)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode:
        fresh.unlink(missing_ok=True)
        raise OSError(done.stderr.strip())
    fresh.replace(target)
