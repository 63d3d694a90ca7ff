"""The virtual hardware of a model: as it is created for its installer or its disk, and as it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.backends.vsphere.api import vim
from esxlab.backends.vsphere.api_machines import options
from esxlab.backends.vsphere.devices import (
    DEVICE,
    IDE_KEY,
    KIB_PER_GIB,
    NIC_KEY,
    NIC_TYPES,
    added,
    connection,
    detached,
    disk_with_controller,
    edited,
    network_backing,
)
from esxlab.lab.model_build import MODEL_KEY, mark_of

if TYPE_CHECKING:
    from esxlab.backends.vsphere.seen import SeenNetwork
    from esxlab.backends.vsphere.store import Store
    from esxlab.lab.model_build import WantedModel

CDROM_KEY, SERIAL_KEY, OTHER_IDE_KEY = -120, -121, 201


def new_model_spec(wanted: WantedModel, store: Store, network: SeenNetwork) -> Any:
    """An empty thin disk, one card, the ISO in the drive, the serial port written into the log.

    A BIOS tries the disk first and then the drive: an empty disk falls through to the installer, and the
    installed one wins afterwards, so there is no boot order to set.
    """
    disk = disk_with_controller(
        wanted.hardware.scsi_type,
        path=store.at(wanted.disk_path),
        size_kib=wanted.hardware.disk_gib * KIB_PER_GIB,
    )
    disk[-1].fileOperation = "create"
    drive = DEVICE.VirtualCdrom(
        key=CDROM_KEY,
        controllerKey=OTHER_IDE_KEY if wanted.hardware.scsi_type == "ide" else IDE_KEY,
        unitNumber=0,
        backing=DEVICE.VirtualCdrom.IsoBackingInfo(fileName=store.at(wanted.image_path)),
        connectable=connection(connected=True),
    )
    port = DEVICE.VirtualSerialPort(
        key=SERIAL_KEY,
        yieldOnPoll=True,
        backing=DEVICE.VirtualSerialPort.FileBackingInfo(fileName=store.at(wanted.log_path)),
        connectable=connection(connected=True),
    )
    spec = bare_model_spec(wanted, store, network)
    spec.deviceChange = [*disk, *spec.deviceChange, added(drive), added(port)]
    return spec


def bare_model_spec(wanted: WantedModel, store: Store, network: SeenNetwork) -> Any:
    """One card, and no disk yet: its folder is there for it, and whose it is."""
    hardware = wanted.hardware
    card = NIC_TYPES[hardware.nic_type](
        key=NIC_KEY,
        addressType="generated",
        backing=network_backing(network),
        connectable=connection(connected=True),
    )
    return vim.vm.ConfigSpec(
        name=wanted.name,
        guestId=hardware.guest_id,
        numCPUs=hardware.cpus,
        memoryMB=hardware.memory_mib,
        firmware=wanted.firmware,
        instanceUuid=wanted.instance_uuid,
        files=vim.vm.FileInfo(vmPathName=store.at(wanted.vmx_path)),
        extraConfig=options({MODEL_KEY: mark_of("installing", wanted.recipe)}),
        deviceChange=[added(card)],
    )


def attached_spec(wanted: WantedModel, store: Store) -> Any:
    """The imported disk on its controller, and the mark."""
    disk = disk_with_controller(
        wanted.hardware.scsi_type, path=store.at(wanted.disk_path), size_kib=wanted.disk_kib
    )
    mark = options({MODEL_KEY: mark_of("built", wanted.recipe)})
    return vim.vm.ConfigSpec(deviceChange=disk, extraConfig=mark)


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
