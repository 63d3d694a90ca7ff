"""Engine light: gives each powered-on machine a life from its disk, in one event loop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab.sim.conditions import ORDINARY, Pace
from esxlab.sim.contracts import GuestNews
from esxlab.sim.light.clock import SimClock
from esxlab.sim.light.disk import NoSystemError, load_disk
from esxlab.sim.light.faults import Faults
from esxlab.sim.light.life import boot, shut_down
from esxlab.sim.light.machine import Machine
from esxlab.sim.light.ssh import LOOPBACK, Sshd
from esxlab.sim.light.world import SCHOOL_VLAN, World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from ipaddress import IPv4Address
    from pathlib import Path

    from esxlab.sim.contracts import PowerSwitch, RouterView, SchoolShape, SimVm
    from esxlab.sim.light.clock import Clock

CONNECT_TIMEOUT_S = 10.0
TOOLS_S, LEAST_S = 30.0, 2.0
"""How often Tools look at their cards: 30 s (open-vm-tools, guestInfoServer.c, GUESTINFO_POLL_INTERVAL), and
never more than once in 2 s of ours, however fast the school's clock is."""
CLOSED_PORT = 1  # tcpmux, where nobody has listened for decades


@dataclass(slots=True)
class Life:
    """A powered-on machine: what vcsim shows of it, the machine itself, and its boot."""

    vm: SimVm
    machine: Machine | None = None
    sshd: Sshd | None = None
    work: asyncio.Task[None] | None = None
    news: GuestNews = field(default_factory=GuestNews)
    tools: bool = False  # they have had the time to start


