"""One machine from its configuration file and what hostd says of it while it runs; pure."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

from esxlab.backends.esxi import vmx
from esxlab.backends.esxi.in_flight import tasks_in
from esxlab.backends.esxi.shown import within
from esxlab.backends.vsphere.api import iso8601, vim
from esxlab.backends.vsphere.seen import SeenMachine, SeenNic, Slots
from esxlab.backends.vsphere.store import plain_path
from esxlab.foreign import visible
from esxlab.lab.inventory_names import plain_name
from esxlab.lab.machine import Hardware

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from esxlab.backends.esxi.host_look import HostLook, Path

DISK = re.compile(r"^((?:scsi|sata|ide|nvme)\d+):(\d+)\.filename$")
BUSES = ("scsi", "sata", "ide", "nvme")
KEPT = ("esxlab.", "guestinfo.", "nvram")
"""Of extraConfig, which is every other line of the file, what anybody asks for."""
SECTOR = 512
KIB_PER_GIB = 1024 * 1024
OLD_GUESTS = {
    "linux": "otherLinuxGuest",
    "nt4": "winNTGuest",
    "win2000": "win2000ProGuest",
    "whistler": "winXPHomeGuest",
}
"""guestOS of old files (open-vm-tools, guest_os_tables.h: not reversible)."""
KEYS = {"firmware": "bios", "numvcpus": "1", "memsize": "32"}
"""What a file without the line means."""


def machine_of(look: HostLook, path: Path, *, number: str, name: str) -> SeenMachine:
    """The machine of a row of the list; one whose file was not told has little more than its name."""
    store, inside = path
    text = look.vmx.get(path, "")
    values = {key.lower(): value for key, value in vmx.read(text).items()}
    runtime = look.states.get(("get.runtime", number), {})
    guest = look.states.get(("get.guest", number), {})
    running = _runs(look, path)
    power = str(runtime.get("powerState") or ("poweredOn" if running else "poweredOff"))
    disks = tuple(_disks(values, path))
    kib = _kib(look, values, path)
    folder = inside.rpartition("/")[0]
    return SeenMachine(
        ref=vim.VirtualMachine(number, None),
        moref=number,
        name=name,
        datacenter="ha-datacenter",
        parent="ha-folder-vm",
        host="ha-host",
        uuid=joined_uuid(values.get("vc.uuid", "")),
        vmx_path=plain_path(f"[{store}] {inside}"),
        extra={key: value for key, value in vmx.read(text).items() if key.lower().startswith(KEPT)},
        hardware=_hardware(values, kib),
        disks=disks,
        nics=tuple(_nics(look, values, number, guest, running=power == "poweredOn")),
        disk_kib=kib,
        powered_on=power == "poweredOn",
        boot_time=_moment(runtime.get("bootTime")) if power == "poweredOn" else "",
        tools=str(guest.get("toolsRunningStatus") or "guestToolsNotRunning") if values else "",
        address=str(guest.get("ipAddress") or ""),
        snapshot=_snapshot(look.vmsd.get((store, f"{inside.removesuffix('.vmx')}.vmsd"), "")),
        committed=look.taken_kib.get((store, folder), 0) * 1024,
        guest_state=str(guest.get("guestState") or ""),
        question=_question(runtime.get("question")),
        tasks=tuple(task.key for task in tasks_in(look.tasks) if task.entity == number),
        suspended=_suspended(runtime, values, running=running),
        version=_version(values.get("virtualhw.version", "")),
        firmware=values.get("firmware") or "bios",
        slots=_slots(values),
    )


def card_keys(text: str) -> dict[str, int]:
    """MAC -> the device's key, of a configuration file: hostd numbers cards from 4000 (esxi-ssh.md)."""
    return {mac: 4000 + number for mac, number in vmx.cards_by_mac(vmx.read(text)).items()}


