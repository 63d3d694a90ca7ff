"""Changes a virtual machine that is ours: its cards, its cables, its sizes, its stamp."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.devices import (
    added,
    connection,
    edited,
    ethernet_cards,
    network_backing,
    new_nic,
)
from esxlab.backends.vsphere.found import APPLIED_KEY, HOST_KEY_KEY, PASSWORD_KEY
from esxlab.backends.vsphere.seen import SeenNic
from esxlab.errors import LabError
from esxlab.lab.machine import RESIZABLE, Network

SPEC_NAMES = {"guest_id": "guestId", "cpus": "numCPUs", "memory_mib": "memoryMB"}
"""Our name of RESIZABLE hardware -> VirtualMachineConfigSpec's."""

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
    card = new_nic(seen.hardware.nic_type, mac=nic.mac, network=network, connected=nic.connected)
    spec = vim.vm.ConfigSpec(deviceChange=[added(card)])

    def look() -> bool | None:
        return True if nic.mac.lower() in {card.mac for card in server.fresh(machine).nics} else None

    server.run(lambda: seen.ref.ReconfigVM_Task(spec), what=f"{machine.name}: {role}", look=look, on=seen.ref)
    there = SeenNic(nic.mac.lower(), nic.network, nic.connected, kind=network.kind)
    server.inventory.note(replace(seen, nics=(*seen.nics, there)))


def connect(server: Connection, site: Site, machine: Machine) -> None:
    """All cards to their networks, and the stamp with the boot time of now, in one reconfiguration."""
    seen = server.fresh(machine)
    place = server.place(site)
    cards = {(card.macAddress or "").lower(): card for card in ethernet_cards(server.hardware(seen))}
    changes = []
    for nic in machine.nics:
        card = cards.get(nic.mac.lower())
        if card is None:
            raise LabError("vsphere.no_such_card", role=nic.role, name=machine.name)
        card.backing = network_backing(network_of(server, nic, place))
        card.connectable = connection(connected=nic.connected)
        changes.append(edited(card))
    stamps = {APPLIED_KEY: f"{machine.stamp} {seen.boot_time}", HOST_KEY_KEY: " ".join(machine.host_keys)}
    if (password := str(machine.password)) or seen.extra.get(PASSWORD_KEY):
        stamps[PASSWORD_KEY] = password  # empty: vSphere takes the key away
    spec = vim.vm.ConfigSpec(deviceChange=changes, extraConfig=options(stamps))

    def look() -> bool | None:
        extra = server.fresh(machine).extra
        return True if all(extra.get(key, "") == value for key, value in stamps.items()) else None

    server.run(lambda: seen.ref.ReconfigVM_Task(spec), what=machine.name, look=look, on=seen.ref)


def set_hardware(server: Connection, machine: Machine) -> None:
    """The RESIZABLE hardware of a machine that is off, as its spec says; nothing when it has it."""
    seen = server.fresh(machine)

    def differs() -> dict[str, tuple[object, object]]:
        return machine.hardware.changed(server.fresh(machine).hardware, RESIZABLE)

    def look() -> bool | None:
        return None if differs() else True

    if not (said := differs()):
        return
    wanted = {SPEC_NAMES[name]: value for name, (_, value) in said.items()}
    spec = vim.vm.ConfigSpec(**wanted)
    server.run(lambda: seen.ref.ReconfigVM_Task(spec), what=machine.name, look=look, on=seen.ref)
    server.fresh(machine)


def plug(server: Connection, machine: Machine, role: str, *, connected: bool) -> None:
    """One card's cable in or out; the stamp stays, so that no restart seems to be pending."""
    nic, seen = machine.nic(role), server.fresh(machine)
    hardware = ethernet_cards(server.hardware(seen))
    card = next((c for c in hardware if nic and (c.macAddress or "").lower() == nic.mac.lower()), None)
    if card is None:
        raise LabError("vsphere.no_such_card", role=role, name=machine.name)
    mac = card.macAddress.lower()
    card.connectable = connection(connected=connected)
    spec = vim.vm.ConfigSpec(deviceChange=[edited(card)])

    def look() -> bool | None:
        there = {found.mac: found.connected for found in server.fresh(machine).nics}
        return True if there.get(mac) == connected else None

    if look() is None:
        server.run(
            lambda: seen.ref.ReconfigVM_Task(spec), what=f"{machine.name}: {role}", look=look, on=seen.ref
        )


def network_of(server: Connection, nic: Nic, place: Place) -> SeenNetwork:
    """The card's network on the host; resolved before the call, for a wrong one gives a poor error."""
    return server.inventory.network(Network(nic.network, nic.kind), place)


def options(values: dict[str, str]) -> list[Any]:
    """Keys of extraConfig; an empty value takes its key away."""
    return [vim.option.OptionValue(key=key, value=value) for key, value in values.items()]
