"""Files with holes: a thin disk of 20 GiB that holds half a GiB takes, and costs, half a GiB."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK = 1 << 20


def copy_sparse(source: Path, target: Path, *, at: int = 0, size: int | None = None) -> None:
    """Copy the data of `source` into `target` from byte `at` on; holes and blocks of zeros stay holes.

    `target` is created when it is missing, and has `size` bytes afterwards (None: what the copy needs).
    """
    with source.open("rb") as read, target.open("r+b" if target.exists() else "x+b") as write:
        length = os.fstat(read.fileno()).st_size
        write.truncate(at + length if size is None else size)
        for start, end in _extents(read.fileno(), length):
            read.seek(start)
            for offset in range(start, end, BLOCK):
                block = read.read(min(BLOCK, end - offset))
                if block.count(0) != len(block):
                    write.seek(at + offset)
                    write.write(block)


def _extents(descriptor: int, length: int) -> Iterator[tuple[int, int]]:
    """Where there is data, as (start, end); the whole file where the system does not know (lseek(2))."""
    if sys.platform == "win32":
        yield 0, length
    else:
        end = 0
        while end < length:
            try:
                start = os.lseek(descriptor, end, os.SEEK_DATA)
            except OSError as error:
                if error.errno == errno.ENXIO:  # a hole up to the end
                    return
                raise
            end = os.lseek(descriptor, start, os.SEEK_HOLE)
            yield start, end
