"""A sparse extent of VMware's hosted products, plain or compressed: its header, its tables, its grains.

Source: VMware, "Virtual Disk Format 5.0", "Hosted Sparse Extents" and "Stream-Optimized Compressed Sparse
Extents". Numbers are little-endian, offsets in sectors of 512 bytes.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from esxlab.backends.disk_image.window import unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.backends.disk_image.window import Window

SECTOR = 512
MAGIC = b"KDMV"
HEADER = struct.Struct("<4sIIQQQQIQQQB4sH433x")
COMPRESSED, ZEROED = 1 << 16, 1 << 2
AT_END = 0xFFFFFFFFFFFFFFFF
"""A grain directory there: the header that counts is the footer, in front of the last sector."""
NO_GRAIN, ZERO_GRAIN = 0, 1
GRAIN_MARK = struct.Struct("<QI")
MOST_SECTORS = 2 * 1024**4 // SECTOR
"""2 TB: the largest of a hosted sparse extent."""
GRAIN_SECTORS = range(8, 1 << 14)
TABLE_ENTRIES = range(1, 1 << 14)
MOST_TABLES = 1 << 20


@dataclass(frozen=True, slots=True)
class Header:
    """What a SparseExtentHeader says."""

    flags: int
    capacity: int
    grain: int
    descriptor: tuple[int, int]
    entries: int
    directory: int

    @property
    def compressed(self) -> bool:
        """Whether each grain is a zlib stream behind a mark."""
        return bool(self.flags & COMPRESSED)


def read_header(window: Window) -> Header:
    """The header that counts. LabError model.disk_unread."""
    header = _header(window, 0)
    return _header(window, window.part.size - 2 * SECTOR) if header.directory == AT_END else header


def _header(window: Window, at: int) -> Header:
    magic, _, flags, capacity, grain, place, length, entries, _, directory, *_ = HEADER.unpack(
        window.exactly(at, SECTOR)
    )
    if (
        magic != MAGIC
        or capacity > MOST_SECTORS
        or grain not in GRAIN_SECTORS
        or entries not in TABLE_ENTRIES
    ):
        raise unread(window.part.path, f"no header of a sparse VMDK at {at}")
    return Header(flags, capacity, grain, (place, length), entries, directory)


class SparseExtent:
    """One open extent."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.header = read_header(window)

    @cached_property
    def grains(self) -> tuple[tuple[int, int], ...]:
        """(first sector of the disk, sector of the file) of each grain that is stored."""
        header, found = self.header, []
        span = header.grain * header.entries
        count = -(-header.capacity // span)
        if count > MOST_TABLES:
            raise unread(self._window.part.path, f"{count} grain tables")
        tables = struct.unpack(f"<{count}I", self._window.exactly(header.directory * SECTOR, 4 * count))
        for number, table in enumerate(tables):
            if not table:
                continue
            entries = struct.unpack(
                f"<{header.entries}I", self._window.exactly(table * SECTOR, 4 * header.entries)
            )
            first = number * span
            found += [
                (first + at * header.grain, place)
                for at, place in enumerate(entries)
                if place != NO_GRAIN and not (place == ZERO_GRAIN and header.flags & ZEROED)
            ]
        return tuple(found)

    def data(self) -> Iterator[tuple[int, bytes]]:
        """(first sector, content) of each grain that is stored, in their order."""
        header = self.header
        for sector, place in self.grains:
            size = min(header.grain, header.capacity - sector) * SECTOR
            if size > 0:
                at = place * SECTOR
                yield (
                    sector,
                    self._inflated(sector, at)[:size] if header.compressed else self._plain(at, size),
                )

    def _plain(self, at: int, size: int) -> bytes:
        return self._window.exactly(at, size)

    def _inflated(self, sector: int, at: int) -> bytes:
        most = self.header.grain * SECTOR
        told, size = GRAIN_MARK.unpack(self._window.exactly(at, GRAIN_MARK.size))
        if told != sector or size > 2 * most:
            raise unread(self._window.part.path, f"the grain of sector {sector} is damaged")
        try:
            content = zlib.decompressobj().decompress(
                self._window.exactly(at + GRAIN_MARK.size, size), most + 1
            )
        except zlib.error as error:
            raise unread(self._window.part.path, f"the grain of sector {sector}: {error}") from error
        if len(content) > most:
            raise unread(self._window.part.path, f"the grain of sector {sector} is too large")
        return content.ljust(most, b"\0")
