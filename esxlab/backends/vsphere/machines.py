"""Changes a virtual machine that is ours: its cards, its cables, its sizes, its extraConfig."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.backends.vsphere.found import APPLIED_KEY, HOST_KEY_KEY, PASSWORD_KEY
from esxlab.backends.vsphere.seen import SeenNic
from esxlab.backends.vsphere.writer import Change, NewCard
from esxlab.errors import LabError
from esxlab.lab.machine import RESIZABLE, Network

if TYPE_CHECKING:
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import Place, SeenNetwork
    from esxlab.lab.machine import Machine, Nic, Site


def add_nic(server: Connection, site: Site, machine: Machine, role: str) -> None:
    """One more card, on the network of the machine's Nic with this role; nothing when it is there."""
    nic = machine.nic(role)
    if nic is None:
        raise LabError("vsphere.no_such_card", role=role, name=machine.name)
    seen = server.known(machine)
    if nic.mac.lower() in {card.mac for card in seen.nics}:
        return
    place = server.place(site)
    network = network_of(server, nic, place)
    change = Change(new=(NewCard(nic, network, seen.hardware.nic_type),))

    def look() -> bool | None:
        return True if nic.mac.lower() in {card.mac for card in server.fresh(machine).nics} else None

    server.writer.reconfigure(machine, seen, change, look=look)
    there = SeenNic(nic.mac.lower(), nic.network, nic.connected, kind=network.kind)
    server.inventory.note(replace(seen, nics=(*seen.nics, there)))


def reconfigure(server: Connection, site: Site, machine: Machine) -> None:
    """All cards to their networks, and the config digest with the boot time of now, in one change.

    Over SSH, cards of a machine that runs go to their networks before its next start (esxi/writer.py).
    """
    seen = server.fresh(machine)
    place = server.place(site)
    there = {nic.mac for nic in seen.nics}
    for nic in machine.nics:
        if nic.mac.lower() not in there:
            raise LabError("vsphere.no_such_card", role=nic.role, name=machine.name)
    kind = seen.hardware.nic_type
    cards = tuple(NewCard(nic, network_of(server, nic, place), kind) for nic in machine.nics)
    extra_config = {
        APPLIED_KEY: f"{machine.config_digest} {seen.boot_time}",
        HOST_KEY_KEY: " ".join(machine.host_keys),
    }
    if (password := str(machine.password)) or seen.extra.get(PASSWORD_KEY):
        extra_config[PASSWORD_KEY] = password  # empty: its key is taken away

    def look() -> bool | None:
        extra = server.fresh(machine).extra
        return True if all(extra.get(key, "") == value for key, value in extra_config.items()) else None

    server.writer.reconfigure(machine, seen, Change(cards=cards, extra_config=extra_config), look=look)


def set_hardware(server: Connection, machine: Machine) -> None:
    """The RESIZABLE hardware of a machine that is off, as its spec says; nothing when it has it."""
    seen = server.fresh(machine)

    def differs() -> dict[str, tuple[object, object]]:
        return machine.hardware.changed(server.fresh(machine).hardware, RESIZABLE)

    def look() -> bool | None:
        return None if differs() else True

    if not (said := differs()):
        return
    sizes = {name: value for name, (_, value) in said.items()}
    server.writer.reconfigure(machine, seen, Change(sizes=sizes), look=look)
    server.fresh(machine)


def set_nic_connected(server: Connection, machine: Machine, role: str, *, connected: bool) -> None:
    """One card's cable in or out; the config digest stays, so that no restart seems to be pending."""
    nic, seen = machine.nic(role), server.fresh(machine)
    if nic is None or nic.mac.lower() not in {card.mac for card in seen.nics}:
        raise LabError("vsphere.no_such_card", role=role, name=machine.name)
    mac = nic.mac.lower()

    def look() -> bool | None:
        there = {found.mac: found.connected for found in server.fresh(machine).nics}
        return True if there.get(mac) == connected else None

    if look() is None:
        server.writer.reconfigure(machine, seen, Change(cables={mac: connected}), look=look)


def network_of(server: Connection, nic: Nic, place: Place) -> SeenNetwork:
    """The card's network on the host; resolved before the call, for a wrong one gives a poor error."""
    return server.inventory.network(Network(nic.network, nic.kind), place)
