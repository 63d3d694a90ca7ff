"""vmkfstools: disks made, copied, renamed and deleted; a volume shown.

Sources: esxi-ssh.md ("Reading", "Changing": the words of its errors and their numbers), transcripts of
`vmkfstools -i ... -d thin` on 5.0 to 8.0 hosts, of a failed source ("DiskLib_Check() failed for source disk
..."), of ghettoVCB's restore log ("There is not enough space on the file system for the selected operation
(13).") and of `vmkfstools -D` in virtuallyhyper.com's notes; Broadcom, "Using vmkfstools" (vSphere Storage
8.0) for options.
"""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from esxlab.sim.esxi import disks
from esxlab.sim.esxi.desk import KILLED
from esxlab.sim.esxi.disks import Disk, NotADiskError, read_disk
from esxlab.sim.esxi.hosted import NoQemuImgError

if TYPE_CHECKING:
    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host
    from esxlab.sim.esxi.world import Volume

NO_SPACE = "There is not enough space on the file system for the selected operation (13)."
NOT_FOUND = "The system cannot find the file specified (25)."
EXISTS = "The file already exists (39)."
LOCKED = "Failed to lock the file (16392)."
NO_DISK = "The file specified is not a virtual disk (15)."
FORMATS = {
    "thin": "VMFS thin-provisioned",
    "zeroedthick": "VMFS zeroedthick",
    "eagerzeroedthick": "VMFS eagerzeroedthick",
}
STEPS = (0, 1, 5, 10, 20, 37, 50, 65, 80, 90, 95, 100)
SIZE = re.compile(r"^(\d+)([kmgtKMGT]?)$")
UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
USAGE = "vmkfstools: unrecognized option or argument: {}\n"
GIB = 1 << 30


class RefusedError(Exception):
    """What vmkfstools says before it ends with 1 (255 for what is no disk)."""


class Wish(NamedTuple):
    """A command line, taken apart."""

    verb: str
    paths: tuple[str, ...]
    format: str = "zeroedthick"
    size: int = 0
    human: bool = False


async def vmkfstools(host: Host, call: Call) -> int:
    """One of -i, -c, -E, -U, -P, -D."""
    try:
        wish = _wish(call.arguments)
        return await _VERBS[wish.verb](host, call, wish)
    except (RefusedError, NoQemuImgError) as refused:
        call.err(f"{refused}\n")
        return 255


def _wish(words: tuple[str, ...]) -> Wish:
    longer = {"--clonevirtualdisk": "-i", "--createvirtualdisk": "-c", "--renamevirtualdisk": "-E"}
    longer |= {"--deletevirtualdisk": "-U", "--queryfs": "-P", "--diskformat": "-d", "--humanreadable": "-h"}
    left, verb, kind, size, human, paths = list(words), "", "zeroedthick", 0, False, []
    while left:
        word = left.pop(0)
        word = longer.get(word, word)
        if word in {"-i", "-E", "-U", "-P", "-D", "-c"} and not verb:
            verb = word
            if word == "-c":
                size = _size(left.pop(0) if left else "")
        elif word == "-d" and left and left[0] in FORMATS:
            kind = left.pop(0)
        elif word == "-h":
            human = True
        elif not word.startswith("-"):
            paths.append(word)
        else:
            raise RefusedError(USAGE.format(word).rstrip())
    if not verb or len(paths) != (2 if verb in {"-i", "-E"} else 1):
        raise RefusedError(USAGE.format(" ".join(words) or "none").rstrip())
    return Wish(verb, tuple(paths), kind, size, human)


def _size(word: str) -> int:
    match = SIZE.match(word)
    if match is None:
        raise RefusedError(f"vmkfstools: invalid size: {word}")
    return int(match[1]) * UNITS[match[2].lower()]