def isos_at_power_on(text: str) -> tuple[str, ...]:
    """The images of drives that are connected whenever the machine is powered on."""
    values = {key.lower(): value for key, value in vmx.read(text).items()}
    return tuple(
        value
        for key, value in values.items()
        if (found := DISK.match(key))
        and values.get(f"{found[1]}:{found[2]}.devicetype", "").lower() == "cdrom-image"
        and values.get(f"{found[1]}:{found[2]}.startconnected", "true").lower() == "true"
        and values.get(f"{found[1]}:{found[2]}.present", "").lower() == "true"
    )


def joined_uuid(spaced: str) -> str:
    """52d16b4c-8e1a-2c11-9d0a-3f5b7c8d9e0f, of a vc.uuid; empty: it is none."""
    digits = re.sub(r"[^0-9a-f]", "", spaced.lower())
    if len(digits) != 32:  # noqa: PLR2004 - a UUID's digits
        return ""
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


@functools.cache
def _identifiers() -> dict[str, str]:
    known = map(str, vim.vm.GuestOsDescriptor.GuestOsIdentifier.values)
    return OLD_GUESTS | {_letters(vmx.guest_os(identifier)): identifier for identifier in known}


def _letters(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def guest_identifier(token: str) -> str:
    """The API's identifier of a file's guestOS: debian9-64 is debian9_64Guest, other-64 otherGuest64."""
    return _identifiers().get(_letters(token), f"{token}Guest") if token else ""


def _runs(look: HostLook, path: Path) -> bool:
    """The list of processes names a volume by its identifier."""
    names = {row.get("UUID", ""): row.get("VolumeName", "") for row in look.volumes}
    for row in look.running:
        volume, _, inside = row.get("ConfigFile", "").removeprefix("/vmfs/volumes/").partition("/")
        if inside == path[1] and names.get(volume, path[0]) == path[0]:
            return True
    return False


def _suspended(runtime: Mapping[str, Any], values: Mapping[str, str], *, running: bool) -> bool:
    """As hostd says; of a machine that it was not asked about the file names its saved state.

    After a snapshot the line may name the snapshot's .vmsn, and the machine is off (transcripts of
    Workstation, which writes the same file).
    """
    if runtime.get("powerState"):
        return bool(runtime["powerState"] == "suspended")
    return not running and values.get("checkpoint.vmstate", "").lower().endswith(".vmss")


def _hardware(values: Mapping[str, str], kib: int) -> Hardware:
    cards = {kind: name for name, kind in vmx.NIC_DEVICES.items()}
    numbers = sorted(vmx.cards_by_mac(values).values())
    device = values.get(f"ethernet{numbers[0]}.virtualdev", "vlance").lower() if numbers else ""
    return Hardware(
        guest_id=guest_identifier(values.get("guestos", "")),
        cpus=_whole(values, "numvcpus"),
        memory_mib=_whole(values, "memsize"),
        disk_gib=kib // KIB_PER_GIB,
        nic_type=cards.get(device, device) if numbers else Hardware().nic_type,
        scsi_type=_controller(values),
    )


def _version(said: str) -> str:
    return f"vmx-{int(said):02d}" if said.isascii() and said.isdigit() else ""


def _whole(values: Mapping[str, str], key: str) -> int:
    said = values.get(key, KEYS[key])
    return int(said) if said.isascii() and said.isdigit() else int(KEYS[key])


def _controller(values: Mapping[str, str]) -> str:
    names = {device: name for name, device in vmx.SCSI_DEVICES.items()}
    bus = next((bus for bus, _, _ in _drives(values)), "")
    if bus.startswith("scsi"):
        device = values.get(f"{bus}.virtualdev", "buslogic").lower()
        return names.get(device, device)
    return {"ide": "ide", "sata": "ahci", "": Hardware().scsi_type}.get(bus.rstrip("0123456789"), bus)


def _drives(values: Mapping[str, str]) -> Iterator[tuple[str, int, str]]:
    """(scsi0, 0, file) of each disk that is present, in the order that hostd gives their keys."""
    found = []
    for key, file in values.items():
        match = DISK.match(key)
        if match is None or not file.lower().endswith(".vmdk"):
            continue
        if values.get(f"{match[1]}:{match[2]}.present", "").lower() == "true":
            kind = match[1].rstrip("0123456789")
            found.append((BUSES.index(kind), match[1], int(match[2]), file))
    for _, bus, unit, file in sorted(found):
        yield bus, unit, file


def _disks(values: Mapping[str, str], path: Path) -> Iterator[str]:
    for _, _, file in _drives(values):
        yield plain_path("[{}] {}".format(*_placed(file, path)))


def _placed(file: str, path: Path) -> Path:
    """Where a disk lies: beside the configuration file, or below /vmfs/volumes."""
    if file.startswith("/vmfs/volumes/"):
        store, _, inside = file.removeprefix("/vmfs/volumes/").partition("/")
        return store, inside
    folder = path[1].rpartition("/")[0]
    return path[0], f"{folder}/{file}" if folder else file


def _kib(look: HostLook, values: Mapping[str, str], path: Path) -> int:
    """The first disk's size: a descriptor's extents, `RW 41943040 VMFS "x-flat.vmdk"`, in sectors."""
    for _, _, file in _drives(values):
        words = (line.split() for line in look.extents.get(_placed(file, path), "").splitlines())
        return sum(int(w[1]) for w in words if len(w) > 1 and w[1].isdigit()) * SECTOR // 1024
    return 0


def _nics(
    look: HostLook, values: Mapping[str, str], number: str, guest: Mapping[str, Any], *, running: bool
) -> Iterator[SeenNic]:
    plugged = _plugged(look.states.get(("device.getdevices", number), {}))
    told = {
        str(nic.get("macAddress") or "").lower(): tuple(map(str, nic.get("ipAddress") or ()))
        for nic in guest.get("net") or ()
        if isinstance(nic, dict)
    }
    for mac, card in sorted(vmx.cards_by_mac(values).items(), key=lambda item: item[1]):
        starts = values.get(f"ethernet{card}.startconnected", "true").lower() != "false"
        yield SeenNic(
            mac=mac,
            network=plain_name(values.get(f"ethernet{card}.networkname", "")),
            connected=plugged.get(mac, starts) if running else starts,
            addresses=told.get(mac, ()),
            kind="standard",
        )


def _plugged(devices: Mapping[str, Any]) -> dict[str, bool]:
    """MAC -> whether the cable is in, of a machine that runs."""
    return {
        str(device["macAddress"]).lower(): bool(within(device, "connectable", "connected"))
        for device in devices.get("device") or ()
        if isinstance(device, dict) and device.get("macAddress")
    }


def _moment(said: Any) -> str:
    """As the API's own reader has it, to the letter: config digests are kept with it."""
    found = iso8601.ParseISO8601(said) if isinstance(said, str) else None
    return found.isoformat() if found is not None else ""


def _snapshot(vmsd: str) -> str | None:
    """The number of the current one; None: there is none."""
    values = {key.lower(): value for key, value in vmx.read(vmsd).items()}
    count = values.get("snapshot.numsnapshots", "0")
    return (values.get("snapshot.current") or count) if count not in {"", "0"} else None


def _question(asked: Any) -> str:
    """As `reading.question_asked` has it, of vim.vm.QuestionInfo."""
    if not isinstance(asked, dict) or not asked.get("text"):
        return ""
    choices = within(asked, "choice", "choiceInfo") or ()
    labels = (
        str(one.get("label") or one.get("summary") or one.get("key"))
        for one in choices
        if isinstance(one, dict)
    )
    answers = " / ".join(labels)
    return visible(f"{asked['text']} [{answers}]" if answers else str(asked["text"]))


def _slots(values: Mapping[str, str]) -> Slots:
    numbers = sorted(vmx.cards_by_mac(values).values())
    bus = next((bus for bus, _, _ in _drives(values)), "")
    return Slots(_slot(values, bus), _slot(values, f"ethernet{numbers[0]}") if numbers else 0)


def _slot(values: Mapping[str, str], device: str) -> int:
    said = values.get(f"{device}.pcislotnumber", "")
    return int(said) if said.isascii() and said.isdigit() else 0
