"""One group's part of a class spec: defaults filled in, expressions computed, every address known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Interface, IPv4Network
    from pathlib import Path

    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Hardware, NetworkKind, Site
    from esxlab.lab.router import RouterAddress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SegmentSpec:
    """One of the group's two isolated networks."""

    network: IPv4Network
    port_group: str
    vlan: int  # 0: of a port group that exists already, and of which the spec does not say it
    existing: bool = False  # an administrator has made the port group
    kind: NetworkKind = ""


@dataclass(frozen=True, slots=True)
class MachineSpec:
    """One machine: its name in the exercise (key), its names in vSphere, and where it sits.

    Addresses carry the prefix length. ClientB has both an inside and an outside address: the scenario says on
    which side its one lab card is. `macs` are by card, in slot order.
    """

    key: str
    vm_name: str
    folder: str
    hostname: str
    role: str
    hardware: Hardware
    macs: dict[str, str]
    inside: IPv4Interface | None = None
    outside: IPv4Interface | None = None


@dataclass(frozen=True, slots=True)
class RouterSpec:
    """The group's router, or its share of one."""

    address: RouterAddress
    inside_interface: str
    inside_address: IPv4Interface
    outside_interface: str
    outside_address: IPv4Interface
    outside_port: int
    inside_vlan: int = 0  # of a subinterface: encapsulation dot1Q; 0: a physical interface


@dataclass(frozen=True, slots=True)
class SchoolSpec:
    """The school's network, on which machines are prepared and where clients keep their management card."""

    network: IPv4Network
    gateway: IPv4Address
    dns: IPv4Address


@dataclass(frozen=True, slots=True)
class InstallerSpec:
    """What the model is built of; no ISO: it is not built by esxlab."""

    iso: Path | None
    sha256: str
    release: str
    locale: str
    keymap: str
    timezone: str


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """Everything that a scenario needs to say what one group's lab is."""

    group: GroupId
    scenario: str  # one of registered.names()
    site: Site
    inside: SegmentSpec
    outside: SegmentSpec
    machines: tuple[MachineSpec, ...]
    parts: tuple[object, ...]  # what each exercise has made of its part of the spec
    router: RouterSpec | None
    school: SchoolSpec
    guest_user: str = "root"
    guest_key: str = ""  # absolute path of an SSH key, agent; empty: root's password
    esxi_key: str = ""  # the same, of an ESXi host that is changed over SSH; empty: the server's password
    model_host_key: str = ""  # SHA256:..., none; empty: the first copy's is taken
    generated_password: bool = False  # the guests' root gets one of the group's own
    seeds: Path | None = None  # the teacher's own seeds directory; None: those shipped
    installer: InstallerSpec | None = field(default=None, repr=False)  # not of the lab: no part of its digest
    package_mirror: str = ""  # http://deb.example/debian; empty: what the model has

    def machine(self, key: str) -> MachineSpec | None:
        """The machine with this name of the exercise."""
        return next((m for m in self.machines if m.key == key), None)

    def part(self, kind: type[T]) -> T:
        """What an exercise's part of the spec has become; StopIteration when no exercise has this kind."""
        return next(part for part in self.parts if isinstance(part, kind))

    def by_role(self, role: str) -> tuple[MachineSpec, ...]:
        """The machines of one role, in the order of the spec."""
        return tuple(m for m in self.machines if m.role == role)