class LightEngine:
    """The Engine of simulated machines (contracts.Engine)."""

    def __init__(
        self,
        shape: SchoolShape,
        power: PowerSwitch,
        *,
        guest_password: str,  # noqa: ARG002 - the disks hold its hash; other engines need it
        routers: Callable[[], Sequence[RouterView]],
        speed: float = 20.0,
        pace: Pace = ORDINARY,
        clock: Clock | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.faults = faults or Faults()
        self.world = World(
            clock or SimClock(speed),
            routers=routers,
            network=shape.school_network,
            gateway=shape.school_gateway,
        )
        self.world.on_change = self._publish
        self.world.on_power = self._guest_asked
        self._power = power
        self.pace = pace
        self._lives: dict[str, Life] = {}
        self._poll_s = max(TOOLS_S / speed, LEAST_S)
        self._polling: asyncio.Task[None] | None = None

    # contracts.Engine

    async def power_on(self, vm: SimVm) -> None:
        """Boot from vm.disk; returns when the boot has begun."""
        key = key_of(vm)
        if key not in self._lives:
            self._lives[key] = life = Life(vm)
            life.work = asyncio.create_task(self._live(life))
            self._polling = self._polling or asyncio.create_task(self._poll())

    async def power_off(self, vm: SimVm, *, gently: bool) -> None:
        """End the machine; its state is on disk when this returns."""
        life = self._lives.get(key_of(vm))
        if life is not None:
            await self._end(life, gently=gently)
            self._lives.pop(key_of(vm), None)

    async def rewire(self, vm: SimVm) -> None:
        """The machine's cards have changed network, or were plugged or unplugged."""
        life = self._lives.get(key_of(vm))
        if life is None:
            return
        life.vm = vm
        if life.machine is not None:
            self.world.settle()
            life.machine.plug(vm.nics)
            self.world.changed(life.machine)

    async def picture(self, vm: SimVm, file: Path) -> bool:  # noqa: ARG002 - contracts.Engine
        """A model has no screen."""
        return False

    async def close(self) -> None:
        """End all machines at once, as a power cut does."""
        if self._polling is not None:
            self._polling.cancel()
        for life in list(self._lives.values()):
            await self._end(life, gently=False)
        self._lives.clear()

    # a life

    async def _live(self, life: Life) -> None:
        fault = self.faults.of(life.vm.name)
        self._tell(life)
        if "never_boots" in fault:
            return
        try:
            disk = await asyncio.to_thread(load_disk, life.vm.disk)
        except (NoSystemError, OSError):
            await self._install(life)  # without an installer: "Operating System not found", and nothing more
            return
        machine = Machine(self.world, key_of(life.vm), life.vm.name, disk, life.vm.disk)
        machine.plug(life.vm.nics)
        life.machine = machine
        life.sshd = Sshd(machine, reachable=lambda: self._answers_school(life), resolve=self._find_sshd)
        life.sshd.mute = lambda: "mute" in self.faults.of(life.vm.name)
        life.sshd.wrong_password = "wrong_password" in fault
        life.sshd.cuts = self.faults.cut
        self.world.machines[machine.key] = machine
        await self.world.clock.sleep(self.pace.boot_s)
        machine.plug(life.vm.nics)
        await boot(machine)
        life.tools = not self.pace.tools_late_s
        self.world.changed(machine)
        if not life.tools:
            await self.world.clock.sleep(self.pace.tools_late_s)
            life.tools = True
            self._tell(life)

    async def _install(self, life: Life) -> None:
        """An empty disk falls through to the drive, as a BIOS does it."""
        if life.vm.image is None:
            return
        from esxlab.sim.light.installer import Installer  # noqa: PLC0415 - pycdlib, only for this

        vm = life.vm
        installer = Installer(vm, self.faults.of(vm.name), self.world.clock, self.pace.install_s)
        match await installer.run():
            case "off":
                self._lives.pop(key_of(vm), None)
                self._power.guest_powered_off(vm)
            case "asks":
                self._power.ask(vm, "The CD-ROM drive is locked by the guest. Disconnect anyway?")

    async def _end(self, life: Life, *, gently: bool) -> None:
        if life.work is not None and not life.work.done():
            life.work.cancel()
        self.world.settle()
        machine = life.machine
        if machine is not None:
            if gently and machine.booted:
                await self._shut_down(life, machine)
            else:
                machine.halt()
            self.world.machines.pop(machine.key, None)
        if life.sshd is not None:
            life.sshd.close()
        life.machine = life.sshd = life.work = None
        self._tell(life)

    async def _shut_down(self, life: Life, machine: Machine) -> None:
        """First everything still answers, then nothing does, and the power is still on."""
        half_s = self.pace.shutdown_s / 2
        if half_s:
            machine.going_down = True
            await self.world.clock.sleep(half_s)
        await shut_down(machine)
        if half_s:
            if life.sshd is not None:
                life.sshd.close()
            self._tell(life)
            await self.world.clock.sleep(half_s)

    def _guest_asked(self, machine: Machine, what: str) -> None:
        life = self._lives.get(machine.key)
        if life is not None and life.machine is machine and not machine.going_down:
            machine.going_down = True
            life.work = asyncio.create_task(self._stop_itself(life, what))

    async def _stop_itself(self, life: Life, what: str) -> None:
        await self.world.clock.sleep(1)  # systemd answers the caller before it stops
        life.work = None
        await self._end(life, gently=True)
        if what == "reboot":
            self._power.guest_restarted(life.vm)
            life.work = asyncio.create_task(self._live(life))
        else:
            self._lives.pop(key_of(life.vm), None)
            self._power.guest_powered_off(life.vm)

    # what Tools says

    async def _poll(self) -> None:
        """An address that has moved is told although nobody has asked for it."""
        while True:
            await asyncio.sleep(self._poll_s)
            self.world.settle()
            for life in list(self._lives.values()):
                self._tell(life)

    def _publish(self, machine: Machine) -> None:
        life = self._lives.get(machine.key)
        if life is not None:
            self._tell(life)
            if life.sshd is not None and life.sshd.connections:
                life.sshd.cut_off()

    def _tell(self, life: Life) -> None:
        news = self._news(life)
        if news != life.news:
            life.news = news
            self._power.publish(life.vm, news)

    def _news(self, life: Life) -> GuestNews:
        machine, sshd = life.machine, life.sshd
        if machine is None or sshd is None or not machine.booted or not life.tools:
            return GuestNews()
        faults = self.faults.of(life.vm.name)
        if "no_tools" in faults or "open-vm-tools" not in machine.processes.active:
            return GuestNews()
        if "no_address" in faults:
            return GuestNews("guestToolsRunning")
        cards = self._cards(life, machine)
        if "no_ssh" in faults:
            return GuestNews("guestToolsRunning", LOOPBACK, CLOSED_PORT, cards)
        if any(LOOPBACK in addresses for _, addresses in cards):
            return GuestNews("guestToolsRunning", LOOPBACK, sshd.listen(), cards)
        return GuestNews("guestToolsRunning", next((a[0] for _, a in cards), ""), cards=cards)

    def _cards(self, life: Life, machine: Machine) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each card's addresses; one that answers the school does so on the loopback."""
        found: dict[str, list[str]] = {}
        deaf = "no_ssh" in self.faults.of(life.vm.name)
        for card, address in machine.stack.each_address():
            if card.name != "lo" and card.up:
                at_school = card.vlan == SCHOOL_VLAN and card.running
                answers = at_school and (deaf or self.world.answers_school(machine, address.ip))
                found.setdefault(card.mac, []).append(LOOPBACK if answers else str(address.ip))
        return tuple((mac, tuple(addresses)) for mac, addresses in found.items())

    def _answers_school(self, life: Life) -> bool:
        """Whether somebody on the school's network would get an answer of this machine's SSH server."""
        machine = life.machine
        if machine is None or "no_ssh" in self.faults.of(life.vm.name):
            return False
        return any(
            self.world.answers_school(machine, address.ip)
            for card, address in machine.stack.each_address()
            if card.vlan == SCHOOL_VLAN and card.running
        )

    async def _find_sshd(self, source: Machine, address: IPv4Address, port: int) -> Sshd:
        """What a jump host meets at an address; ConnectionError in OpenSSH's words."""
        self.world.settle()
        opened = self.world.open_tcp(source, address, port)
        if opened.outcome == "timeout":
            await self.world.clock.sleep(CONNECT_TIMEOUT_S)
        life = self._lives.get(opened.server)
        if opened.outcome != "open" or life is None or life.sshd is None or port != 22:  # noqa: PLR2004 - SSH
            raise ConnectionRefusedError(REASONS.get(opened.outcome, "Connection refused"))
        return life.sshd


REASONS = {
    "timeout": "Connection timed out",
    "unreachable": "No route to host",
    "no-route": "Network is unreachable",
}
"""What sshd says of a channel that it could not open (strerror of connect)."""


def key_of(vm: SimVm) -> str:
    """A machine's key in the world: its server and its reference."""
    return f"{vm.server}/{vm.moref}"
