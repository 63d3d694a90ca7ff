"""A whole running school in one process: vcsims, proxies, hypervisors, the engine and the routers."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

from esxlab.sim.conditions import Conditions, Pace
from esxlab.sim.control import ControlPoint
from esxlab.sim.engines import join_router, model_disk_of, start_engine
from esxlab.sim.esxi.release import RELEASES
from esxlab.sim.hypervisor import Hypervisor, Switchboard
from esxlab.sim.inventory import furnish, log_in, pyvmomi
from esxlab.sim.loop_thread import LoopThread
from esxlab.sim.processes import identify
from esxlab.sim.proxy.certificate import create_certificate
from esxlab.sim.proxy.server import VSphereProxy
from esxlab.sim.qemu.namespace import here, in_user_namespace
from esxlab.sim.router.server import start_routers
from esxlab.sim.vcsim import FreeHost, Vcsim, start_vcsim

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from ssl import SSLContext

    from esxlab.sim.contracts import Engine, RouterView, SchoolShape, ServerShape
    from esxlab.sim.engines import ModelDisk
    from esxlab.sim.esxi.start import Shell
    from esxlab.sim.router.server import RunningRouter

log = logging.getLogger(__name__)


class RunningSchool:
    """One school; `directory` is its own, private. Everything listens on 127.0.0.1."""

    def __init__(
        self, shape: SchoolShape, *, directory: Path, binary: Path, conditions: Conditions | None = None
    ) -> None:
        self.shape = shape
        self.directory = directory
        self.binary = binary
        self.conditions = conditions or Conditions()
        self.passwords = {
            kind: secrets.token_hex(8) for kind in ("vsphere", "guest", "router", "router_secret")
        }
        self.vcsims: dict[str, Vcsim] = {}
        self.proxies: dict[str, VSphereProxy] = {}
        self.hypervisors: dict[str, Hypervisor] = {}
        self.shells: dict[str, Shell] = {}
        self.routers: list[RunningRouter] = []
        self.engine: Engine | None = None
        self.thumbprint = ""
        self._model_disk: ModelDisk | None = None
        self._views: dict[str, RouterView] = {}
        self._token = secrets.token_hex(16)
        self._control: ControlPoint | None = None
        self._control_port = 0
        self._proxy_loop = LoopThread("vsphere proxies")

    async def start(self) -> None:
        """Start everything; what had started is ended again when something cannot.

        Raises:
            LabError: sim.vcsim_died, sim.task_failed, sim.no_disk.
        """
        try:
            await self._start()
        except BaseException:
            await self.close()
            raise

    async def _start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        switchboard = Switchboard()
        self.engine = await start_engine(
            self.conditions.engine,
            shape=self.shape,
            power=switchboard,
            directory=self.directory,
            guest_password=self.passwords["guest"],
            speed=self.conditions.speed,
            routers=lambda: tuple(self._views.values()),
        )
        disk = self._model_disk = model_disk_of(self.conditions.engine, self.passwords["guest"])
        pyvmomi()  # imported once, before the threads that use it
        started = await asyncio.gather(
            *(asyncio.to_thread(self._start_vcsim, server, disk.write) for server in self.shape.servers)
        )
        tls, self.thumbprint = create_certificate(
            self.directory, tuple(server.host for server in self.shape.servers)
        )
        for server, vcsim in zip(self.shape.servers, started, strict=True):
            hypervisor = Hypervisor(
                vcsim, self.engine, datastores=self._datastores(server), speed=self.conditions.speed
            )
            switchboard.hypervisors[server.host] = self.hypervisors[server.host] = hypervisor
            await hypervisor.start()
            await self._start_proxy(server, vcsim, tls)
            if self._is_free(server):
                await self._start_shell(server, vcsim)
        self.routers = await start_routers(
            self.shape.routers,
            password=self.passwords["router"],
            secret=self.passwords["router_secret"],
            state_dir=self.directory / "routers",
            on_change=self._router_changed,
        )
        for router in self.routers:
            join_router(self.engine, router)
        self._control = ControlPoint(self.proxies, self.shells, self.routers, self.status, token=self._token)
        self._control_port = await self._control.start()

    async def _start_proxy(self, server: ServerShape, vcsim: Vcsim, tls: SSLContext) -> None:
        proxy = self.proxies[server.host] = VSphereProxy(
            vcsim.port,
            server.kind,
            tls,
            call_delay_s=self.conditions.call_delay_s,
            read_only=self._is_free(server),
            lacking=self.conditions.lacking,
            screen=partial(self._screen, server.host),
        )
        await self._proxy_loop.run(proxy.start())

    async def _screen(self, host: str, moref: str) -> Path | None:
        return await self.hypervisors[host].screen(moref, self.directory / f"{host}-{moref}.png")

    async def _start_shell(self, server: ServerShape, vcsim: Vcsim) -> None:
        """A host without the licence to write by its API is managed over SSH; it needs a busybox here."""
        from esxlab.sim.esxi.sandbox import busybox  # noqa: PLC0415 - cannot be imported on Windows

        if busybox() is None:
            log.warning("%s has no shell: busybox is not installed", server.host)
            return
        from esxlab.sim.esxi.host import Pace as ShellPace  # noqa: PLC0415 - only for these hosts: asyncssh
        from esxlab.sim.esxi.start import start_shell  # noqa: PLC0415 - as above
        from esxlab.sim.light.clock import SimClock  # noqa: PLC0415 - as above

        speed = self.conditions.speed
        self.shells[server.host] = await start_shell(
            vcsim,
            server,
            password=self.passwords["vsphere"],
            directory=self.directory / "hosts",
            datastores=self._datastores(server),
            lock=self.proxies[server.host].login_lock,
            version=self.conditions.release,
            pace=ShellPace(self.conditions.client_s, self.conditions.copies.seconds * speed),
            clock=SimClock(speed),
        )

    def _is_free(self, server: ServerShape) -> bool:
        return server.kind == "esxi" and self.conditions.licence == "free"

    def _start_vcsim(self, server: ServerShape, disk: Callable[[Path], None]) -> Vcsim:
        release = RELEASES[self.conditions.release]
        vcsim = start_vcsim(
            self.binary,
            server,
            password=self.passwords["vsphere"],
            log=self.directory / "vcsim.log",
            copies=self.conditions.copies,
            free=FreeHost(release.edition, release.number, str(release.build))
            if self._is_free(server)
            else None,
        )
        self.vcsims[server.host] = vcsim
        service = log_in(vcsim.port, server.user, self.passwords["vsphere"])
        try:
            furnish(service, server, datastores=self._datastores(server), disk=disk)
        finally:
            service.content.sessionManager.Logout()
            service._stub.DropConnections()  # noqa: SLF001 - pyVmomi's own Disconnect does the same
        return vcsim

    def _datastores(self, server: ServerShape) -> Path:
        return self.directory / "datastores" / server.host

    def _router_changed(self, view: RouterView) -> None:
        self._views[view.host] = view
        packets = getattr(self.engine, "routers", None)
        if packets is not None:
            packets.changed(view)

    def keep_pace(self, pace: Pace) -> None:
        """From now on things take so long: engine light and vSphere, not the routers."""
        speed = self.conditions.speed
        setattr(self.engine, "pace", pace)  # noqa: B010 - of those engines that know one
        for hypervisor in self.hypervisors.values():
            hypervisor.pace = pace
        for shell in self.shells.values():
            shell.host.pace = shell.host.pace._replace(copy_s=pace.copy_s)
        for vcsim in self.vcsims.values():
            vcsim.keep_pace(copy_s=pace.copy_s / speed, task_s=pace.task_s / speed)

    async def close(self) -> None:
        """End everything, in the order that leaves nobody talking to nobody."""
        if self._control is not None:
            await self._control.close()
        for shell in self.shells.values():
            await shell.close()
        for proxy in self.proxies.values():
            await self._proxy_loop.run(proxy.close())
        for hypervisor in self.hypervisors.values():
            await hypervisor.close()
        if self.engine is not None:
            await self.engine.close()
        for router in self.routers:
            await router.close()
        await asyncio.gather(*(asyncio.to_thread(vcsim.close) for vcsim in self.vcsims.values()))
        await asyncio.to_thread(self._proxy_loop.close)

    def status(self) -> dict[str, Any]:
        """How many machines run on each server."""
        return {"machines": {host: len(found.running) for host, found in self.hypervisors.items()}}

    def access(self) -> dict[str, Any]:
        """What the clients need; it holds the passwords."""
        vcsims = {host: vcsim.process.pid for host, vcsim in self.vcsims.items()}
        return {
            "engine": self.conditions.engine,
            "speed": 1.0
            if self.conditions.engine == "qemu"
            else self.conditions.speed,  # real machines have no other
            "name": self.shape.name,
            "servers": {host: ["127.0.0.1", proxy.port] for host, proxy in self.proxies.items()},
            **self._shell_places(),
            "routers": {router.name: ["127.0.0.1", router.port] for router in self.routers},
            "passwords": self.passwords,
            "thumbprints": dict.fromkeys(self.proxies, self.thumbprint),
            "model_key": self._model_disk.host_key if self._model_disk else "",
            "users": {server.host: server.user for server in self.shape.servers},
            "pids": {
                "daemon": list(identify(os.getpid())),
                **{h: list(identify(p)) for h, p in vcsims.items()},
            },
            **(
                {"namespace": {"net": here(), "user": in_user_namespace()}}
                if self.conditions.engine == "qemu"
                else {}
            ),
            "control": {"address": ["127.0.0.1", self._control_port], "token": self._token},
        }

    def _shell_places(self) -> dict[str, Any]:
        """Where the hosts' shells listen, and by what they identify themselves; nothing if there is none."""
        if not self.shells:
            return {}
        return {
            "shells": {host: ["127.0.0.1", shell.sshd.port] for host, shell in self.shells.items()},
            "shell_keys": {host: shell.sshd.fingerprint for host, shell in self.shells.items()},
        }
