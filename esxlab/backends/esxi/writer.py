"""Changes a lone ESXi host over SSH: the protocol `Writer` on its own shell, where its licence shuts the API.

Looking stays on the API, which reads whatever the licence; what it cannot show (sidecar.py) is read by one
script for the whole host, each time the server is looked at.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from esxlab.backends.esxi import orders, vmx
from esxlab.backends.esxi.doubts import doubts_of
from esxlab.backends.esxi.edits import edited, moved
from esxlab.backends.esxi.files import ShellFiles
from esxlab.backends.esxi.host_look import free_in
from esxlab.backends.esxi.model import ShellModelPlace
from esxlab.backends.esxi.paths import changed_place, spelled, volume
from esxlab.backends.esxi.sidecar import Card, Sidecar, read_sidecar
from esxlab.backends.vsphere.faults import settle
from esxlab.backends.vsphere.records import OWNER_FILE, owner_words
from esxlab.backends.vsphere.sites import usable_stores
from esxlab.backends.vsphere.store import split_path
from esxlab.backends.vsphere.writer import Seal
from esxlab.errors import LabError
from esxlab.lab.inventory_names import plain_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from esxlab.backends.esxi.framing import Answer
    from esxlab.backends.esxi.link import Link
    from esxlab.backends.model_protocol import ModelPlace
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.seen import Place, SeenMachine
    from esxlab.backends.vsphere.store import Store
    from esxlab.backends.vsphere.writer import Change, NewMachine
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine, PortGroup
    from esxlab.lab.model_build import WantedModel

SIDECAR = re.compile(r"^esxlab-[0-9a-f]{24} mark [^\n]*/([^/\n]+)/([^/\n]+)/[^/\n]+\n", re.MULTILINE)
TRIES = 3
"""How often a configuration file is read again that hostd has written meanwhile."""


class ShellWriter(ShellFiles):
    """One host. Cards of a machine that runs are moved before it gets its power the next time."""

    adds_vlan_later = True

    def __init__(
        self,
        server: Connection,
        link: Link,
        *,
        asked: Callable[[], dict[tuple[str, str], Sidecar]] | None = None,
    ) -> None:
        super().__init__(link)
        self._server = server
        self._asked = asked
        self._sidecars: dict[tuple[str, str], Sidecar] | None = (
            None  # by datastore and folder; None: not read
        )
        self._free: dict[str, int] = {}  # bytes, by the datastore's name as the host has it

    def doubts(self) -> Iterable[LabError]:
        """Its release, and when it switches itself off."""
        return doubts_of(self._link)

    def looked(self, inventory: Inventory) -> None:
        """One script for all machines of the host; without any it shows that the shell can be used."""
        self._sidecars = None
        self._sidecars = self._asked_of(inventory) if self._asked is None else self._asked()
        for key, store in usable_stores(inventory).items():
            free = self._free.get(volume(store).rpartition("/")[2])
            if free is not None:
                inventory.datastores[key] = replace(inventory.datastores[key], free=free)
        for seen in list(inventory.machines.values()):
            if (shown := self.shown(seen)) is not seen:
                inventory.note(shown)

    def shown(self, seen: SeenMachine) -> SeenMachine:
        """With its sidecar; a machine that is not ours has none."""
        sidecar = (self._sidecars or {}).get(seen.place)
        return seen if sidecar is None or seen.owner is None else sidecar.shown_in(seen)

    def learn(self, sidecars: Mapping[tuple[str, str], Sidecar]) -> None:
        """These were read just now."""
        self._sidecars = {**(self._sidecars or {}), **sidecars}

    def model_place(self, wanted: WantedModel, lab: Lab) -> ModelPlace:
        """By the shell."""
        return ShellModelPlace(self._server, wanted, lab, self._link)

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    def add_port_group(self, place: Place, port_group: PortGroup) -> None:  # noqa: ARG002 - it is the host
        """Portgroup add, then set."""
        body = orders.add_port_group(port_group.name, port_group.vswitch)
        self._link.change(body, what=port_group.name)
        self._link.change(orders.set_vlan(port_group.name, port_group.vlan), what=port_group.name)

    def set_vlan(self, place: Place, port_group: PortGroup) -> None:  # noqa: ARG002 - as above
        """Portgroup set."""
        self._link.change(orders.set_vlan(port_group.name, port_group.vlan), what=port_group.name)

    def remove_port_group(self, place: Place, port_group: PortGroup) -> None:  # noqa: ARG002 - as above
        """Portgroup remove."""
        self._link.change(orders.remove_port_group(port_group.name, port_group.vswitch), what=port_group.name)

    def create(self, new: NewMachine, *, look: Callable[[], Any]) -> SeenMachine:
        """Our own configuration file, then solo/registervm."""
        machine, store = new.machine, new.place.store
        if new.site.method != "copy":
            raise LabError("esxi.no_clones", method=new.site.method)
        content = vmx.render(vmx.new_machine(new, guest_word=self._guest_word(new)))
        body = orders.create(
            folder=changed_place(store, machine.folder),
            name=machine.name,
            vmx_path=spelled(store, machine.vmx_path),
            content=content,
            seal=_seal(machine),
        )
        settle(lambda: self._link.change(body, what=machine.name), look)
        self._read_sidecars().pop((machine.datastore, machine.folder), None)
        found = self._server.find(machine.owner)
        if found is None:
            raise LabError("esxi.not_registered", name=machine.name, path=machine.vmx_path)
        return found

    def reconfigure(
        self, machine: Machine, seen: SeenMachine, change: Change, *, look: Callable[[], Any]
    ) -> None:
        """The configuration file of a machine that is off; cables of one that runs; the rest is noted."""
        sidecar = self._sidecar_of(seen)
        if change.extra_config:
            sidecar = sidecar.with_extra_config(change.extra_config)
        if not seen.powered_on:
            if any((change.new, change.cards, change.cables, change.sizes)):
                self._edit(machine, seen, partial(edited, change=change), look)
            self._note(machine, seen, replace(sidecar, cards={}, boot_time=""))
            return
        if change.sizes:
            raise LabError("vsphere.power_state", what=machine.name)
        if change.cables:
            self._plug(machine, seen, change, look)
        waiting = {
            card.nic.mac.lower(): Card(vmx.network_name(card), card.nic.connected, card.kind)
            for card in (*change.new, *change.cards)
        }
        if waiting:
            still = sidecar.cards if sidecar.waits_for(seen) else {}
            sidecar = replace(sidecar, cards={**still, **waiting}, boot_time=seen.boot_time)
        self._note(machine, seen, sidecar)

    def power_on(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """Cards that have waited for the machine to be off, then power.on."""
        sidecar = self._sidecar_of(seen)
        if sidecar.cards and not seen.powered_on:
            self._edit(machine, seen, partial(moved, sidecar=sidecar), lambda: None)
            self._note(machine, seen, replace(sidecar, cards={}, boot_time=""))
        self._power(machine, seen, "power.on", look)

    def power_off(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """power.off."""
        self._power(machine, seen, "power.off", look)

    def shut_down(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """power.shutdown."""
        self._power(machine, seen, "power.shutdown", look)

    def suspend(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """power.suspend."""
        self._power(machine, seen, "power.suspend", look)

    def destroy(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """vmsvc/unregister, and our own files by name: foreign disks are never in danger."""
        store = self.store_of(seen)
        body = orders.destroy(
            folder=changed_place(store, machine.folder),
            name=machine.name,
            vmx_path=spelled(store, seen.vmx_path),
            seal=_seal(machine),
        )
        self._in_turn(machine, seen, body, look)
        self._read_sidecars().pop(seen.place, None)

    def _power(self, machine: Machine, seen: SeenMachine, verb: str, look: Callable[[], Any]) -> None:
        body = orders.power(spelled(self.store_of(seen), seen.vmx_path), verb)
        self._in_turn(machine, seen, body, look)

    def _in_turn(self, machine: Machine, seen: SeenMachine, body: str, look: Callable[[], Any]) -> None:
        """A script for hostd, which does one thing at a time with a machine; power.on may wait for ever.

        Before 8.0 `Power on failed` is all that is printed also of a machine that is busy with another task:
        one that was running just before, and may have ended meanwhile, or one that runs now.
        """

        def act() -> Answer:
            was_busy = self._server.is_busy(seen)
            try:
                return self._link.change(body, what=machine.name, limit_s=self._link.limits.power_s)
            except LabError as error:
                if error.code == "vsphere.refused" and (was_busy or self._server.is_busy(seen)):
                    raise LabError("vsphere.busy", what=machine.name, detail=error.detail) from error
                raise

        self._server.in_turn(act, what=machine.name, look=look, on=seen)

    def _edit(
        self, machine: Machine, seen: SeenMachine, change: Callable[[str], str], look: Callable[[], Any]
    ) -> None:
        """Change the configuration file as it is now; LabError vsphere.busy when it never rests."""
        store, path = self.store_of(seen), split_path(seen.vmx_path)[1]
        for last in range(TRIES, 0, -1):
            old = (self._server.files.get(store, path) or b"").decode("utf-8", errors="strict")
            body = orders.edit(
                vmx=changed_place(store, path),
                vmx_path=spelled(store, seen.vmx_path),
                old=old,
                new=change(old),
            )
            try:
                settle(lambda body=body: self._link.change(body, what=machine.name), look)  # type: ignore[misc]
            except LabError as error:
                if error.code != "vsphere.busy" or last == 1:
                    raise
            else:
                return

    def _plug(self, machine: Machine, seen: SeenMachine, change: Change, look: Callable[[], Any]) -> None:
        cards = self._server.card_keys(seen)
        keys = [(cards[mac], connected) for mac, connected in change.cables.items()]
        body = orders.plug(spelled(self.store_of(seen), seen.vmx_path), keys)
        self._in_turn(machine, seen, body, look)

    def _note(self, machine: Machine, seen: SeenMachine, sidecar: Sidecar) -> None:
        """Keep the sidecar, when it is another than before."""
        if sidecar == self._sidecar_of(seen):
            return
        body = orders.change_sidecar(changed_place(self.store_of(seen), machine.folder), sidecar.render())
        settle(lambda: self._link.change(body, what=machine.name), lambda: None)
        self._read_sidecars()[seen.place] = sidecar

    def _sidecar_of(self, seen: SeenMachine) -> Sidecar:
        return self._read_sidecars().get(seen.place, Sidecar())

    def _read_sidecars(self) -> dict[tuple[str, str], Sidecar]:
        """All sidecars on the host, as last read; read now when they never were."""
        if self._sidecars is None:
            inventory = self._server.inventory
            self._sidecars = self._asked_of(inventory) if self._asked is None else self._asked()
        return self._sidecars

    def _asked_of(self, inventory: Inventory) -> dict[tuple[str, str], Sidecar]:
        volumes = sorted(volume(store) for store in usable_stores(inventory).values())
        answer = self._link.read(orders.look(volumes), what=self._link.host)
        self._free = free_in(SIDECAR.split(answer.text)[0])
        return sidecars_in(answer)

    def store_of(self, seen: SeenMachine) -> Store:
        """The datastore of its configuration file."""
        name = seen.place[0]
        for store in usable_stores(self._server.inventory).values():
            if store.name == name:
                return store
        raise LabError("vsphere.datastore_missing", name=name, known="-", host=self._link.host)

    def _guest_word(self, new: NewMachine) -> str:
        """GuestOS as the model's own file has it; empty when it is not what the spec asks for."""
        model = new.model
        if model is None or model.hardware.guest_id != new.hardware.guest_id:
            return ""
        store, path = self._server.inventory.file(model.vmx_path, new.place)
        text = (self._server.files.get(store, path) or b"").decode("utf-8", errors="replace")
        return {key.lower(): value for key, value in vmx.read(text).items()}.get("guestos", "")


def sidecars_in(answer: Answer) -> dict[tuple[str, str], Sidecar]:
    """The sidecars in the answer to `orders.look`, by datastore and folder."""
    parts = SIDECAR.split(answer.text)[1:]
    return {
        (plain_name(store), folder): read_sidecar(content)
        for store, folder, content in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    }


def _seal(machine: Machine) -> Seal:
    return Seal(OWNER_FILE, owner_words(machine.owner))
