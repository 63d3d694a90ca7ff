"""Creates a virtual machine: around the copied disk, or as a clone, in the group's folder."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.clone import birth_marks, clone_spec
from esxlab.backends.vsphere.devices import (
    KIB_PER_GIB,
    NIC_KEY,
    added,
    disk_with_controller,
    new_nic,
    put_into_slot,
)
from esxlab.backends.vsphere.faults import settle
from esxlab.backends.vsphere.machines import network_of, options
from esxlab.backends.vsphere.reading import moref
from esxlab.backends.vsphere.seen import NO_SLOTS, SeenMachine, SeenNic, Slots
from esxlab.backends.vsphere.store import split_path
from esxlab.errors import LabError
from esxlab.lab.ownership import is_ours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.seen import Place
    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Hardware, Machine, Nic, Site


NVRAM_KEY = "nvram"
"""In a configuration file: the file beside it that holds the firmware's variables (vmware.github.io/vmx)."""


def create(server: Connection, site: Site, machine: Machine) -> SeenMachine:
    """CreateVM on the existing disk, or CloneVM, into the group's folder; first card on staging."""
    place = server.place(site)
    model = _model(server, site, place)
    nics = _birth_nics(site, machine)
    hardware = _hardware(machine, model)
    cards = _cards(server, place, nics, hardware.nic_type)
    folder = home_folder(server, place, machine.owner.group)
    if site.method == "copy":
        spec = _new_spec(machine, model, hardware, cards, place)

        def start() -> Any:
            return folder.CreateVM_Task(config=spec, pool=place.host.pool, host=place.host.ref)
    else:
        if model is None:
            raise LabError("vsphere.model_missing", name=site.model, known="-")
        order = clone_spec(
            machine,
            devices=server.hardware(model),
            hardware=hardware,
            snapshot=model.snapshot,
            cards=cards,
            place=place,
            linked=site.method == "linked",
        )
        source = model.ref

        def start() -> Any:
            return source.CloneVM_Task(folder=folder, name=machine.name, spec=order)

    return _make(server, machine, start, _expected(machine, hardware, place, folder, nics))


def home_folder(server: Connection, place: Place, group: GroupId) -> Any:
    """The inventory folder of the group's machines; a lone ESXi has only the one folder for all."""
    root = place.datacenter.vm_folder
    if not server.session.is_vcenter:
        return root
    key = (moref(root), group.home)
    with server.homes_lock:
        folders = server.inventory.folders
        if key not in folders:
            folders[key] = _make_home_folder(server, root, group.home)
        return folders[key]


def _make(server: Connection, machine: Machine, start: Any, expected: dict[str, Any]) -> SeenMachine:
    def look() -> Any:
        found = server.find(machine.owner)
        return found.ref if found is not None and is_ours(found, machine) else None

    try:
        ref = server.run(start, what=machine.name, look=look)
    except LabError as error:
        if error.code != "vsphere.exists":
            raise
        found = server.find(machine.owner)
        if found is None or not is_ours(found, machine):
            raise LabError("vsphere.name_taken", name=machine.name, path=machine.vmx_path) from error
        ref = found.ref
    seen = SeenMachine(ref=ref, moref=moref(ref), **expected)
    server.inventory.note(seen)
    return seen


def _birth_nics(site: Site, machine: Machine) -> tuple[Nic, ...]:
    """The cards that a machine is created with, the first one on staging."""
    first, *others = machine.first_nics
    return replace(first, network=site.staging, kind=site.staging_kind, connected=True), *others


def _cards(server: Connection, place: Place, nics: Sequence[Nic], nic_type: str) -> list[Any]:
    """The changes that put these cards into a new machine."""
    return [
        added(
            new_nic(
                nic_type,
                mac=nic.mac,
                network=network_of(server, nic, place),
                connected=nic.connected,
                key=NIC_KEY - slot,
            )
        )
        for slot, nic in enumerate(nics)
    ]


def _expected(
    machine: Machine, hardware: Hardware, place: Place, folder: Any, nics: Sequence[Nic]
) -> dict[str, Any]:
    """What a machine just created is known to be, without asking for it."""
    return {
        "name": machine.name,
        "datacenter": place.datacenter.moref,
        "parent": moref(folder),
        "host": moref(place.host.ref),
        "uuid": machine.owner.instance_uuid,
        "vmx_path": machine.vmx_path,
        "extra": birth_marks(machine),
        "hardware": hardware,
        "disks": (machine.disk_path,),
        "nics": tuple(SeenNic(nic.mac.lower(), nic.network, nic.connected, kind=nic.kind) for nic in nics),
    }


def _new_spec(
    machine: Machine, model: SeenMachine | None, hardware: Hardware, cards: Sequence[Any], place: Place
) -> Any:
    """The model's hardware around the copied disk, but for what the spec says of it."""
    size_kib = model.disk_kib if model and model.disk_kib else machine.hardware.disk_gib * KIB_PER_GIB
    slots = _slots(hardware, model)
    path = _spelled(place, machine.disk_path)
    disk = disk_with_controller(hardware.scsi_type, path=path, size_kib=size_kib, slot=slots.controller)
    put_into_slot(cards[0].device, slots.card)
    spec = vim.vm.ConfigSpec(
        name=machine.name,
        guestId=hardware.guest_id,
        numCPUs=hardware.cpus,
        memoryMB=hardware.memory_mib,
        instanceUuid=machine.owner.instance_uuid,
        files=vim.vm.FileInfo(vmPathName=_spelled(place, machine.vmx_path)),
        extraConfig=options(birth_marks(machine)),
        deviceChange=[*disk, *cards],
    )
    if model is not None:
        boot_as(spec, model, machine)
    return spec


def _hardware(machine: Machine, model: SeenMachine | None) -> Hardware:
    """What the machine is to have; all of it is the spec's when the model is gone."""
    return machine.hardware.around(model.hardware) if model else machine.hardware


def _slots(hardware: Hardware, model: SeenMachine | None) -> Slots:
    """The model's PCI slots, of devices of the model's types only: each type has slots of its own."""
    if model is None:
        return NO_SLOTS
    same = model.hardware
    return Slots(
        model.slots.controller if hardware.scsi_type == same.scsi_type else 0,
        model.slots.card if hardware.nic_type == same.nic_type else 0,
    )


def boot_as(spec: Any, model: SeenMachine, machine: Machine) -> None:
    """The model's hardware version and firmware: a disk that EFI starts does not start from a BIOS.

    Secure boot cannot be seen or asked for in the API's version that is spoken (kinds.py): a copy starts
    without it, which a loader that is signed does as well.
    """
    spec.version = model.version or None
    if model.firmware == "efi":
        spec.firmware = model.firmware
        spec.extraConfig += options({NVRAM_KEY: f"{machine.name}.nvram"})


def _spelled(place: Place, path: str) -> str:
    return place.store.at(split_path(path)[1])


def _make_home_folder(server: Connection, root: Any, name: str) -> Any:
    def look() -> Any:
        return server.find_folder(root, name)

    try:
        return settle(lambda: server.session.change(lambda: root.CreateFolder(name), what=name), look)
    except LabError as error:
        if error.code != "vsphere.exists":
            raise
        return look()


def _model(server: Connection, site: Site, place: Place) -> SeenMachine | None:
    try:
        return server.inventory.model(site, place)
    except LabError:
        return None  # its disk has been copied already: our own hardware will do
