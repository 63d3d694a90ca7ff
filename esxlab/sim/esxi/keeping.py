"""The files that hostd keeps of a machine, as they follow what is changed by the API: .vmx and .vmsd.

Sources: esxi-ssh.md ("Reading": extraConfig lives in the .vmx; "Changing": hostd holds the configuration and
writes the file). A file that a shell has written is left as it is until hostd has something new to write.
`checkpoint.vmState` of a machine that sleeps, and the keys of a .vmsd, are as public scripts that read these
files name them [guess]; so are which lines hostd writes for a change by the API, and when [guess].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.sim.esxi.guests import guest_token
from esxlab.sim.esxi.hardware import CARDS, CONTROLLERS, FIRST_CARD, spaced
from esxlab.sim.esxi.vmx import Vmx, parse_vmx
from esxlab.sim.inventory import pyvmomi

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from esxlab.sim.esxi.world import Machine

SIMULATOR = frozenset({"govcsim"})
"""What vcsim adds to extraConfig of its own."""


class Kept(NamedTuple):
    """What the API said of a machine when its files were last right: a .vmx's settings, and the .vmsd."""

    settings: dict[str, str]
    snapshots: str


def kept(file: Path, machine: Machine, before: Kept | None) -> Kept:
    """The files as they have to be now; what did not change since `before` is not touched."""
    now = Kept(settings_of(machine), snapshots_of(machine))
    if not file.exists():
        return now
    if file.stat().st_size == 0:
        write(file, Vmx({".encoding": "UTF-8", "config.version": "8", **_bridges(), **now.settings}))
    elif before is not None and before.settings != now.settings:
        _follow(file, before.settings, now.settings)
    if now.snapshots or (before is not None and before.snapshots):
        file.with_suffix(".vmsd").write_text(now.snapshots, encoding="utf-8")
    return now


def _follow(file: Path, before: dict[str, str], now: dict[str, str]) -> None:
    vmx = parse_vmx(file.read_text(encoding="utf-8", errors="surrogateescape"))
    old = vmx.render()
    for key in before.keys() - now.keys():
        vmx.remove(key)
    for key, value in now.items():
        if before.get(key) != value:
            vmx[key] = value
    if vmx.render() != old:
        write(file, vmx)


def write(file: Path, vmx: Vmx) -> None:
    """Anew, whole or not at all; by one at a time (`Host.keeping`)."""
    scratch = file.with_name(f"{file.name}~")
    scratch.write_text(vmx.render(), encoding="utf-8", errors="surrogateescape")
    scratch.replace(file)


def settings_of(machine: Machine) -> dict[str, str]:
    """What of a machine's configuration stands in its .vmx."""
    config, device = machine.found["config"], pyvmomi().vim.vm.device
    found = {
        "virtualHW.version": str(int(config.version.removeprefix("vmx-"))),
        "displayName": machine.name,
        "guestOS": guest_token(config.guestId),
        "numvcpus": str(config.hardware.numCPU),
        "memSize": str(config.hardware.memoryMB),
        "uuid.bios": spaced(config.uuid),
        "vc.uuid": spaced(config.instanceUuid),
    }
    if config.firmware and config.firmware != "bios":
        found["firmware"] = config.firmware
    if config.annotation:
        found["annotation"] = config.annotation
    if machine.power == "suspended":
        found["checkpoint.vmState"] = f"{machine.name}.vmss"
    buses: dict[int, str] = {}
    for each in config.hardware.device:
        if isinstance(each, device.VirtualController):
            found |= _controller(each, buses)
        elif isinstance(each, device.VirtualDisk | device.VirtualCdrom):
            found |= dict(_drive(each, buses, folder=machine.vmx.rpartition("/")[0]))
        elif isinstance(each, device.VirtualEthernetCard):
            found |= _card(each)
    extra = {o.key: str(o.value) for o in config.extraConfig or () if o.key not in SIMULATOR and o.value}
    return {**found, **extra}


