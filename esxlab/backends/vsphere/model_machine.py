"""The virtual hardware of a model: as it is created for its installer, and as it is left afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.api_machines import options
from esxlab.backends.vsphere.devices import (
    CONTROLLER_KEY,
    CONTROLLER_TYPES,
    DEVICE,
    DISK_KEY,
    IDE_KEY,
    KIB_PER_GIB,
    NIC_KEY,
    NIC_TYPES,
    added,
    connection,
    detached,
    edited,
    network_backing,
)
from esxlab.lab.model_build import MODEL_KEY, mark_of

if TYPE_CHECKING:
    from esxlab.backends.vsphere.seen import SeenNetwork
    from esxlab.backends.vsphere.store import Store
    from esxlab.lab.model_build import WantedModel

CDROM_KEY, SERIAL_KEY = -120, -121


def new_model_spec(wanted: WantedModel, store: Store, network: SeenNetwork) -> Any:
    """An empty thin disk, one card, the ISO in the drive, the serial port written into the log.

    A BIOS tries the disk first and then the drive: an empty disk falls through to the installer, and the
    installed one wins afterwards, so there is no boot order to set.
    """
    hardware, name = wanted.hardware, wanted.name
    devices = (
        *_disk(wanted, store),
        NIC_TYPES[hardware.nic_type](
            key=NIC_KEY,
            addressType="generated",
            backing=network_backing(network),
            connectable=connection(connected=True),
        ),
        DEVICE.VirtualCdrom(
            key=CDROM_KEY,
            controllerKey=IDE_KEY,
            unitNumber=0,
            backing=DEVICE.VirtualCdrom.IsoBackingInfo(fileName=store.at(wanted.iso_path)),
            connectable=connection(connected=True),
        ),
        DEVICE.VirtualSerialPort(
            key=SERIAL_KEY,
            yieldOnPoll=True,
            backing=DEVICE.VirtualSerialPort.FileBackingInfo(fileName=store.at(wanted.log_path)),
            connectable=connection(connected=True),
        ),
    )
    changes = [added(device) for device in devices]
    next(c for c in changes if isinstance(c.device, DEVICE.VirtualDisk)).fileOperation = "create"
    return vim.vm.ConfigSpec(
        name=name,
        guestId=hardware.guest_id,
        numCPUs=hardware.cpus,
        memoryMB=hardware.memory_mib,
        firmware="bios",
        instanceUuid=wanted.instance_uuid,
        files=vim.vm.FileInfo(vmPathName=store.at(f"{name}/{name}.vmx")),
        extraConfig=options({MODEL_KEY: mark_of("installing", wanted.recipe)}),
        deviceChange=changes,
    )


def finished_spec(wanted: WantedModel, hardware: Any) -> Any:
    """The drive without the ISO and not connected at power-on, as the sheet has it; no serial port; the mark.

    A remote device is what an empty drive is (VirtualCdrom.RemotePassthroughBackingInfo).
    """
    changes = []
    for device in hardware.device:
        if isinstance(device, DEVICE.VirtualCdrom):
            device.backing = DEVICE.VirtualCdrom.RemotePassthroughBackingInfo(deviceName="", exclusive=False)
            device.connectable = connection(connected=False)
            changes.append(edited(device))
        elif isinstance(device, DEVICE.VirtualSerialPort):
            changes.append(detached(device))
    mark = options({MODEL_KEY: mark_of("built", wanted.recipe)})
    return vim.vm.ConfigSpec(deviceChange=changes, extraConfig=mark)


def _disk(wanted: WantedModel, store: Store) -> tuple[Any, Any]:
    """A controller and a disk whose file the server makes beside the machine's configuration file."""
    bus = CONTROLLER_TYPES[wanted.hardware.scsi_type](key=CONTROLLER_KEY, busNumber=0, sharedBus="noSharing")
    disk = DEVICE.VirtualDisk(
        key=DISK_KEY,
        controllerKey=CONTROLLER_KEY,
        unitNumber=0,
        capacityInKB=wanted.hardware.disk_gib * KIB_PER_GIB,
        backing=DEVICE.VirtualDisk.FlatVer2BackingInfo(
            fileName=store.at(f"{wanted.name}/{wanted.name}.vmdk"),
            diskMode="persistent",
            thinProvisioned=True,
        ),
    )
    return bus, disk
