"""Gives a lone host its shell: on the world of its vcsim, at a loopback port of its own."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import TYPE_CHECKING, NamedTuple

from esxlab.sim.esxi.host import Host, Pace
from esxlab.sim.esxi.programs.registry import PROGRAMS
from esxlab.sim.esxi.release import NEWEST, RELEASES
from esxlab.sim.esxi.sshd import Sshd
from esxlab.sim.esxi.world import Volume, World
from esxlab.sim.inventory import escaped, log_in
from esxlab.sim.light.clock import SimClock

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.sim.contracts import ServerShape
    from esxlab.sim.light.clock import Clock
    from esxlab.sim.proxy.refusals import LoginLock
    from esxlab.sim.vcsim import Vcsim

GIB = 1 << 30


class Shell(NamedTuple):
    """One host's shell: what it is, and how it is reached."""

    host: Host
    sshd: Sshd

    async def close(self) -> None:
        """Nobody listens, and no process is left."""
        await self.sshd.close()
        await self.host.close()


async def start_shell(
    vcsim: Vcsim,
    server: ServerShape,
    *,
    password: str,
    directory: Path,
    datastores: Path,
    lock: LoginLock,
    version: str = NEWEST,
    pace: Pace | None = None,
    clock: Clock | None = None,
    own_root: bool | None = None,
) -> Shell:
    """Start it; `directory` is this host's own, `datastores` holds the datastores' directories.

    Raises:
        LabError: sim.esxi_ground when its file system cannot be built.
    """
    volumes = volumes_of(server, datastores)
    world = await asyncio.to_thread(lambda: World(log_in(vcsim.port, server.user, password), server, volumes))
    place = directory / re.sub(r"[^A-Za-z0-9.-]", "_", server.host)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    host = Host(
        server.esxi[0] if server.esxi else server.host,
        world,
        RELEASES[version],
        programs=PROGRAMS,
        directory=place,
        clock=clock or SimClock(1.0),
        pace=pace or Pace(),
        own_root=own_root,
    )
    sshd = Sshd(host, user=server.user, password=password, lock=lock)
    shell = Shell(host, sshd)
    try:
        await host.start()
        await sshd.start(place / "ssh_host_key")
    except BaseException:
        await shell.close()
        raise
    return shell


def volumes_of(server: ServerShape, datastores: Path) -> list[Volume]:
    """What lies below /vmfs/volumes: each datastore, and its directory here."""
    return [
        Volume(
            store.name,
            volume_uuid(server.host, store.name),
            datastores / escaped(store.name),
            store.capacity_gib * GIB,
        )
        for store in server.datastores
    ]


def volume_uuid(host: str, name: str) -> str:
    """A VMFS volume's UUID, the same after each start: 8-8-4-12 digits."""
    digits = uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.{host}").hex
    return f"{digits[:8]}-{digits[8:16]}-{digits[16:20]}-{digits[20:]}"
