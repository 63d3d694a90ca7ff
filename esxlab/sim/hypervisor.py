"""Gives every powered-on machine of one vcsim a life on the engine, and tells vcsim what its guest says.

vcsim reports each change of a machine as a line on its output, with the cards' VLANs resolved, and obeys
commands on its input (vcsim/machines.go): a push costs nothing while nothing happens, whatever the number
of machines.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from esxlab.sim.conditions import ORDINARY, Pace
from esxlab.sim.contracts import GuestNews, SimNic, SimVm

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from esxlab.sim.contracts import Engine
    from esxlab.sim.vcsim import Vcsim

log = logging.getLogger(__name__)

PUBLISH_DELAY_S = 0.02
SHUTDOWN_LIMIT_S = 150.0  # stopping Heartbeat on an emulated machine takes a while
LINE_LIMIT = 1 << 20
SSH_PORT_KEY = "guestinfo.esxlab.ssh_port"


@dataclass(slots=True)
class _Seat:
    """One machine as the hypervisor knows it. Its events are carried out one after the other."""

    vm: SimVm | None = None  # not None: the engine runs it
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    cut: asyncio.Event = field(default_factory=asyncio.Event)  # its power was cut: nobody waits for its guest
    cuts: int = 0
    news: GuestNews | None = None  # to be published
    published: GuestNews | None = None
    remembered: GuestNews | None = None  # the last that had an address
    going_down: bool = False
    stale_until: float = 0.0  # until then Tools tell what they told before the power-on


class Hypervisor:
    """The hosts of one server. `datastores` is the directory that holds its datastores' directories."""

    def __init__(self, vcsim: Vcsim, engine: Engine, *, datastores: Path, speed: float = 1.0) -> None:
        self.pace: Pace = ORDINARY
        self._speed = speed
        self.vcsim = vcsim
        self.engine = engine
        self.datastores = datastores
        self._seats: dict[str, _Seat] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.ReadTransport | None = None
        self._loop = asyncio.get_running_loop()

    async def start(self) -> None:
        """Begin to listen to vcsim."""
        reader = asyncio.StreamReader(limit=LINE_LIMIT)
        self._transport, _ = await self._loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self.vcsim.process.stdout
        )
        self._begin(self._listen(reader))

    async def close(self) -> None:
        """Stop listening; what runs on the engine is the engine's to end."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._transport is not None:
            self._transport.close()

    @property
    def running(self) -> tuple[SimVm, ...]:
        """The machines that the engine runs now."""
        return tuple(seat.vm for seat in self._seats.values() if seat.vm is not None)

    async def screen(self, moref: str, file: Path) -> Path | None:
        """The file with what a machine's screen shows, as a PNG; None: it has none. From any event loop."""
        asked = asyncio.run_coroutine_threadsafe(self._picture(moref, file), self._loop)
        return file if await asyncio.wrap_future(asked) else None

    async def _picture(self, moref: str, file: Path) -> bool:
        seat = self._seats.get(moref)
        return seat is not None and seat.vm is not None and await self.engine.picture(seat.vm, file)

    # what the guest does to its machine; called by the engine, from any thread

    def guest_powered_off(self, vm: SimVm) -> None:
        """The guest has shut itself down: the machine is off."""
        self._loop.call_soon_threadsafe(self._off, vm.moref)

    def ask(self, vm: SimVm, question: str) -> None:
        """The machine stands still until somebody answers."""
        self._loop.call_soon_threadsafe(partial(self._command, vm.moref, question=question))

    def publish(self, vm: SimVm, news: GuestNews) -> None:
        """Tools has something new to say: it is told to vcsim soon, the last word only."""
        self._loop.call_soon_threadsafe(self._take_news, vm.moref, news)

    # what vcsim says

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            event = json.loads(line)
            seat = self._seats.setdefault(event["vm"], _Seat())
            if event["what"] == "state" and not event["on"]:
                seat.cuts += 1
                seat.cut.set()
            self._begin(self._react(seat, event, seat.cuts))
        log.warning("%s: vcsim has ended", self.vcsim.host)

    async def _react(self, seat: _Seat, event: dict[str, Any], cuts: int) -> None:
        what = event["what"]
        async with seat.turn:
            if what == "state" and event["on"]:
                await self._power_on_or_rewire(seat, self._machine(event))
            elif what in {"state", "gone"}:
                seat.cut.clear()
                await self._stop(seat, gently=False)
            elif what == "shutdown" and seat.vm is not None:
                await self._stop(seat, gently=True)
                if seat.cuts == cuts:  # else it is off, and may be on again by now
                    self._command(event["vm"], power="off")
            elif what == "reboot" and seat.vm is not None:
                vm = seat.vm
                await self._stop(seat, gently=True)
                await self._power_on_or_rewire(seat, vm)
        if what == "gone":
            self._seats.pop(event["vm"], None)

    async def _power_on_or_rewire(self, seat: _Seat, vm: SimVm) -> None:
        before, seat.vm = seat.vm, vm
        if before is None:
            self._boast(seat, vm)
            try:
                await self.engine.power_on(vm)
            except Exception:
                self._off(vm.moref)  # else vSphere says that it is on, and who waits for it waits in vain
                raise
        elif before.nics != vm.nics:
            await self.engine.rewire(vm)

    async def _stop(self, seat: _Seat, *, gently: bool) -> None:
        vm, seat.news, seat.going_down = seat.vm, None, gently
        if not gently:
            seat.vm = None
        try:
            await self._end_life(seat, vm, gently=gently)
        finally:
            seat.vm, seat.news, seat.going_down = None, None, False

    async def _end_life(self, seat: _Seat, vm: SimVm | None, *, gently: bool) -> None:
        if vm is None:
            return
        stopping = self._loop.create_task(self.engine.power_off(vm, gently=gently))
        cutting = self._loop.create_task(seat.cut.wait())
        try:
            await asyncio.wait(
                {stopping, cutting} if gently else {stopping},
                timeout=SHUTDOWN_LIMIT_S,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            cutting.cancel()
            late = stopping.cancel()  # False: it has ended
        if late:
            log.warning("%s: %s does not shut down; cutting its power", vm.server, vm.name)
            await asyncio.wait({stopping})
            await self.engine.power_off(vm, gently=False)
        else:
            stopping.result()

    def _machine(self, event: dict[str, Any]) -> SimVm:
        return SimVm(
            server=self.vcsim.host,
            moref=event["vm"],
            name=event["name"],
            disk=flat_file(event.get("disk", ""), self.datastores),
            image=local_file(event.get("image", ""), self.datastores),
            serial=local_file(event.get("serial", ""), self.datastores),
            nics=tuple(
                SimNic(nic["mac"], nic["vlan"], nic["network"], nic["connected"])
                for nic in event.get("nics") or ()
            ),
        )

    # what vcsim is told

    def _off(self, moref: str) -> None:
        seat = self._seats.get(moref)
        if seat is not None and seat.vm is not None:
            seat.vm, seat.news = None, None
            self._command(moref, power="off")

    def _take_news(self, moref: str, news: GuestNews) -> None:
        seat = self._seats.get(moref)
        if seat is None or seat.vm is None:
            return
        if seat.news is None:
            late_s = seat.stale_until - self._loop.time()
            self._loop.call_later(max(PUBLISH_DELAY_S, late_s), self._publish_now, moref)
        seat.news = news

    def _publish_now(self, moref: str) -> None:
        seat = self._seats.get(moref)
        if seat is None or seat.vm is None or seat.news is None:
            return
        news, seat.news = seat.news, None
        if news != seat.published:
            seat.published = news
            seat.remembered = news if news.address else seat.remembered
            self._command(moref, news=told(news, going_down=seat.going_down))

    def _boast(self, seat: _Seat, vm: SimVm) -> None:
        """Stale Tools: what they told before the power-on, for a while."""
        seat.published = None
        seat.stale_until = self._loop.time() + self.pace.tools_stale_s / self._speed
        if self.pace.tools_stale_s and seat.remembered is not None:
            self._command(vm.moref, news=told(seat.remembered, going_down=False))

    def _command(
        self, moref: str, *, power: str = "", question: str = "", news: dict[str, Any] | None = None
    ) -> None:
        pipe = self.vcsim.process.stdin
        command = {"vm": moref, "power": power, "question": question, "news": news}
        line = json.dumps(command).encode() + b"\n"
        if pipe is None or pipe.closed:
            return
        try:
            pipe.write(line)
        except BrokenPipeError:
            log.warning("%s: vcsim has ended; not told about %s", self.vcsim.host, moref)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("%s: a machine's event failed", self.vcsim.host, exc_info=error)


class Switchboard:
    """The engine's PowerSwitch: passes what a guest does on to the hypervisor of its server."""

    def __init__(self) -> None:
        self.hypervisors: dict[str, Hypervisor] = {}

    def guest_powered_off(self, vm: SimVm) -> None:
        """The guest has shut itself down."""
        self.hypervisors[vm.server].guest_powered_off(vm)

    def guest_restarted(self, vm: SimVm) -> None:
        """A reboot leaves power, and runtime.bootTime, as they are."""

    def ask(self, vm: SimVm, question: str) -> None:
        """The machine stands still until somebody answers."""
        self.hypervisors[vm.server].ask(vm, question)

    def publish(self, vm: SimVm, news: GuestNews) -> None:
        """Tools has something new to say."""
        self.hypervisors[vm.server].publish(vm, news)


def flat_file(path: str, datastores: Path) -> Path:
    """The local file behind `[datastore1] srvweb1/srvweb1.vmdk`: datastore1/srvweb1/srvweb1-flat.vmdk."""
    datastore, _, inside = path.removeprefix("[").partition("] ")
    return datastores / datastore / f"{inside.removesuffix('.vmdk')}-flat.vmdk"


def local_file(path: str, datastores: Path) -> Path | None:
    """The local file behind `[datastore1] iso/debian.iso`; None: there is none."""
    datastore, _, inside = path.removeprefix("[").partition("] ")
    return datastores / datastore / inside if inside else None


def told(news: GuestNews, *, going_down: bool) -> dict[str, Any]:
    """What vcsim is told. A guest that shuts down says so as long as its Tools run."""
    running = news.tools == "guestToolsRunning"
    return {
        "tools": news.tools,
        "state": ("shuttingDown" if going_down else "running") if running else "notRunning",
        "address": news.address,
        "cards": {mac: list(addresses) for mac, addresses in news.cards},
        "info": {SSH_PORT_KEY: str(news.ssh_port)},
    }
