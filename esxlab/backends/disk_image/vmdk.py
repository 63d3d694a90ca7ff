"""A disk as a VMDK: one file with its descriptor in it, or a descriptor and the files that it names; or raw.

Source: VMware, "Virtual Disk Format 5.0", "The Descriptor File".
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from esxlab.backends.disk_image.sparse_extent import MAGIC, SECTOR, SparseExtent
from esxlab.backends.disk_image.window import Part, Window, unread
from esxlab.errors import LabError
from esxlab.foreign import brief_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST_LINE = b"# Disk DescriptorFile"
DESCRIPTOR_BYTES = 64 * 1024
LINE = re.compile(r'^\s*([A-Za-z][\w.]*)\s*=\s*"?([^"\r\n]*?)"?\s*$', re.MULTILINE)
EXTENT = re.compile(
    r'^\s*(?:RW|RDONLY|NOACCESS)\s+(\d{1,15})\s+([A-Z]+)(?:\s+"([^"\r\n]+)"(?:\s+(\d{1,15}))?)?', re.MULTILINE
)
NO_PARENT = "ffffffff"
DELTAS = {"VMFSSPARSE", "SESPARSE"}
"""A snapshot's disk on a host: it holds what has changed since."""
RAW = {"FLAT", "VMFS"}
BLOCK = 1024 * 1024
ZEROS = bytes(BLOCK)
ExtentKind = Literal["raw", "sparse", "zero"]


@dataclass(frozen=True, slots=True)
class Extent:
    """A stretch of the disk, of `sectors`; `part` holds it, and is none of zeros alone."""

    kind: ExtentKind
    sectors: int
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Disk:
    """A whole disk. `adapter`: ddb.adapterType of its descriptor, empty when that says nothing."""

    extents: tuple[Extent, ...]
    adapter: str = ""

    @property
    def sectors(self) -> int:
        """Its size."""
        return sum(extent.sectors for extent in self.extents)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The files that it consists of."""
        return tuple(extent.part for extent in self.extents if extent.part is not None)

    def stored(self) -> int:
        """How many bytes of it are stored, at most. LabError model.disk_unread."""
        return sum(_stored(extent) for extent in self.extents)

    def data(self) -> Iterator[tuple[int, bytes]]:
        """(first sector, content) of what is not known to be zeros, in order. LabError model.disk_unread."""
        first = 0
        for extent in self.extents:
            for sector, content in _data(extent):
                yield first + sector, content
            first += extent.sectors


def read_vmdk(part: Part) -> Disk:
    """The disk of a .vmdk.

    Raises:
        LabError: model.disk_unread, model.disk_kind, model.disk_delta, model.disk_encrypted,
            model.disk_extent: a file that it names is not there, or too short.
    """
    with Window(part) as window:
        if window.read(0, len(MAGIC)) != MAGIC:
            text = window.read(0, DESCRIPTOR_BYTES)
            return _described(_text_of(part.path, text), part.path)
        header = SparseExtent(window).header
        place, length = header.descriptor
        size = min(length * SECTOR, DESCRIPTOR_BYTES)
        text = window.exactly(place * SECTOR, size) if place else b""
    said = _said(_text_of(part.path, text), part.path) if text else {}
    return Disk((Extent("sparse", header.capacity, part),), said.get("ddb.adaptertype", "").lower())


def read_raw(part: Part) -> Disk:
    """The disk of a file that is its content. LabError model.disk_unread: it has half a sector."""
    if not part.size or part.size % SECTOR:
        raise unread(part.path, f"{part.size} bytes are no whole number of sectors")
    return Disk((Extent("raw", part.size // SECTOR, part),))


def _text_of(path: Path, content: bytes) -> str:
    if not content.startswith(FIRST_LINE):
        raise unread(path, "no descriptor of a virtual disk")
    return content.rstrip(b"\0").decode("utf-8", errors="replace")


def _said(text: str, path: Path) -> dict[str, str]:
    """Its settings, names in small letters. LabError model.disk_delta, model.disk_encrypted."""
    said = {key.lower(): value for key, value in LINE.findall(text)}
    if "keysafe" in text.lower():
        raise LabError("model.disk_encrypted", where=str(path))
    if said.get("parentcid", NO_PARENT).lower() != NO_PARENT:
        raise LabError("model.disk_delta", where=str(path))
    return said


def _described(text: str, path: Path) -> Disk:
    """A disk whose descriptor is a file of its own; what it names lies beside it."""
    said = _said(text, path)
    extents = tuple(_extent(path, *found) for found in EXTENT.findall(text))
    if not extents:
        raise unread(path, "its descriptor names no extent")
    return Disk(extents, said.get("ddb.adaptertype", "").lower())


def _extent(descriptor: Path, size: str, kind: str, name: str, start: str) -> Extent:
    sectors = int(size)
    if kind == "ZERO":
        return Extent("zero", sectors)
    if kind in DELTAS:
        raise LabError("model.disk_delta", where=str(descriptor))
    if kind not in {*RAW, "SPARSE"}:
        raise LabError("model.disk_kind", where=str(descriptor), said=brief_line(kind, 40))
    base = name.replace("\\", "/").rpartition("/")[2]
    path = descriptor.with_name(base) if base not in {"", ".", ".."} else descriptor
    if path == descriptor or not path.is_file():
        raise LabError("model.disk_extent", where=str(descriptor), name=brief_line(name or "-", 100))
    part = Part.whole(path)
    if kind == "SPARSE":
        with Window(part) as window:
            told = SparseExtent(window).header.capacity
        return Extent("sparse", _agreed(sectors, told, path), part)
    offset = int(start or 0) * SECTOR
    if part.size < offset + sectors * SECTOR:
        raise LabError("model.disk_extent", where=str(descriptor), name=path.name)
    return Extent("raw", sectors, Part(path, offset, sectors * SECTOR))


def _agreed(sectors: int, told: int, path: Path) -> int:
    if told < sectors:
        raise unread(path, f"it has {told} sectors, and its descriptor says {sectors}")
    return sectors


def _stored(extent: Extent) -> int:
    if extent.part is None:
        return 0
    if extent.kind == "raw":
        return extent.sectors * SECTOR
    with Window(extent.part) as window:
        sparse = SparseExtent(window)
        return len(sparse.grains) * sparse.header.grain * SECTOR


def _data(extent: Extent) -> Iterator[tuple[int, bytes]]:
    if extent.part is None:
        return
    with ExitStack() as stack:
        window = stack.enter_context(Window(extent.part))
        if extent.kind == "sparse":
            for sector, content in SparseExtent(window).data():
                yield sector, content[: max(extent.sectors - sector, 0) * SECTOR]
            return
        for at in range(0, extent.sectors * SECTOR, BLOCK):
            content = window.exactly(at, min(BLOCK, extent.sectors * SECTOR - at))
            if content != ZEROS[: len(content)]:
                yield at // SECTOR, content
