"""An exported machine: an .ovf with its files beside it, or an .ova, which is a tar archive of the same.

Sources: DMTF DSP0243, OVF 1.1.0 (5.1 packages and manifests, 7.1 references, 8.3 virtual hardware, 9.1
disks); the resource types of CIM_ResourceAllocationSettingData; what vSphere and ovftool write into
ResourceSubType,
`vmw:osType` and `vmw:Config` (examples of govmomi's ovf package).
"""

from __future__ import annotations

import hashlib
import re
import tarfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from esxlab.backends.disk_image.window import Part, Window, unread
from esxlab.errors import LabError
from esxlab.foreign import brief_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Firmware = Literal["bios", "efi"]
MOST_TEXT = 4 * 1024 * 1024
MOST_MEMBERS = 64
CHUNK = 1024 * 1024
MANIFEST = re.compile(r"^(SHA1|SHA256|SHA512)\s*\(([^)]+)\)\s*=\s*([0-9a-fA-F]{40,128})\s*$", re.MULTILINE)
DISK_TYPE, BUS_TYPES = "17", {"5": "ide", "6": "", "20": "ahci"}
CONTROLLERS = {
    "lsilogic": "lsilogic",
    "lsilogicsas": "lsilogic-sas",
    "buslogic": "buslogic",
    "virtualscsi": "pvscsi",
    "ahci": "ahci",
    "vmware.sata.ahci": "ahci",
    "piix4": "ide",
    "piix3": "ide",
    "ich6": "ide",
    "": "",
}
"""ResourceSubType -> our name; of an empty one the resource type decides, and of SCSI then the spec."""
GUEST = re.compile(r"[A-Za-z0-9_]{1,60}Guest(64)?")


@dataclass(frozen=True, slots=True)
class Export:
    """What an exported machine is: its one disk, and the hardware that the disk knows; empty: not told."""

    disk: Part
    disk_name: str
    controller: str = ""
    guest_id: str = ""
    firmware: Firmware = "bios"
    manifest: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    members: Mapping[str, Part] = field(default_factory=dict)


def read_ova(path: Path) -> Export:
    """The machine in a tar archive. LabError model.disk_unread, model.ova_*."""
    members: dict[str, Part] = {}
    try:
        with tarfile.open(path, mode="r:") as archive:
            for member in archive:
                if member.isfile() and not member.issparse():
                    members[member.name.removeprefix("./")] = Part(path, member.offset_data, member.size)
                if len(members) > MOST_MEMBERS:
                    raise unread(path, f"more than {MOST_MEMBERS} files")
    except (tarfile.TarError, OSError, ValueError) as error:
        raise unread(path, str(error)) from error
    return _read(path, members)


def read_ovf(path: Path) -> Export:
    """The machine whose .ovf this is; what it names lies beside it. LabError as `read_ova`."""
    beside = (path.parent / f"{path.stem}.mf", *path.parent.glob("*.vmdk*"))
    files = [path, *(file for file in beside if file.is_file())]
    return _read(path, {file.name: Part.whole(file) for file in files[: MOST_MEMBERS + 1]})


def check_manifest(export: Export) -> None:
    """LabError model.ova_checksum: a file is not what the manifest says. Each is read to its end."""
    for name, (algorithm, wanted) in export.manifest.items():
        part = export.members.get(name)
        if part is None or digest_of(part, algorithm) != wanted:
            raise LabError("model.ova_checksum", where=str(export.disk.path), name=brief_line(name, 100))


def digest_of(part: Part, algorithm: str = "sha256") -> str:
    """Hex digits. LabError model.disk_unread."""
    found = hashlib.new(algorithm)
    with Window(part) as window:
        for at in range(0, part.size, CHUNK):
            found.update(window.read(at, CHUNK))
    return found.hexdigest()


def _read(path: Path, members: Mapping[str, Part]) -> Export:
    names = [name for name in members if name.lower().endswith(".ovf")]
    if len(names) != 1:
        raise unread(path, f"{len(names)} .ovf files in it")
    envelope = _Envelope(_parsed(path, members[names[0]]), path)
    name = envelope.disk_file()
    if name not in members:
        raise LabError("model.disk_extent", where=str(path), name=brief_line(name, 100))
    stem = names[0][: -len(".ovf")]
    return Export(
        disk=members[name],
        disk_name=name,
        controller=envelope.controller(),
        guest_id=envelope.guest_id(),
        firmware=envelope.firmware(),
        manifest=_manifest(members.get(f"{stem}.mf")),
        members=members,
    )


