"""Virtual hardware between our terms and vSphere's device objects: what is read, and what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.seen import SeenNic, Slots
from esxlab.backends.vsphere.store import plain_path
from esxlab.lab.inventory_names import plain_name
from esxlab.lab.machine import Hardware

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.vsphere.seen import SeenNetwork

DEVICE = vim.vm.device
DISTRIBUTED = DEVICE.VirtualEthernetCard.DistributedVirtualPortBackingInfo

NIC_TYPES: dict[str, type] = {
    "vmxnet3": DEVICE.VirtualVmxnet3,
    "vmxnet2": DEVICE.VirtualVmxnet2,
    "e1000": DEVICE.VirtualE1000,
    "e1000e": DEVICE.VirtualE1000e,
    "pcnet32": DEVICE.VirtualPCNet32,
}
CONTROLLER_TYPES: dict[str, type] = {
    "pvscsi": DEVICE.ParaVirtualSCSIController,
    "lsilogic": DEVICE.VirtualLsiLogicController,
    "lsilogic-sas": DEVICE.VirtualLsiLogicSASController,
    "buslogic": DEVICE.VirtualBusLogicController,
    "ahci": DEVICE.VirtualAHCIController,
    "ide": DEVICE.VirtualIDEController,
}
KIB_PER_GIB = 1024 * 1024
IDE_KEY = 200  # every machine has its two IDE controllers from the start, with the keys 200 and 201
CONTROLLER_KEY, DISK_KEY, NIC_KEY = -101, -102, -103  # further cards count down


def read_hardware(found: Any, guest_id: str) -> tuple[Hardware, tuple[str, ...], int]:
    """(our Hardware, the datastore paths of all disks, the first disk's size in KiB)."""
    disks = [device for device in found.device if isinstance(device, DEVICE.VirtualDisk)]
    controllers = {
        device.key: device for device in found.device if isinstance(device, DEVICE.VirtualController)
    }
    first_controller = controllers.get(disks[0].controllerKey) if disks else None
    nics = [device for device in found.device if isinstance(device, DEVICE.VirtualEthernetCard)]
    size = disks[0].capacityInKB if disks else 0
    hardware = Hardware(
        guest_id=guest_id,
        cpus=found.numCPU,
        memory_mib=found.memoryMB,
        disk_gib=size // KIB_PER_GIB,
        nic_type=_name_of(NIC_TYPES, nics[0]) if nics else Hardware().nic_type,
        scsi_type=_name_of(CONTROLLER_TYPES, first_controller) if first_controller else Hardware().scsi_type,
    )
    return hardware, tuple(plain_path(getattr(disk.backing, "fileName", "") or "") for disk in disks), size


def read_nics(
    found: Any, guest_nics: Sequence[Any], port_groups: dict[str, str], *, powered_on: bool
) -> tuple[SeenNic, ...]:
    """The cards in the order of their keys, with the addresses that Tools reports."""
    told: dict[str, tuple[str, ...]] = {}
    for nic in guest_nics:
        told[(nic.macAddress or "").lower()] = tuple(nic.ipAddress or ())
    cards = sorted(ethernet_cards(found), key=lambda card: card.key)
    return tuple(
        SeenNic(
            mac=(card.macAddress or "").lower(),
            network=network_name(card, port_groups),
            connected=_is_connected(card.connectable, powered_on=powered_on),
            addresses=told.get((card.macAddress or "").lower(), ()),
            kind="distributed" if isinstance(card.backing, DISTRIBUTED) else "standard",
        )
        for card in cards
    )


def _is_connected(connectable: Any, *, powered_on: bool) -> bool:
    """While the machine is off, `connected` is always false: what counts is how it will start."""
    if connectable is None:
        return True
    return bool(connectable.connected if powered_on else connectable.startConnected)


def ethernet_cards(found: Any) -> list[Any]:
    """The cards of a config.hardware."""
    return [device for device in found.device if isinstance(device, DEVICE.VirtualEthernetCard)]


def network_name(card: Any, port_groups: dict[str, str]) -> str:
    """The name of the network that a card is on."""
    backing = card.backing
    if isinstance(backing, DISTRIBUTED):
        return port_groups.get(backing.port.portgroupKey, backing.port.portgroupKey or "")
    return plain_name(getattr(backing, "deviceName", "") or "")


def network_backing(network: SeenNetwork) -> Any:
    """How a card is put on this network: by name on a standard switch, by port group on a distributed one."""
    if not network.key:
        return DEVICE.VirtualEthernetCard.NetworkBackingInfo(deviceName=network.spelled or network.name)
    port = vim.dvs.PortConnection(portgroupKey=network.key, switchUuid=network.switch_uuid)
    return DISTRIBUTED(port=port)


def connection(*, connected: bool) -> Any:
    """Plugged in or not, now and at the next power-on."""
    return DEVICE.VirtualDevice.ConnectInfo(
        connected=connected, startConnected=connected, allowGuestControl=True
    )


def added(device: Any) -> Any:
    """A change that adds a device; an existing disk is only attached."""
    return DEVICE.VirtualDeviceSpec(operation="add", device=device)


def edited(device: Any) -> Any:
    """A change of a device that is there."""
    return DEVICE.VirtualDeviceSpec(operation="edit", device=device)


def detached(device: Any) -> Any:
    """A change that removes a device and leaves its files alone."""
    return DEVICE.VirtualDeviceSpec(operation="remove", device=device)


def new_nic(
    nic_type: str, *, mac: str, network: SeenNetwork, connected: bool = True, key: int = NIC_KEY
) -> Any:
    """A card with a MAC of our own choice; `key` tells the new devices of one change apart."""
    return NIC_TYPES.get(nic_type, DEVICE.VirtualVmxnet3)(
        key=key,
        addressType="manual",
        macAddress=mac,
        backing=network_backing(network),
        connectable=connection(connected=connected),
        wakeOnLanEnabled=True,
    )


def read_slots(found: Any) -> Slots:
    """The PCI slots of a config.hardware that a guest may know its devices by."""
    disks = [device for device in found.device if isinstance(device, DEVICE.VirtualDisk)]
    holders = [device for device in found.device if disks and device.key == disks[0].controllerKey]
    return Slots(_slot_of(holders), _slot_of(ethernet_cards(found)))


def _slot_of(devices: Sequence[Any]) -> int:
    slot = getattr(devices[0].slotInfo, "pciSlotNumber", 0) if devices else 0
    return slot if isinstance(slot, int) and slot > 0 else 0  # -1: not yet given one


def put_into_slot(device: Any, slot: int) -> None:
    """The device will be in this PCI slot; 0: wherever the server puts it."""
    if slot:
        device.slotInfo = DEVICE.VirtualDevice.PciBusSlotInfo(pciSlotNumber=slot)


def disk_with_controller(controller: str, *, path: str, size_kib: int, slot: int = 0) -> list[Any]:
    """The changes that put an existing disk into a new machine, on a controller of this type.

    The size is given because vcsim makes a disk of 0 KB otherwise; a real server reads it from the disk.
    """
    kind = CONTROLLER_TYPES.get(controller, DEVICE.ParaVirtualSCSIController)
    changes = []
    key = IDE_KEY
    if kind is not DEVICE.VirtualIDEController:
        key = CONTROLLER_KEY
        bus = kind(key=key, busNumber=0)
        if issubclass(kind, DEVICE.VirtualSCSIController):
            bus.sharedBus = "noSharing"
        put_into_slot(bus, slot)
        changes.append(added(bus))
    disk = DEVICE.VirtualDisk(
        key=DISK_KEY,
        controllerKey=key,
        unitNumber=0,
        capacityInKB=size_kib,
        backing=DEVICE.VirtualDisk.FlatVer2BackingInfo(
            fileName=path, diskMode="persistent", thinProvisioned=True
        ),
    )
    return [*changes, added(disk)]


def _name_of(types: dict[str, type], device: Any) -> str:
    """Our name of a device's type; vSphere's own when we have none."""
    for name, kind in types.items():
        if type(device) is kind:
            return name
    return type(device).__name__.rpartition(".")[2]
