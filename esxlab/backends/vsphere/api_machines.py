"""Makes and reconfigures virtual machines by the API: CreateVM or CloneVM, and ReconfigVM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.clone import clone_spec
from esxlab.backends.vsphere.devices import (
    KIB_PER_GIB,
    NIC_KEY,
    added,
    connection,
    disk_with_controller,
    edited,
    ethernet_cards,
    network_backing,
    new_nic,
    put_into_slot,
)
from esxlab.backends.vsphere.faults import settle
from esxlab.backends.vsphere.reading import moref
from esxlab.backends.vsphere.secure_boot import start_securely, starts_securely
from esxlab.backends.vsphere.seen import SeenMachine, SeenNic
from esxlab.backends.vsphere.store import split_path
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from esxlab.backends.vsphere.api_connection import ApiConnection
    from esxlab.backends.vsphere.seen import Place
    from esxlab.backends.vsphere.writer import Change, NewCard, NewMachine
    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Machine

NVRAM_KEY = "nvram"
"""In a configuration file: the file beside it that holds the firmware's variables (vmware.github.io/vmx)."""
SPEC_NAMES = {"guest_id": "guestId", "cpus": "numCPUs", "memory_mib": "memoryMB"}
"""Our name of RESIZABLE hardware -> VirtualMachineConfigSpec's."""


def make(server: ApiConnection, new: NewMachine, *, look: Callable[[], Any]) -> SeenMachine:
    """CreateVM on the existing disk, or CloneVM, into the group's folder."""
    place, site = new.place, new.site
    cards = _cards(new.cards)
    folder = inventory_folder(server, place, new.machine.owner.group)
    if site.method == "copy":
        spec = _new_spec(new, cards)
        if new.model is not None and starts_securely(server.session, new.model):
            folder = start_securely(server.session, spec, folder)

        def start() -> Any:
            return folder.CreateVM_Task(config=spec, pool=place.host.pool, host=place.host.ref)
    else:
        if new.model is None:
            raise LabError("vsphere.model_missing", name=site.model, known="-")
        order = clone_spec(
            new.machine,
            devices=server.hardware(new.model),
            hardware=new.hardware,
            snapshot=new.model.snapshot,
            cards=cards,
            place=place,
            linked=site.method == "linked",
        )
        source = new.model.ref

        def start() -> Any:
            return source.CloneVM_Task(folder=folder, name=new.machine.name, spec=order)

    ref = server.run(start, what=new.machine.name, look=look)
    return SeenMachine(ref=ref, moref=moref(ref), **_expected(new, folder))


def reconfigure(
    server: ApiConnection, machine: Machine, seen: SeenMachine, change: Change, *, look: Callable[[], Any]
) -> None:
    """ReconfigVM, once."""
    spec = vim.vm.ConfigSpec(**{SPEC_NAMES[name]: value for name, value in change.sizes.items()})
    if change.extra_config:
        spec.extraConfig = options(change.extra_config)
    spec.deviceChange = [*_cards(change.new)]
    if change.cards or change.cables:
        spec.deviceChange += _edited(server.hardware(seen), change)
    server.run(lambda: seen.ref.ReconfigVM_Task(spec), what=machine.name, look=look, on=seen)


def _edited(hardware: Any, change: Change) -> list[Any]:
    """The changes of cards that are there."""
    cards = {(card.macAddress or "").lower(): card for card in ethernet_cards(hardware)}
    changes = []
    for nic, network, _ in change.cards:
        card = cards[nic.mac.lower()]
        card.backing = network_backing(network)
        card.connectable = connection(connected=nic.connected)
        changes.append(edited(card))
    for mac, connected in change.cables.items():
        card = cards[mac]
        card.connectable = connection(connected=connected)
        changes.append(edited(card))
    return changes


def inventory_folder(server: ApiConnection, place: Place, group: GroupId) -> Any:
    """The inventory folder of the group's machines; a lone ESXi has only the one folder for all."""
    root = place.datacenter.vm_folder
    if not server.session.is_vcenter:
        return root
    key = (moref(root), group.folder_name)
    with server.inventory_folders_lock:
        folders = server.inventory.folders
        if key not in folders:
            folders[key] = _make_inventory_folder(server, root, group.folder_name)
        return folders[key]


def options(values: Mapping[str, str]) -> list[Any]:
    """Keys of extraConfig; an empty value takes its key away."""
    return [vim.option.OptionValue(key=key, value=value) for key, value in values.items()]


def boot_as(spec: Any, model: SeenMachine, machine: Machine) -> None:
    """The model's hardware version and firmware: a disk that EFI starts does not start from a BIOS."""
    spec.version = model.version or None
    if model.firmware == "efi":
        spec.firmware = model.firmware
        spec.extraConfig += options({NVRAM_KEY: f"{machine.name}.nvram"})


def _cards(cards: Sequence[NewCard]) -> list[Any]:
    """The changes that put these cards into a machine."""
    return [
        added(
            new_nic(
                card.kind,
                mac=card.nic.mac,
                network=card.network,
                connected=card.nic.connected,
                key=NIC_KEY - slot,
            )
        )
        for slot, card in enumerate(cards)
    ]


def _new_spec(new: NewMachine, cards: Sequence[Any]) -> Any:
    """The model's hardware around the copied disk, but for what the spec says of it."""
    machine, model, hardware = new.machine, new.model, new.hardware
    size_kib = model.disk_kib if model and model.disk_kib else machine.hardware.disk_gib * KIB_PER_GIB
    path = _spelled(new.place, machine.disk_path)
    disk = disk_with_controller(hardware.scsi_type, path=path, size_kib=size_kib, slot=new.slots.controller)
    put_into_slot(cards[0].device, new.slots.card)
    spec = vim.vm.ConfigSpec(
        name=machine.name,
        guestId=hardware.guest_id,
        numCPUs=hardware.cpus,
        memoryMB=hardware.memory_mib,
        instanceUuid=machine.owner.instance_uuid,
        files=vim.vm.FileInfo(vmPathName=_spelled(new.place, machine.vmx_path)),
        extraConfig=options(new.marks),
        deviceChange=[*disk, *cards],
    )
    if model is not None:
        boot_as(spec, model, machine)
    return spec


def _expected(new: NewMachine, folder: Any) -> dict[str, Any]:
    """What a machine just created is known to be, without asking for it."""
    machine, place = new.machine, new.place
    nics = (card.nic for card in new.cards)
    return {
        "name": machine.name,
        "datacenter": place.datacenter.moref,
        "parent": moref(folder),
        "host": moref(place.host.ref),
        "uuid": machine.owner.instance_uuid,
        "vmx_path": machine.vmx_path,
        "extra": dict(new.marks),
        "hardware": new.hardware,
        "disks": (machine.disk_path,),
        "nics": tuple(SeenNic(nic.mac.lower(), nic.network, nic.connected, kind=nic.kind) for nic in nics),
    }


def _spelled(place: Place, path: str) -> str:
    return place.store.at(split_path(path)[1])


def _make_inventory_folder(server: ApiConnection, root: Any, name: str) -> Any:
    def look() -> Any:
        return server.find_folder(root, name)

    try:
        return settle(lambda: server.session.change(lambda: root.CreateFolder(name), what=name), look)
    except LabError as error:
        if error.code != "vsphere.exists":
            raise
        return look()
