"""Which files rm cannot have: those that a running machine has open, on VMFS.

Sources: miquelMariano.github.io (22 September 2017, "Error al eliminar fichero de datastore VMFS"): `rm` of
an extent that is locked prints `rm: can't remove 'todelete-flat.vmdk': Device or resource busy`. A public
notebook's `cp /vmfs/volumes/datastore1/Haumea/*` of a machine that ran on a snapshot: `cp: can't open '...':
Device or resource busy` of the extent in use, of both .vswp and of .vmx.lck, and not a word of any other
file: .vmx, .nvram, .vmsd, vmware.log and descriptors are not locked to a reader. That rm takes those, and
refuses all that cp refused, is a guess, and that a machine that sleeps holds nothing [guess].
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from esxlab.sim.esxi.disks import NotADiskError, read_disk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from esxlab.sim.esxi.desk import Call
    from esxlab.sim.esxi.host import Host

LOCKED = ("*.vswp", "*.vmx.lck")
"""What lies beside the .vmx of a machine that runs, and is its process's alone."""


async def held(host: Host, call: Call) -> int:
    """The device and the number of each such file, as stat(1) prints them."""
    call.out(await asyncio.to_thread(lambda: "".join(f" {one}" for one in sorted(set(_numbers(host))))))
    return 0


def _numbers(host: Host) -> Iterator[str]:
    for file in _open_files(host):
        with suppress(OSError):
            seen = file.stat()
            yield f"{seen.st_dev}:{seen.st_ino}"


def _open_files(host: Host) -> Iterator[Path]:
    for machine in host.machines("config.hardware.device"):
        if machine.power != "poweredOn":
            continue
        for device in machine.found.get("config.hardware.device") or ():
            name = getattr(getattr(device, "backing", None), "fileName", "") or ""
            file = host.world.file(name) if name.endswith(".vmdk") else None
            if file is not None:
                with suppress(OSError, NotADiskError):
                    yield read_disk(file).extent
        vmx = host.world.file(machine.vmx)
        if vmx is not None:
            for pattern in LOCKED:
                yield from vmx.parent.glob(pattern)
