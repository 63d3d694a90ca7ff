"""Decides what a new virtual machine is: around the copied disk, or a clone, in the group's folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.clone import birth_marks
from esxlab.backends.vsphere.machines import network_of
from esxlab.backends.vsphere.seen import NO_SLOTS, SeenMachine, Slots
from esxlab.backends.vsphere.writer import NewCard, NewMachine
from esxlab.errors import LabError
from esxlab.lab.ownership import is_ours

if TYPE_CHECKING:
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import Place
    from esxlab.lab.machine import Hardware, Machine, Nic, Site


def create(server: Connection, site: Site, machine: Machine) -> SeenMachine:
    """On the existing disk, or as a clone, into the group's folder; the first card on staging."""
    place = server.place(site)
    model = _model(server, site, place)
    hardware = machine.hardware.around(model.hardware) if model else machine.hardware
    cards = tuple(
        NewCard(nic, network_of(server, nic, place), hardware.nic_type) for nic in _birth_nics(site, machine)
    )
    slots = _slots(hardware, model)
    new = NewMachine(machine, site, place, model, hardware, slots, cards, birth_marks(machine))
    return _make(server, new)


def _make(server: Connection, new: NewMachine) -> SeenMachine:
    machine = new.machine

    def look() -> Any:
        found = server.find(machine.owner)
        return found.ref if found is not None and is_ours(found, machine) else None

    try:
        seen = server.writer.create(new, look=look)
    except LabError as error:
        if error.code != "vsphere.exists":
            raise
        found = server.find(machine.owner)
        if found is None or not is_ours(found, machine):
            raise LabError("vsphere.name_taken", name=machine.name, path=machine.vmx_path) from error
        seen = found
    server.inventory.note(seen)
    return seen


def _birth_nics(site: Site, machine: Machine) -> tuple[Nic, ...]:
    """The cards that a machine is created with, the first one on staging."""
    first, *others = machine.first_nics
    return replace(first, network=site.staging, kind=site.staging_kind, connected=True), *others


def _slots(hardware: Hardware, model: SeenMachine | None) -> Slots:
    """The model's PCI slots, of devices of the model's types only: each type has slots of its own."""
    if model is None:
        return NO_SLOTS
    same = model.hardware
    return Slots(
        model.slots.controller if hardware.scsi_type == same.scsi_type else 0,
        model.slots.card if hardware.nic_type == same.nic_type else 0,
    )


def _model(server: Connection, site: Site, place: Place) -> SeenMachine | None:
    """None when it is gone: its disk has been copied already, our own hardware will do."""
    try:
        return server.inventory.model(site, place)
    except LabError:
        return None
