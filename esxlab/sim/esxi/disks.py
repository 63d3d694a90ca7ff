"""Virtual disks as files: what a descriptor says, a copy, a new name, an end; on this computer's paths.

Sources: VMware, "Virtual Disk Format 5.0"; esxi-ssh.md ("Changing"): a copy's descriptor is written anew, its
bytes are the source's, and a copy that is killed leaves both files, the extent half full.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from esxlab.sim.esxi.hosted import hosted_sectors, write_out
from esxlab.sim.inventory import descriptor
from esxlab.sim.sparse import copy_sparse
from esxlab.sim.walking import walk

if TYPE_CHECKING:
    from pathlib import Path

EXTENT = re.compile(r'^(?:RW|RDONLY) (?P<sectors>\d+) (?P<kind>\w+) "(?P<file>[^"]+)"', re.MULTILINE)
THIN = 'ddb.thinProvisioned = "1"'
GIB = 1 << 30
THIN_TAKES = GIB * 3 // 2
"""What a thin disk takes of its datastore: the school's convention, as in vcsim/space.go."""
DESCRIPTOR_LIMIT = 1 << 16


class NotADiskError(Exception):
    """The file is there, and is no descriptor."""


class Disk(NamedTuple):
    """What a descriptor says."""

    path: Path
    text: str
    sectors: int
    extent: Path
    thin: bool


def read_disk(path: Path) -> Disk:
    """Read a descriptor; FileNotFoundError when it or its extent is not there, NotADiskError.

    A hosted disk is its own extent.
    """
    if sectors := hosted_sectors(path):
        return Disk(path, "", sectors, path, thin=False)
    with path.open("rb") as file:
        text = file.read(DESCRIPTOR_LIMIT).decode("utf-8", "replace")
    match = EXTENT.search(text)
    if not text.startswith("# Disk DescriptorFile") or match is None:
        raise NotADiskError(path)
    extent = path.parent / match["file"]
    if not extent.exists():
        raise FileNotFoundError(extent)
    return Disk(path, text, int(match["sectors"]), extent, THIN in text)


def allocated(disk: Disk) -> int:
    """What it takes of its datastore, in bytes."""
    if disk.extent == disk.path:
        return disk.path.stat().st_size
    size = disk.sectors * 512
    return min(size, THIN_TAKES) if disk.thin else size


def taken(directory: Path) -> int:
    """What all disks below a datastore's directory take; a half copy counts as its descriptor says."""
    total = 0
    for path in walk(directory):
        if path.suffix == ".vmdk" and not path.name.endswith("-flat.vmdk"):
            try:
                total += allocated(read_disk(path))
            except (OSError, NotADiskError):
                continue
    return total


def flat_of(path: Path) -> Path:
    """The extent of a descriptor with this path."""
    return path.with_name(f"{path.name.removesuffix('.vmdk')}-flat.vmdk")


def begin_copy(source: Disk, target: Path, *, thin: bool) -> None:
    """Write the descriptor, and an extent that holds nothing yet."""
    target.write_text(_descriptor(target, source.sectors, thin=thin), encoding="utf-8")
    flat_of(target).touch()


def copy_part(source: Disk, target: Path, *, percent: int) -> None:
    """So much of the source's bytes are in the extent now; all at 100, holes stay holes."""
    flat = flat_of(target)
    if percent >= 100:  # noqa: PLR2004 - all of it
        if source.extent == source.path:
            write_out(source.path, flat)
        else:
            copy_sparse(source.extent, flat)
        return
    size = source.extent.stat().st_size * percent // 100
    with source.extent.open("rb") as read, flat.open("r+b") as write:
        write.write(read.read(min(size, GIB // 64)))


def create(target: Path, *, size: int, thin: bool) -> None:
    """An empty disk of so many bytes."""
    target.write_text(_descriptor(target, size // 512, thin=thin), encoding="utf-8")
    with flat_of(target).open("xb") as extent:
        extent.truncate(size)


def rename(disk: Disk, target: Path) -> None:
    """Both files get the new name, and the descriptor names the extent's."""
    flat = flat_of(target)
    disk.extent.rename(flat)
    target.write_text(disk.text.replace(f'"{disk.extent.name}"', f'"{flat.name}"'), encoding="utf-8")
    disk.path.unlink()


def destroy(disk: Disk) -> None:
    """Both files go."""
    disk.extent.unlink()
    disk.path.unlink()


def _descriptor(target: Path, sectors: int, *, thin: bool) -> str:
    text = descriptor(target.name.removesuffix(".vmdk"), gib=1, thin=thin)
    text = text.replace(f"RW {GIB // 512} VMFS", f"RW {sectors} VMFS")
    return re.sub(r'cylinders = "\d+"', f'cylinders = "{sectors // (255 * 63)}"', text)
