"""Writes a disk as one monolithicSparse file: what hosts import, whatever the disk was before.

Source: VMware, "Virtual Disk Format 5.0": the header, its descriptor, two directories each with its tables,
then the grains. Nova's driver uploads this kind and has CopyVirtualDisk convert it
(nova/virt/vmwareapi/vmops.py, _cache_sparse_image).
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO

from esxlab.backends.disk_image.sparse_extent import HEADER, MAGIC, SECTOR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

GRAIN, ENTRIES = 128, 512
GRAIN_BYTES = GRAIN * SECTOR
NEWLINES_KEPT, REDUNDANT = 1, 2
NEWLINES = b"\n \r\n"
DESCRIPTOR_AT, DESCRIPTOR_SECTORS = 1, 20
HEADS, TRACK = 255, 63
DESCRIPTOR = """\
# Disk DescriptorFile
version=1
CID={cid:08x}
parentCID=ffffffff
createType="monolithicSparse"

# Extent description
RW {sectors} SPARSE "{name}"

# The Disk Data Base
#DDB

ddb.virtualHWVersion = "4"
ddb.geometry.cylinders = "{cylinders}"
ddb.geometry.heads = "{heads}"
ddb.geometry.sectors = "{track}"
ddb.adapterType = "lsilogic"
"""


class SparseWriter:
    """One file that is being written, of a disk of so many sectors; its header comes last."""

    def __init__(self, file: BinaryIO, sectors: int, name: str) -> None:
        self._file, self._sectors, self._name = file, sectors, name
        self._tables = -(-sectors // (GRAIN * ENTRIES))
        directory = -(-self._tables * 4 // SECTOR)
        tables = self._tables * ENTRIES * 4 // SECTOR
        self._redundant = DESCRIPTOR_AT + DESCRIPTOR_SECTORS
        self._primary = self._redundant + directory + tables
        self._directory = directory
        used = self._primary + directory + tables
        self._overhead = -(-used // GRAIN) * GRAIN
        self._next = self._overhead
        self._entries = [0] * (self._tables * ENTRIES)
        self._grain, self._number = bytearray(GRAIN_BYTES), -1

    def write(self, data: Iterable[tuple[int, bytes]]) -> None:
        """Stretches of the disk in their order, `(first sector, content)`; zeros are left out."""
        for first, content in data:
            at, done = first * SECTOR, 0
            while done < len(content):
                number, inside = divmod(at + done, GRAIN_BYTES)
                if number != self._number:
                    self._flush()
                    self._number = number
                piece = content[done : done + GRAIN_BYTES - inside]
                self._grain[inside : inside + len(piece)] = piece
                done += len(piece)
        self._flush()

    def finish(self) -> None:
        """The tables, the descriptor and the header."""
        packed = struct.pack(f"<{len(self._entries)}I", *self._entries)
        for place in (self._redundant, self._primary):
            first = place + self._directory
            span = ENTRIES * 4 // SECTOR
            directory = struct.pack(
                f"<{self._tables}I", *(first + number * span for number in range(self._tables))
            )
            self._put(place, directory)
            self._put(first, packed)
        text = DESCRIPTOR.format(
            cid=zlib.crc32(packed) & 0xFFFFFFFE,
            sectors=self._sectors,
            name=self._name,
            cylinders=self._sectors // (HEADS * TRACK),
            heads=HEADS,
            track=TRACK,
        )
        self._put(DESCRIPTOR_AT, text.encode().ljust(DESCRIPTOR_SECTORS * SECTOR, b"\0"))
        self._file.truncate(self._next * SECTOR)
        self._put(0, self._header())

    def _header(self) -> bytes:
        return HEADER.pack(
            MAGIC,
            1,
            NEWLINES_KEPT | REDUNDANT,
            self._sectors,
            GRAIN,
            DESCRIPTOR_AT,
            DESCRIPTOR_SECTORS,
            ENTRIES,
            self._redundant,
            self._primary,
            self._overhead,
            0,
            NEWLINES,
            0,
        )

    def _put(self, sector: int, content: bytes) -> None:
        self._file.seek(sector * SECTOR)
        self._file.write(content)

    def _flush(self) -> None:
        """What is in hand goes to the file, unless it is zeros alone."""
        if self._grain.count(0) < GRAIN_BYTES:
            self._put(self._next, bytes(self._grain))
            self._entries[self._number] = self._next
            self._next += GRAIN
            self._grain = bytearray(GRAIN_BYTES)


def write_sparse(target: Path, sectors: int, data: Iterable[tuple[int, bytes]]) -> None:
    """Write the disk to `target`: under another name, then renamed. OSError."""
    part = target.with_name(f"{target.name}.part")
    try:
        with part.open("wb") as file:
            writer = SparseWriter(file, sectors, target.name)
            writer.write(data)
            writer.finish()
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