async def _clone(host: Host, call: Call, wish: Wish) -> int:
    source, target = (_place(host, call, path) for path in wish.paths)
    try:
        disk = await asyncio.to_thread(read_disk, source)
    except FileNotFoundError:
        raise RefusedError(f"Failed to open '{wish.paths[0]}': {NOT_FOUND}") from None
    except NotADiskError:
        raise RefusedError(f"DiskLib_Check() failed for source disk {NO_DISK}") from None
    if await _held(host, disk) or host.copies.get(source, 0) < 0:
        raise RefusedError(f"Failed to open '{wish.paths[0]}': {LOCKED}")
    call.out(f"Destination disk format: {FORMATS[wish.format]}\nCloning disk '{wish.paths[0]}'...\n")
    trouble = await asyncio.to_thread(_hindrance, host, target, disk, wish.format == "thin")
    if trouble:
        raise RefusedError(f"Failed to clone disk: {trouble}")
    volume = _volume(host, target)
    host.copies[target] = -1
    try:
        return await _write(host, call, disk, target, thin=wish.format == "thin")
    finally:
        host.copies.pop(target, None)
        if volume is not None:
            await asyncio.to_thread(host.world.refresh, volume)


async def _write(host: Host, call: Call, disk: Disk, target: Path, *, thin: bool) -> int:
    """The copy itself, in steps; whoever kills it leaves what was written by then."""
    await asyncio.to_thread(disks.begin_copy, disk, target, thin=thin)
    before = 0
    for percent in STEPS:
        await _pause(host, call, host.pace.copy_s * (percent - before) / 100)
        if call.gone.is_set() or (call.break_at is not None and percent >= call.break_at):
            call.out("\n")
            return KILLED
        await asyncio.to_thread(disks.copy_part, disk, target, percent=percent)
        call.out(f"\rClone: {percent}% done.")
        before = percent
    call.out("\n")
    return 0


async def _pause(host: Host, call: Call, seconds: float) -> None:
    """Let this much school time pass, or less when the process is killed."""
    if seconds:
        sleeping, gone = (
            asyncio.ensure_future(host.clock.sleep(seconds)),
            asyncio.ensure_future(call.gone.wait()),
        )
        await asyncio.wait({sleeping, gone}, return_when=asyncio.FIRST_COMPLETED)
        sleeping.cancel()
        gone.cancel()


async def _create(host: Host, call: Call, wish: Wish) -> int:
    target = _place(host, call, wish.paths[0])
    if target.exists():
        raise RefusedError(f"Failed to create virtual disk: {EXISTS}")
    if not target.parent.is_dir():
        raise RefusedError(f"Failed to create virtual disk: {NOT_FOUND}")
    room = await asyncio.to_thread(_room, host, target)
    needed = min(wish.size, disks.THIN_TAKES) if wish.format == "thin" else wish.size
    if needed > room:
        raise RefusedError(f"Failed to create virtual disk: {NO_SPACE}")
    await asyncio.to_thread(disks.create, target, size=wish.size, thin=wish.format == "thin")
    call.out("Create: 100% done.\n")
    return 0


async def _rename(host: Host, call: Call, wish: Wish) -> int:
    source, target = (_place(host, call, path) for path in wish.paths)
    disk = await _openable(host, source, wish.paths[0])
    if target.exists() or disks.flat_of(target).exists():
        raise RefusedError(f"Failed to rename '{wish.paths[0]}' to '{wish.paths[1]}': {EXISTS}")
    if not target.parent.is_dir():
        raise RefusedError(f"Failed to rename '{wish.paths[0]}' to '{wish.paths[1]}': {NOT_FOUND}")
    await asyncio.to_thread(disks.rename, disk, target)
    return 0


async def _destroy(host: Host, call: Call, wish: Wish) -> int:
    source = _place(host, call, wish.paths[0])
    disk = await _openable(host, source, wish.paths[0])
    volume = _volume(host, source)
    await asyncio.to_thread(disks.destroy, disk)
    call.out("Destroy: 100% done.\n")
    if volume is not None:
        await asyncio.to_thread(host.world.refresh, volume)
    return 0


async def _openable(host: Host, source: Path, shown: str) -> Disk:
    try:
        disk = await asyncio.to_thread(read_disk, source)
    except FileNotFoundError:
        raise RefusedError(f"Failed to open '{shown}': {NOT_FOUND}") from None
    except NotADiskError:
        raise RefusedError(f"Failed to open '{shown}': {NO_DISK}") from None
    if await _held(host, disk) or source in host.copies:
        raise RefusedError(f"Failed to open '{shown}': {LOCKED}")
    return disk


