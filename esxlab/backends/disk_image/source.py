"""A file that a model is to be made of: what it is, seen before anything is changed, and its unpacking."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.backends.disk_image import ovf, qemu_img
from esxlab.backends.disk_image.sparse_extent import MAGIC, SECTOR
from esxlab.backends.disk_image.sparse_writer import write_sparse
from esxlab.backends.disk_image.vmdk import FIRST_LINE, Disk, read_raw, read_vmdk
from esxlab.backends.disk_image.window import Part, Window
from esxlab.errors import LabError
from esxlab.foreign import brief_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from esxlab.backends.disk_image.ovf import Firmware

HEAD_BYTES = 1024
TAR_AT, TAR = 257, b"ustar"
DELTA = b"COWD"
"""A VMFS sparse extent, of a snapshot: "Virtual Disk Format 5.0", "ESX Server Sparse Extents"."""
RAW_ENDS = (".raw", ".img", ".dd", "-flat.vmdk")
ADAPTERS = {"ide": "ide", "buslogic": "buslogic", "lsilogic": "lsilogic", "pvscsi": "pvscsi"}
"""ddb.adapterType -> the controller; legacyESX and an empty one leave it to the spec."""


@dataclass(frozen=True, slots=True)
class DiskSource:
    """A teacher's disk.

    Args:
        path: the file that was named.
        kind: as people call it, for the plan.
        size: of the disk, in bytes; `stored`: of these are stored at most.
        disk: how it is read; None: by qemu-img, as `kind`.
        controller, guest_id: what it says of itself; empty: nothing.
        export: of an exported machine.
        digest: SHA-256 of its files, one after the other.
    """

    path: Path
    kind: str
    size: int
    stored: int
    digest: str
    disk: Disk | None = None
    controller: str = ""
    guest_id: str = ""
    firmware: Firmware = "bios"

    def unpack(self, target: Path, *, tell: Callable[[float], None]) -> None:
        """Write it as one sparse VMDK. LabError model.disk_*, local.unwritten."""
        try:
            if self.disk is None:
                qemu_img.convert(self.path, self.kind, target)
            else:
                write_sparse(target, self.disk.sectors, self._told(self.disk, tell))
        except OSError as error:
            raise LabError(
                "local.unwritten", where=str(target), detail=error.strerror or str(error)
            ) from error

    def _told(self, disk: Disk, tell: Callable[[float], None]) -> Iterator[tuple[int, bytes]]:
        for sector, content in disk.data():
            tell(sector * SECTOR / self.size)
            yield sector, content


def look_at_source(path: Path) -> DiskSource:
    """What file it is, to its end: each of its bytes is read once or twice.

    Raises:
        LabError: model.disk_unread, disk_kind, disk_delta, disk_encrypted, disk_extent, disk_controller,
            ova_several, ova_packed, ova_checksum, no_qemu_img, qemu_img.
    """
    part = Part.whole(path)
    with Window(part) as window:
        head = window.read(0, HEAD_BYTES)
    if head[TAR_AT : TAR_AT + len(TAR)] == TAR:
        return _exported(path, ovf.read_ova(path))
    if path.suffix.lower() == ".ovf":
        return _exported(path, ovf.read_ovf(path))
    if head.startswith((MAGIC, FIRST_LINE)):
        return _of(path, "VMDK", read_vmdk(part))
    if head.startswith(DELTA):
        raise LabError("model.disk_delta", where=str(path))
    if kind := qemu_img.kind_of(head):
        size = qemu_img.size_of(path, kind)
        return DiskSource(path, kind, size, min(size, part.size * 4), _digest((part,)))
    if path.name.lower().endswith(RAW_ENDS):
        return _of(path, "raw", read_raw(part))
    raise LabError("model.disk_kind", where=str(path), said=brief_line(repr(head[:8]), 60))


def _of(path: Path, kind: str, disk: Disk) -> DiskSource:
    return DiskSource(
        path,
        kind,
        disk.sectors * SECTOR,
        disk.stored(),
        _digest(disk.parts),
        disk,
        ADAPTERS.get(disk.adapter, ""),
    )


def _exported(path: Path, export: ovf.Export) -> DiskSource:
    """The disk of an exported machine; its manifest is compared first."""
    ovf.check_manifest(export)
    disk = read_vmdk(export.disk)
    if len(disk.extents) != 1 or disk.parts != (export.disk,):
        raise LabError("model.disk_extent", where=str(path), name=export.disk_name)
    return DiskSource(
        path,
        "OVF",
        disk.sectors * SECTOR,
        disk.stored(),
        _digest(disk.parts),
        disk,
        export.controller or ADAPTERS.get(disk.adapter, ""),
        export.guest_id,
        export.firmware,
    )


def _digest(parts: tuple[Part, ...]) -> str:
    told = "\n".join(ovf.digest_of(part) for part in parts)
    return hashlib.sha256(told.encode()).hexdigest()
