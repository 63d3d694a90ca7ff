"""Who an object belongs to: the group's identity, its deterministic UUIDs and MACs, and the owner marks.

An object is ours only when all three agree: instanceUuid, owner marks, and a path in our folder (reliability
promise 1). The group's number is a typed field everywhere; nothing parses it back out of a name.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass, field

from esxlab.foreign import whole
from esxlab.texts import say

LAST_GROUP = 999

NAMESPACE = uuid.UUID("6f1b1d5e-31a5-5e0c-9c0e-5d8a7f1f7c11")

CLASS_KEY = "esxlab.class"
GROUP_KEY = "esxlab.group"
MACHINE_KEY = "esxlab.machine"
ORIGIN_KEY = "esxlab.origin"
_WORD = re.compile(r"[A-Za-z0-9-][A-Za-z0-9._-]{0,79}")
"""Whoever may edit a machine may write anything into its marks: what no spec can name is no mark."""
ORIGIN = re.compile(r"[0-9a-f]{16}|")


def group_label(number: int) -> str:
    """A group's short form: g07."""
    return f"g{number:02d}"


def machine_label(number: int, machine: str) -> str:
    """What one says of a group's machine in a line, and in a file's name: g07-srvweb1."""
    return f"{group_label(number)}-{machine}"


@dataclass(frozen=True, slots=True, order=True)
class GroupId:
    """One group of one class.

    `origin` tells it from the group of this number in another class of this name (origin.py): its machines'
    UUIDs and MACs come from it. Empty: not looked at yet, or of an earlier esxlab, which had none. It says
    nothing of which group is meant, so it takes no part in comparisons.
    """

    class_name: str
    number: int
    origin: str = field(default="", compare=False, repr=False)

    @property
    def label(self) -> str:
        """Short form for tables and names: g07."""
        return group_label(self.number)

    @property
    def folder_name(self) -> str:
        """Name of the group's own folder: on its datastore, and in a vCenter's inventory."""
        return f"esxlab-{self.class_name}-{self.label}"

    def __str__(self) -> str:
        """As a person says it, in the current language."""
        return say("place.group", number=self.number)


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """The owner mark of one machine or of one datastore folder."""

    group: GroupId
    machine: str

    @property
    def instance_uuid(self) -> str:
        """The machine's instanceUuid: a function of group and machine, the same on every laptop."""
        return str(uuid.uuid5(NAMESPACE, self._name))

    @property
    def _name(self) -> str:
        group = self.group
        return f"{group.origin or f'{group.class_name}/{group.number}'}/{self.machine}"

    def marks(self) -> dict[str, str]:
        """The mark as extraConfig keys and values."""
        marks = {
            CLASS_KEY: self.group.class_name,
            GROUP_KEY: str(self.group.number),
            MACHINE_KEY: self.machine,
        }
        return marks | ({ORIGIN_KEY: self.group.origin} if self.group.origin else {})

    def mac_address(self, slot: int, *, attempt: int = 0) -> str:
        """A MAC of VMware's range for static addresses, 00:50:56:00:00:00 to 00:50:56:3f:ff:ff.

        22 bits can collide inside a class: the spec reader raises `attempt` until all differ, and of a group
        with an origin another origin is drawn. Source: VMware, vSphere Networking, "VMware OUI in Static MAC
        Addresses".
        """
        digest = hashlib.sha256(f"{self._name}/{slot}/{attempt}".encode()).digest()
        tail = int.from_bytes(digest[:3], "big") & 0x3FFFFF
        return f"00:50:56:{tail >> 16:02x}:{tail >> 8 & 0xFF:02x}:{tail & 0xFF:02x}"


def owner_from_marks(marks: dict[str, str]) -> Owner | None:
    """Read an owner mark back; None when it is absent, incomplete or not a mark of ours."""
    class_name, number, machine = (marks.get(key, "") for key in (CLASS_KEY, GROUP_KEY, MACHINE_KEY))
    group = whole(number, most=LAST_GROUP)
    if not group or not (_WORD.fullmatch(class_name) and _WORD.fullmatch(machine)):
        return None
    origin = marks.get(ORIGIN_KEY, "")
    return Owner(GroupId(class_name, group, origin if ORIGIN.fullmatch(origin) else ""), machine)