async def _show_volume(host: Host, call: Call, wish: Wish) -> int:
    volume = _volume(host, _place(host, call, wish.paths[0]))
    if volume is None:
        raise RefusedError(f"Could not open '{wish.paths[0]}': No such file or directory")
    room = await asyncio.to_thread(_room, host, volume.place / "x")
    capacity = f"{volume.capacity / GIB:.1f} GB, {room / GIB:.1f} GB available, file block size 1 MB"
    if not wish.human:
        blocks = (volume.capacity >> 20, room >> 20)
        capacity = f"{volume.capacity} ({blocks[0]} file blocks * 1048576), {room} ({blocks[1]} blocks) avail"
    call.out(
        "VMFS-6.82 (Raw Major Version: 24) file system spanning 1 partitions.\n"
        f"File system label (if any): {volume.name}\n"
        "Mode: public\n"
        f"Capacity {capacity}, max supported file size 64 TB\n"
        f"UUID: {volume.uuid}\n"
        'Partitions spanned (on "lvm"):\n'
        "\tnaa.600508b1001c0000:8\n"
        "Is Native Snapshot Capable: NO\n"
    )
    return 0


async def _show_lock(host: Host, call: Call, wish: Wish) -> int:
    source = _place(host, call, wish.paths[0])
    if not source.exists():
        raise RefusedError(f"Could not open '{wish.paths[0]}': No such file or directory")
    held = await _holds(host, source) or source in host.copies
    owner = "5f1a2b3c-0a0b0c0d-0e0f-001122334455" if held else "00000000-00000000-0000-000000000000"
    size = source.stat().st_size
    call.out(
        "Lock [type 10c00001 offset 138997760 v 589, hb offset 3907584\n"
        f"gen 4851, mode {int(held)}, owner {owner} mtime 730751\n"
        "num 0 gblnum 0 gblgen 0 gblbrk 0]\n"
        "Addr <4, 310, 46>, gen 584, links 1, type reg, flags 0, uid 0, gid 0, mode 600\n"
        f"len {size}, nb {-(-size >> 20)} tbz 0, cow 0, newSinceEpoch 0, zla 1, bs 1048576\n"
    )
    return 0


_VERBS = {
    "-i": _clone,
    "-c": _create,
    "-E": _rename,
    "-U": _destroy,
    "-P": _show_volume,
    "-D": _show_lock,
}


def _place(host: Host, call: Call, path: str) -> Path:
    """Where a path of the host's lies on this computer; what is on no datastore lies nowhere."""
    whole = Path(os.path.normpath(Path(call.cwd) / path))
    parts = whole.parts
    volume = host.world.volume(parts[3]) if parts[:3] == ("/", "vmfs", "volumes") and len(parts) > 3 else None  # noqa: PLR2004 - /vmfs/volumes/NAME
    if volume is None:
        raise RefusedError(f"Failed to open '{path}': {NOT_FOUND}")
    return volume.place.joinpath(*parts[4:])


def _volume(host: Host, place: Path) -> Volume | None:
    return next((one for one in host.world.volumes if place.is_relative_to(one.place)), None)


def _room(host: Host, place: Path) -> int:
    volume = _volume(host, place)
    if volume is None or host.faults.full:
        return 0
    return max(volume.capacity - disks.taken(volume.place), 0)


def _hindrance(host: Host, target: Path, disk: Disk, thin: bool) -> str:  # noqa: FBT001 - called in a thread
    """Why a copy cannot begin; empty: it can."""
    if target.exists() or disks.flat_of(target).exists():
        return EXISTS
    if not target.parent.is_dir():
        return NOT_FOUND
    needed = min(disk.sectors * 512, disks.THIN_TAKES) if thin else disk.sectors * 512
    return NO_SPACE if needed > _room(host, target) else ""


async def _held(host: Host, disk: Disk) -> bool:
    return await _holds(host, disk.path) or await _holds(host, disk.extent)


async def _holds(host: Host, place: Path) -> bool:
    """Whether a running machine has this file open."""
    return await asyncio.to_thread(lambda: place in set(_open_files(host)))


def _open_files(host: Host) -> list[Path]:
    found: list[Path] = []
    for machine in host.machines("layoutEx.file", "config.hardware.device"):
        if machine.power == "poweredOff":
            continue
        for device in machine.found.get("config.hardware.device") or ():
            name = getattr(getattr(device, "backing", None), "fileName", None)
            file = host.world.file(name) if name else None
            if file is not None:
                found += [file, disks.flat_of(file)]
    return found
