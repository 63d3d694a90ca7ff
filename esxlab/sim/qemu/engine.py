"""Engine qemu: boots each powered-on machine from its own disk, and tells what its guest's agent says."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from esxlab.sim.contracts import GuestNews
from esxlab.sim.qemu.cables import SCHOOL_VLAN, Cables
from esxlab.sim.qemu.machine import Card, Machine, Media
from esxlab.sim.qemu.new_disk import complete_disk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address
    from pathlib import Path

    from esxlab.sim.contracts import PowerSwitch, SimNic, SimVm
    from esxlab.sim.qemu.machine import Accelerator
    from esxlab.sim.qemu.routers import Routers

log = logging.getLogger(__name__)

ASK_EVERY_S = 1.5
"""An agent that is asked more often costs an emulated guest a noticeable part of its time."""
ASK_SELDOM_S = 6.0
"""Once it has told an address, which it keeps until it starts again."""
SILENT_AFTER = 4  # unanswered questions in a row


@dataclass(slots=True)
class Life:
    """A machine that is on."""

    vm: SimVm
    cards: list[Card] = field(default_factory=list)
    machine: Machine | None = None
    watch: asyncio.Task[None] | None = None
    poll: asyncio.Task[None] | None = None
    news: GuestNews = field(default_factory=GuestNews)
    began: float = field(default_factory=time.monotonic)  # its last boot


class QemuEngine:
    """The Engine of real machines (contracts.Engine). `directory` gets their logs and consoles."""

    def __init__(
        self,
        power: PowerSwitch,
        cables: Cables,
        routers: Routers,
        *,
        accelerator: Accelerator,
        directory: Path,
    ) -> None:
        self.cables = cables
        self.routers = routers
        self.accelerator = accelerator
        self._power = power
        self._directory = directory
        self._lives: dict[str, Life] = {}
        self._taps = 0

    # contracts.Engine

    async def power_on(self, vm: SimVm) -> None:
        """Boot from vm.disk; returns when the boot has begun."""
        if _key(vm) in self._lives:
            return
        life = self._lives[_key(vm)] = Life(vm)
        try:
            for nic in vm.nics:
                self._taps += 1
                card = Card(nic, f"tap{self._taps}")
                await self.cables.plug(card.tap, nic)
                life.cards.append(card)
            complete_disk(descriptor_of(vm.disk), vm.disk)
            life.machine = Machine(lambda what: self._heard(life, what))
            await life.machine.start(
                vm.name,
                descriptor_of(vm.disk),
                life.cards,
                accelerator=self.accelerator,
                log=self._directory / f"{vm.moref}.log",
                media=Media(vm.image, vm.serial),
            )
        except BaseException:
            await self._end(life)
            raise
        life.watch = asyncio.create_task(self._watch(life))
        life.poll = asyncio.create_task(self._poll(life))

    async def power_off(self, vm: SimVm, *, gently: bool) -> None:
        """End the machine; its state is on disk when this returns."""
        life = self._lives.get(_key(vm))
        if life is None:
            return
        if life.watch is not None:
            life.watch.cancel()
        if gently and life.machine is not None:
            life.machine.shut_down()
            await life.machine.ended()
        await self._end(life)

    async def rewire(self, vm: SimVm) -> None:
        """Cards have changed network, or were plugged or unplugged; a new one comes with the next start."""
        life = self._lives.get(_key(vm))
        if life is None or life.machine is None:
            return
        life.vm = vm
        wanted = {nic.mac: nic for nic in vm.nics}
        for number, card in enumerate(life.cards):
            nic = wanted.get(card.nic.mac, replace(card.nic, connected=False))
            if nic.vlan != card.nic.vlan:
                await self.cables.move(card.tap, nic.vlan)
            if nic.connected != card.nic.connected:
                await life.machine.set_link(number, connected=nic.connected)
            life.cards[number] = Card(nic, card.tap)

    async def picture(self, vm: SimVm, file: Path) -> bool:
        """Of a machine with an installer's image: no other has a screen."""
        life = self._lives.get(_key(vm))
        return life is not None and life.machine is not None and await life.machine.picture(file)

    async def close(self) -> None:
        """End all machines at once, as a power cut does; then the routers and the wires."""
        for life in list(self._lives.values()):
            await self._end(life)
        await self.routers.close()
        self.cables.close()

    # a life

    async def _watch(self, life: Life) -> None:
        """A machine that ends by itself has shut itself down, or its QEMU has died: it is off either way."""
        if life.machine is not None:
            code = await life.machine.ended()
            log.info("%s: %s has ended (%d)", life.vm.server, life.vm.name, code)
            life.watch = None
            await self._end(life)
            self._power.guest_powered_off(life.vm)

    async def _end(self, life: Life) -> None:
        for task in (life.watch, life.poll):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if self._lives.pop(_key(life.vm), None) is None:
            return
        if life.machine is not None:
            life.machine.cut()
        for card in life.cards:
            await self.cables.unplug(card.tap)

    # what Tools says

    def _heard(self, life: Life, what: str) -> None:
        if what == "restart":
            life.began = time.monotonic()
            self._power.guest_restarted(life.vm)
        if life.machine is not None and not life.machine.agent_is_there:
            self._tell(life, GuestNews())

    async def _poll(self, life: Life) -> None:
        silent = 0
        while life.machine is not None:
            await asyncio.sleep(ASK_SELDOM_S if life.news.address else ASK_EVERY_S)
            if not life.machine.agent_is_there:
                continue
            found = await life.machine.addresses()
            silent = 0 if found else silent + 1
            if found and life.machine.agent_is_there:
                cards = tuple((mac, (str(address),)) for mac, address in sorted(found.items()))
                address = address_for_tools(life.vm.nics, found)
                self._tell(life, GuestNews("guestToolsRunning", address, cards=cards))
            elif silent >= SILENT_AFTER:
                self._tell(life, GuestNews())

    def _tell(self, life: Life, news: GuestNews) -> None:
        if news != life.news:
            if news.address and not life.news.address:
                seconds = time.monotonic() - life.began
                log.info("%s: %s has %s after %.1f s", life.vm.server, life.vm.name, news.address, seconds)
            life.news = news
            self._power.publish(life.vm, news)


def _key(vm: SimVm) -> str:
    return f"{vm.server}/{vm.moref}"


def descriptor_of(flat: Path) -> Path:
    """The .vmdk beside its extent: srvweb1-flat.vmdk -> srvweb1.vmdk."""
    return flat.with_name(f"{flat.name.removesuffix('-flat.vmdk')}.vmdk")


def address_for_tools(nics: tuple[SimNic, ...], found: Mapping[str, IPv4Address]) -> str:
    """The one address that is told: of the card on the school's network, else of the first card with one."""
    school = [nic for nic in nics if nic.vlan == SCHOOL_VLAN and nic.connected]
    addresses = (found.get(nic.mac.lower()) for nic in school or nics)
    return next((str(address) for address in addresses if address is not None), "")