def _bridges() -> dict[str, str]:
    bridges = {"pciBridge0.present": "TRUE"}
    for slot in range(4, 8):
        bridges[f"pciBridge{slot}.present"] = "TRUE"
        bridges[f"pciBridge{slot}.virtualDev"] = "pcieRootPort"
        bridges[f"pciBridge{slot}.functions"] = "8"
    return bridges


def _controller(controller: Any, buses: dict[int, str]) -> dict[str, str]:
    device = pyvmomi().vim.vm.device
    kind = type(controller).__name__.rpartition(".")[2]
    if isinstance(controller, device.VirtualSCSIController):
        names = {known: name for name, known in CONTROLLERS.items()}
        buses[controller.key] = bus = f"scsi{controller.busNumber}"
        return {f"{bus}.present": "TRUE", f"{bus}.virtualDev": names.get(kind, "lsilogic")} | _slot(
            bus, controller
        )
    if isinstance(controller, device.VirtualSATAController):
        buses[controller.key] = bus = f"sata{controller.busNumber}"
        return {f"{bus}.present": "TRUE"} | _slot(bus, controller)
    if isinstance(controller, device.VirtualIDEController):
        buses[controller.key] = f"ide{controller.busNumber}"
    return {}


def _slot(place: str, device: Any) -> dict[str, str]:
    number = getattr(device.slotInfo, "pciSlotNumber", 0) or 0
    return {f"{place}.pciSlotNumber": str(number)} if number > 0 else {}


def _drive(drive: Any, buses: dict[int, str], *, folder: str) -> Iterator[tuple[str, str]]:
    """A file beside the .vmx by its name alone, any other below /vmfs/volumes."""
    place = f"{buses.get(drive.controllerKey, 'scsi0')}:{drive.unitNumber or 0}"
    full = getattr(drive.backing, "fileName", "") or ""
    store, _, inside = full.removeprefix("[").partition("] ")
    beside = full.rpartition("/")[0] == folder
    is_disk = isinstance(drive, pyvmomi().vim.vm.device.VirtualDisk)
    if not full:
        return
    yield f"{place}.present", "TRUE"
    yield f"{place}.deviceType", "scsi-hardDisk" if is_disk else "cdrom-image"
    yield f"{place}.fileName", full.rpartition("/")[2] if beside else f"/vmfs/volumes/{store}/{inside}"
    if not is_disk and drive.connectable is not None:
        yield f"{place}.startConnected", "TRUE" if drive.connectable.startConnected else "FALSE"


def _card(card: Any) -> dict[str, str]:
    kind = type(card).__name__.rpartition(".")[2]
    names = {known: name for name, known in CARDS.items()}
    place, static = f"ethernet{max(card.key - FIRST_CARD, 0)}", card.addressType == "manual"
    return {
        f"{place}.present": "TRUE",
        f"{place}.virtualDev": names.get(kind, "e1000"),
        f"{place}.networkName": getattr(card.backing, "deviceName", "") or "",
        f"{place}.addressType": "static" if static else "generated",
        f"{place}.{'address' if static else 'generatedAddress'}": card.macAddress or "",
        f"{place}.startConnected": "TRUE" if card.connectable.startConnected else "FALSE",
    } | _slot(place, card)


def snapshots_of(machine: Machine) -> str:
    """A .vmsd; empty: there are none."""
    info = machine.found.get("snapshot")
    if info is None or info.currentSnapshot is None:
        return ""
    count = _count(info.rootSnapshotList)
    return Vmx(
        {
            ".encoding": "UTF-8",
            "snapshot.lastUID": str(count),
            "snapshot.current": str(count),
            "snapshot.numSnapshots": str(count),
        }
    ).render()


def _count(trees: Any) -> int:
    return sum(1 + _count(tree.childSnapshotList or ()) for tree in trees or ())