def _parsed(path: Path, part: Part) -> ET.Element:
    if part.size > MOST_TEXT:
        raise unread(path, f"its .ovf has {part.size} bytes")
    with Window(part) as window:
        content = window.exactly(0, part.size)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise unread(path, "its .ovf declares entities")
    try:
        return ET.fromstring(content)  # noqa: S314 - without entities there is nothing that grows
    except (ET.ParseError, ValueError, LookupError) as error:
        raise unread(path, f".ovf: {error}") from error


def _manifest(part: Part | None) -> dict[str, tuple[str, str]]:
    """File name -> (algorithm, hex digits); empty: there is no manifest."""
    if part is None or part.size > MOST_TEXT:
        return {}
    with Window(part) as window:
        text = window.exactly(0, part.size).decode("utf-8", errors="replace").replace("\r", "")
    return {
        name.strip(): (algorithm.lower(), said.lower()) for algorithm, name, said in MANIFEST.findall(text)
    }


class _Envelope:
    """The XML of an .ovf; names are compared without their namespaces, which differ by version."""

    def __init__(self, root: ET.Element, path: Path) -> None:
        self._root, self._path = root, path

    def disk_file(self) -> str:
        """The file of the one disk. LabError model.ova_several, ova_packed, disk_encrypted, disk_unread."""
        if any(_name(each) in {"EncryptionSection", "EncryptedData"} for each in self._root.iter()):
            raise LabError("model.disk_encrypted", where=str(self._path))
        disks = list(self._all("Disk"))
        if len(disks) != 1:
            raise LabError("model.ova_several", where=str(self._path), count=len(disks))
        wanted = _attribute(disks[0], "fileRef")
        file = next((each for each in self._all("File") if _attribute(each, "id") == wanted), None)
        if file is None:
            raise unread(self._path, "its disk has no file")
        for packed in ("compression", "chunkSize"):
            if (how := _attribute(file, packed)) and how != "identity":
                raise LabError(
                    "model.ova_packed", where=str(self._path), how=f"{packed}={brief_line(how, 40)}"
                )
        return _attribute(file, "href")

    def controller(self) -> str:
        """Of the disk. LabError model.disk_controller, of one that esxlab cannot give a machine."""
        items = {_text(item, "InstanceID"): item for item in self._items()}
        disk = next((item for item in items.values() if _text(item, "ResourceType") == DISK_TYPE), None)
        bus = items.get(_text(disk, "Parent")) if disk is not None else None
        if bus is None:
            return ""
        kind, sub = _text(bus, "ResourceType"), _text(bus, "ResourceSubType")
        found = CONTROLLERS.get(sub.split(" ", maxsplit=1)[0].lower())
        if found is None or kind not in BUS_TYPES:
            raise LabError("model.disk_controller", where=str(self._path), said=brief_line(sub or kind, 60))
        return found or BUS_TYPES[kind]

    def guest_id(self) -> str:
        """The operating system's name at VMware's; empty: it says none."""
        system = next(self._all("OperatingSystemSection"), None)
        said = _attribute(system, "osType") if system is not None else ""
        return said if GUEST.fullmatch(said) else ""

    def firmware(self) -> Firmware:
        """EFI where it says so."""
        said = {_attribute(each, "key"): _attribute(each, "value") for each in self._all("Config")}
        return "efi" if said.get("firmware", "").lower() == "efi" else "bios"

    def _items(self) -> Iterator[ET.Element]:
        for name in ("Item", "StorageItem"):
            yield from self._all(name)

    def _all(self, name: str) -> Iterator[ET.Element]:
        return (each for each in self._root.iter() if _name(each) == name)


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _attribute(element: ET.Element, name: str) -> str:
    found = (value for key, value in element.attrib.items() if key.rpartition("}")[2] == name)
    return next(found, "")


def _text(element: ET.Element, name: str) -> str:
    found = (child.text for child in element if _name(child) == name)
    return (next(found, "") or "").strip()
