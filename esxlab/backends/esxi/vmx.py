"""The configuration file of a virtual machine: read, written, and changed line by line; pure.

A line is `key = "value"`; in a value `|22` is a quotation mark, `|7C` a bar, `|0A` a line end. Keys are
compared without regard to case. Values of the virtual devices: those that ESXi 6.7 to 8.0 write themselves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.backends.vsphere.writer import NewCard, NewMachine
    from esxlab.lab.machine import Hardware

LINE = re.compile(r'^\s*([^\s=#][^\s=]*)\s*=\s*"(.*)"\s*$')
ESCAPE = re.compile(r"\|([0-9A-Fa-f]{2})")
UNSAFE = re.compile(r'["|\x00-\x1f\x7f]')
CARD = re.compile(r"^ethernet([0-9]{1,3})\.", re.IGNORECASE)
NIC_DEVICES = {
    "vmxnet3": "vmxnet3",
    "vmxnet2": "vmxnet",
    "e1000": "e1000",
    "e1000e": "e1000e",
    "pcnet32": "vlance",
}
"""Our card type -> ethernetN.virtualDev."""
SCSI_DEVICES = {
    "pvscsi": "pvscsi",
    "lsilogic": "lsilogic",
    "lsilogic-sas": "lsisas1068",
    "buslogic": "buslogic",
}
"""Our controller type -> scsi0.virtualDev; ahci is sata0 and ide is ide0, which every machine has."""
PCI_BRIDGES = {"pciBridge0.present": "TRUE"} | {
    f"pciBridge{number}.{key}": value
    for number in range(4, 8)
    for key, value in (("present", "TRUE"), ("virtualDev", "pcieRootPort"), ("functions", "8"))
}
"""Without these a vmxnet3 gets no slot."""
BITS = re.compile(r"_?64$")
ODD_GUESTS = {
    "otherGuest64": "other-64",
    "vmwarePhoton64Guest": "vmware-photon-64",
    "winLonghornGuest": "longhorn",
    "winLonghorn64Guest": "longhorn-64",
    "windows7Server64Guest": "windows7srv-64",
    "windows8Server64Guest": "windows8srv-64",
    "windows9Server64Guest": "windows9srv-64",
    "windowsHyperVGuest": "winhyperv",
}
"""guestOS of those identifiers whose word does not follow from them (open-vm-tools, guest_os_tables.h,
GUEST_OS_KEY_MAP); capitals and small letters are alike in it."""
OLDEST_VERSION = "13"
"""vmx-13, of ESXi 6.5, which all that are still met can run."""


def read(text: str) -> dict[str, str]:
    """Key -> value; of a key that is there twice the last counts."""
    found = (LINE.match(line) for line in text.splitlines())
    return {line[1]: _plain(line[2]) for line in found if line}


def line(key: str, value: str) -> str:
    """One line."""
    return f'{key} = "{escaped(value)}"'


def escaped(value: str) -> str:
    """A value as it stands in a file."""
    return UNSAFE.sub(lambda sign: f"|{ord(sign[0]):02X}", value)


def render(values: Mapping[str, str]) -> str:
    """A whole file."""
    return "".join(f"{line(key, value)}\n" for key, value in values.items())


def changed(text: str, values: Mapping[str, str]) -> str:
    """The same file with these values in place of those that were there; an empty one takes its line away.

    Lines that are not touched stay to the letter.
    """
    wanted = {key.lower(): (key, value) for key, value in values.items()}
    kept = []
    for old in text.splitlines():
        found = LINE.match(old)
        if found is None or found[1].lower() not in wanted:
            kept.append(old)
    kept += [line(key, value) for key, value in wanted.values() if value]
    return "".join(f"{each}\n" for each in kept)


def cards_by_mac(values: Mapping[str, str]) -> dict[str, int]:
    """MAC (small letters) -> the number of the card that has it, whoever has given it."""
    lower = {key.lower(): value for key, value in values.items()}
    found: dict[str, int] = {}
    for number in sorted({int(match[1]) for key in lower if (match := CARD.match(key))}):
        present = lower.get(f"ethernet{number}.present", "").upper() == "TRUE"
        mac = lower.get(f"ethernet{number}.address") or lower.get(f"ethernet{number}.generatedaddress", "")
        if present and mac:
            found[mac.lower()] = number
    return found


def card(number: int, new: NewCard, *, slot: int = 0) -> dict[str, str]:
    """All that a new card needs. Its address must be of VMware's static range (lab/identity.py)."""
    return card_values(
        number,
        kind=new.kind,
        network=network_name(new),
        mac=new.nic.mac.lower(),
        connected=new.nic.connected,
        slot=slot,
    )


