"""A machine's configuration read from its .vmx, as hostd reads it, and a .vmx written from one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.sim.esxi.disks import NotADiskError, read_disk
from esxlab.sim.esxi.guests import guest_id
from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from esxlab.sim.esxi.vmx import Vmx

CONTROLLERS = {
    "pvscsi": "ParaVirtualSCSIController",
    "lsilogic": "VirtualLsiLogicController",
    "lsisas1068": "VirtualLsiLogicSASController",
    "buslogic": "VirtualBusLogicController",
}
CARDS = {
    "vmxnet3": "VirtualVmxnet3",
    "vmxnet2": "VirtualVmxnet2",
    "e1000": "VirtualE1000",
    "e1000e": "VirtualE1000e",
    "vlance": "VirtualPCNet32",
}
FIRST_SCSI, FIRST_DISK, FIRST_CARD = 1000, 2000, 4000
FIRST_IDE, FIRST_DRIVE, FIRST_PORT = 200, 3000, 9000
"""Keys of devices, as ESXi gives them (esxi-ssh.md, "Reading")."""
PER_BUS = 16


def specification(vmx: Vmx, *, vmx_path: str, locate: Callable[[str], Path | None]) -> Any:
    """The ConfigSpec of a .vmx; `locate` finds `[datastore1] a/b.vmdk` on this computer."""
    vim = pyvmomi().vim
    folder = vmx_path.rpartition("/")[0] or vmx_path.partition("]")[0] + "]"
    devices = [*_disks(vmx, folder, locate), *_drives(vmx, folder), *_ports(vmx, folder), *_cards(vmx)]
    return vim.vm.ConfigSpec(
        version=f"vmx-{int(vmx['virtualHW.version'] or 8):02d}",
        guestId=guest_id(vmx["guestOS"] or "other"),
        annotation=vmx["annotation"],
        numCPUs=int(vmx["numvcpus"] or 1),
        memoryMB=int(vmx["memSize"] or 32),
        firmware=vmx["firmware"] or "bios",
        uuid=_uuid(vmx["uuid.bios"]),
        instanceUuid=_uuid(vmx["vc.uuid"]),
        extraConfig=[vim.option.OptionValue(key=key, value=value) for key, value in vmx.extra().items()],
        deviceChange=[vim.vm.device.VirtualDeviceSpec(operation="add", device=device) for device in devices],
    )


def removals(devices: list[Any]) -> list[Any]:
    """Takes all that a .vmx tells of away, the files not: what a reload begins with."""
    device = pyvmomi().vim.vm.device
    kinds = (
        device.VirtualDisk,
        device.VirtualEthernetCard,
        device.VirtualCdrom,
        device.VirtualSerialPort,
        device.VirtualSCSIController,
    )
    return [
        device.VirtualDeviceSpec(operation="remove", device=found)
        for kind in kinds
        for found in devices
        if isinstance(found, kind)
    ]


def _uuid(text: str) -> str | None:
    """56 4d 37 9a 56 54 a8 b9-da ab ... in its usual form; None when there is none."""
    digits = text.replace(" ", "").replace("-", "").lower()
    if len(digits) != 32:  # noqa: PLR2004 - a UUID's digits
        return None
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def spaced(uuid: str) -> str:
    """The other way round: eight pairs, a dash, eight pairs."""
    digits = uuid.replace("-", "")
    pairs = [digits[at : at + 2] for at in range(0, 32, 2)]
    return f"{' '.join(pairs[:8])}-{' '.join(pairs[8:])}"


def _disks(vmx: Vmx, folder: str, locate: Callable[[str], Path | None]) -> Iterator[Any]:
    device = pyvmomi().vim.vm.device
    for bus in vmx.members("scsi"):
        kind = CONTROLLERS.get(
            vmx[f"scsi{bus}.virtualDev"].lower() or "buslogic", "VirtualBusLogicController"
        )
        yield getattr(device, kind)(
            key=FIRST_SCSI + bus, busNumber=bus, sharedBus="noSharing", controllerKey=100
        )
        for unit in range(PER_BUS):
            place = f"scsi{bus}:{unit}"
            if vmx.is_true(f"{place}.present") and vmx[f"{place}.fileName"]:
                path = _absolute(vmx[f"{place}.fileName"], folder)
                yield _disk(path, FIRST_DISK + bus * PER_BUS + unit, FIRST_SCSI + bus, unit, locate)


def _absolute(name: str, folder: str) -> str:
    """A file name of a .vmx as the API has it: `x.vmdk`, `/vmfs/volumes/ds/a/x.vmdk` or `[ds] a/x.vmdk`."""
    if name.startswith("/vmfs/volumes/"):
        store, _, inside = name.removeprefix("/vmfs/volumes/").partition("/")
        return f"[{store}] {inside}"
    if name.startswith("["):
        return name
    return f"{folder}/{name}" if not folder.endswith("]") else f"{folder} {name}"


def _disk(path: str, key: int, controller: int, unit: int, locate: Callable[[str], Path | None]) -> Any:
    device = pyvmomi().vim.vm.device
    place = locate(path)
    try:
        disk = read_disk(place) if place else None
    except (OSError, NotADiskError):
        disk = None
    return device.VirtualDisk(
        key=key,
        controllerKey=controller,
        unitNumber=unit,
        capacityInKB=disk.sectors // 2 if disk else 0,
        backing=device.VirtualDisk.FlatVer2BackingInfo(
            fileName=path, diskMode="persistent", thinProvisioned=bool(disk and disk.thin)
        ),
    )


def _drives(vmx: Vmx, folder: str) -> Iterator[Any]:
    """CD-ROM drives, of which one has an image in it: `cdrom-image` (josenk/terraform-provider-esxi)."""
    device = pyvmomi().vim.vm.device
    for bus, unit in ((bus, unit) for bus in range(2) for unit in range(2)):
        place = f"ide{bus}:{unit}"
        kind = vmx[f"{place}.deviceType"].lower()
        if not vmx.is_true(f"{place}.present") or not kind.startswith(("cdrom", "atapi-cdrom")):
            continue
        backing = device.VirtualCdrom.RemotePassthroughBackingInfo(deviceName="", exclusive=False)
        if kind == "cdrom-image":
            path = _absolute(vmx[f"{place}.fileName"], folder)
            backing = device.VirtualCdrom.IsoBackingInfo(fileName=path)
        plugged = vmx[f"{place}.startConnected"].lower() != "false"
        yield device.VirtualCdrom(
            key=FIRST_DRIVE + 2 * bus + unit,
            controllerKey=FIRST_IDE + bus,
            unitNumber=unit,
            backing=backing,
            connectable=device.VirtualDevice.ConnectInfo(
                startConnected=plugged, allowGuestControl=True, connected=plugged
            ),
        )


def _ports(vmx: Vmx, folder: str) -> Iterator[Any]:
    """Serial ports that are written into a file (libvirt, vmx.c: `fileType = "file"`)."""
    device = pyvmomi().vim.vm.device
    for number in vmx.members("serial"):
        place = f"serial{number}"
        if vmx[f"{place}.fileType"].lower() == "file":
            path = _absolute(vmx[f"{place}.fileName"], folder)
            yield device.VirtualSerialPort(
                key=FIRST_PORT + number,
                yieldOnPoll=vmx.is_true(f"{place}.yieldOnMsrRead"),
                backing=device.VirtualSerialPort.FileBackingInfo(fileName=path),
                connectable=device.VirtualDevice.ConnectInfo(
                    startConnected=True, allowGuestControl=True, connected=True
                ),
            )


def _cards(vmx: Vmx) -> Iterator[Any]:
    device = pyvmomi().vim.vm.device
    for number in vmx.members("ethernet"):
        place = f"ethernet{number}"
        kind = CARDS.get(vmx[f"{place}.virtualDev"].lower() or "vlance", "VirtualPCNet32")
        static = vmx[f"{place}.addressType"].lower() == "static"
        plugged = vmx[f"{place}.startConnected"].lower() != "false"
        yield getattr(device, kind)(
            key=FIRST_CARD + number,
            controllerKey=100,
            unitNumber=7 + number,
            addressType="manual" if static else "generated",
            macAddress=(vmx[f"{place}.address"] or vmx[f"{place}.generatedAddress"]) or None,
            backing=device.VirtualEthernetCard.NetworkBackingInfo(deviceName=vmx[f"{place}.networkName"]),
            connectable=device.VirtualDevice.ConnectInfo(
                startConnected=plugged, allowGuestControl=True, connected=False
            ),
        )