def card_values(
    number: int, *, kind: str, network: str, mac: str, connected: bool, slot: int = 0
) -> dict[str, str]:
    """The same, of a card of which less is known."""
    values = {
        "present": "TRUE",
        "virtualDev": NIC_DEVICES.get(kind, "vmxnet3"),
        "networkName": network,
        "addressType": "static",
        "address": mac,
        "startConnected": truth(connected),
        "wakeOnPcktRcv": "TRUE",
    }
    if slot:
        values["pciSlotNumber"] = str(slot)
    return {f"ethernet{number}.{key}": value for key, value in values.items()}


def network_name(new: NewCard) -> str:
    """The port group's name as the host spells it."""
    return new.network.spelled or new.network.name


def truth(value: bool) -> str:  # noqa: FBT001 - a conversion
    """TRUE or FALSE."""
    return "TRUE" if value else "FALSE"


def guest_os(guest_id: str) -> str:
    """The word of a .vmx for the API's identifier: debian9_64Guest is debian9-64, ubuntu64Guest ubuntu-64."""
    plain = BITS.sub("-64", guest_id.removesuffix("Guest")).lower()
    return ODD_GUESTS.get(guest_id, plain)


def new_machine(new: NewMachine, *, guest_word: str = "") -> dict[str, str]:
    """The configuration of a machine around its copied disk: the model's hardware, our marks and addresses.

    `guest_word`: guestOS as the model's own file has it, when that is the wanted one.
    """
    machine, hardware, model = new.machine, new.hardware, new.model
    version = (model.version if model else "").removeprefix("vmx-").lstrip("0")
    uuid = machine.owner.instance_uuid
    values = frame(machine.name, hardware, uuid=uuid, version=version, guest_word=guest_word)
    values |= disk(hardware.scsi_type, f"{machine.name}.vmdk", slot=new.slots.controller)
    for number, each in enumerate(new.cards):
        values |= card(number, each, slot=0 if number else new.slots.card)
    if model is not None:
        values |= firmware(model.firmware, machine.name)
    return values | dict(new.marks)


def frame(
    name: str, hardware: Hardware, *, uuid: str, version: str = "", guest_word: str = ""
) -> dict[str, str]:
    """A machine without a disk and a card."""
    return {
        ".encoding": "UTF-8",
        "config.version": "8",
        "virtualHW.version": version or OLDEST_VERSION,
        "displayName": name,
        "guestOS": guest_word or guest_os(hardware.guest_id),
        "numvcpus": str(hardware.cpus),
        "memSize": str(hardware.memory_mib),
        "vc.uuid": spaced_uuid(uuid),
        "uuid.action": "create",
        "floppy0.present": "FALSE",
        **PCI_BRIDGES,
        "vmci0.present": "TRUE",
    }


def firmware(kind: str, name: str) -> dict[str, str]:
    """What an EFI needs; a BIOS is what a file means that says nothing."""
    return {"firmware": "efi", "nvram": f"{name}.nvram"} if kind == "efi" else {}


def disk(kind: str, file: str, *, slot: int = 0) -> dict[str, str]:
    """A disk, that is there, on a controller of this type."""
    if kind in {"ide", "ahci"}:
        bus = "ide0" if kind == "ide" else "sata0"
        values = {f"{bus}.present": "TRUE"}
    else:
        bus = "scsi0"
        values = {"scsi0.present": "TRUE", "scsi0.virtualDev": SCSI_DEVICES.get(kind, "pvscsi")}
    if slot and kind != "ide":
        values[f"{bus}.pciSlotNumber"] = str(slot)
    return values | {
        f"{bus}:0.present": "TRUE",
        f"{bus}:0.fileName": file,
        f"{bus}:0.deviceType": _device(kind),
    }


def _device(kind: str) -> str:
    return {"ide": "ata-hardDisk", "ahci": "disk"}.get(kind, "scsi-hardDisk")


def spaced_uuid(uuid: str) -> str:
    """As a .vmx has it: `52 d1 6b 4c 8e 1a 2c 11-9d 0a 3f 5b 7c 8d 9e 0f`."""
    digits = uuid.replace("-", "").lower()
    pairs = [digits[at : at + 2] for at in range(0, 32, 2)]
    return f"{' '.join(pairs[:8])}-{' '.join(pairs[8:])}"


def _plain(value: str) -> str:
    return ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
