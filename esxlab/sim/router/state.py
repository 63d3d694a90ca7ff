"""What a simulated router holds: interfaces, static entries, other lines; and the text that shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface
from typing import TYPE_CHECKING

from esxlab.sim.contracts import TRUNK, RouterInterfaceView, RouterView, StaticNatView

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION = "15.1"


@dataclass(slots=True)
class Interface:
    """One interface or subinterface as configured. `cable` is its VLAN, TRUNK, or None: not plugged in."""

    name: str
    cable: int | None = None
    vlan: int | None = None  # of a subinterface: encapsulation dot1Q
    native: bool = False
    address: IPv4Interface | None = None
    secondaries: list[IPv4Interface] = field(default_factory=list)
    nat: str = ""
    shutdown: bool = False
    vrf: str = ""
    description: str = ""
    addressing: str = ""  # a line that has an address come from elsewhere: `ip address dhcp`, `ip unnumbered`
    speed_auto: bool = True
    reassembly: str = "ip virtual-reassembly"  # what IOS adds to a NAT role; empty: XE 16 adds nothing
    no_traps: bool = False  # IOS 12.x writes it into each dot1Q subinterface
    others: list[str] = field(default_factory=list)  # read from NVRAM, and of no meaning here

    @property
    def parent(self) -> str:
        """The physical interface of a subinterface; empty for a physical one."""
        name, dot, _ = self.name.partition(".")
        return name if dot else ""

    def lines(self) -> Iterator[str]:
        """As the running-config shows them, in IOS's order."""
        if self.description:
            yield f"description {self.description}"
        if self.vlan is not None:
            yield f"encapsulation dot1Q {self.vlan}{' native' if self.native else ''}"
        if self.vrf:
            yield f"ip vrf forwarding {self.vrf}"
        yield from (f"ip address {a.ip} {a.netmask} secondary" for a in self.secondaries)
        if self.addressing:
            yield self.addressing
        elif self.address:
            yield f"ip address {self.address.ip} {self.address.netmask}"
        else:
            yield "no ip address"
        if self.nat:
            yield f"ip nat {self.nat}"
            yield from [self.reassembly] if self.reassembly else []
        if self.no_traps:
            yield "no snmp trap link-status"
        yield from self.others
        if self.shutdown:
            yield "shutdown"
        if not self.parent and self.name.startswith(("Fast", "Gigabit")):
            yield "duplex auto"
            yield "speed auto"


@dataclass(frozen=True, slots=True)
class Static:
    """One static NAT entry: of a port (`protocol` tcp or udp), or of a whole address (`protocol` empty).

    `through` is an interface's name or an address in text.
    """

    inside: IPv4Address
    through: str
    protocol: str = ""
    inside_port: int = 0
    port: int = 0
    extendable: bool = False

    @property
    def line(self) -> str:
        """As the running-config shows it."""
        tail = " extendable" if self.extendable else ""
        if not self.protocol:
            return f"ip nat inside source static {self.inside} {self.through}{tail}"
        through = self.through if self.through[0].isdigit() else f"interface {self.through}"
        return (
            f"ip nat inside source static {self.protocol} {self.inside} {self.inside_port} "
            f"{through} {self.port}{tail}"
        )


@dataclass(slots=True)
class Configuration:
    """A router's configuration. `others` are lines kept as they were typed: (section, line)."""

    hostname: str
    interfaces: dict[str, Interface]
    routing: bool = True
    http_server: bool = False
    statics: list[Static] = field(default_factory=list)
    archive_path: str = ""
    others: list[tuple[str, str]] = field(default_factory=list)

    def outside_address(self, static: Static) -> IPv4Address | None:
        """The global address of a static entry; None while its interface has none."""
        if static.through[0].isdigit():
            return IPv4Address(static.through)
        interface = self.interfaces.get(static.through)
        return interface.address.ip if interface and interface.address else None

    def is_up(self, interface: Interface) -> bool:
        """Administratively up, with a cable, and for a subinterface its parent too."""
        if interface.shutdown:
            return False
        if not interface.parent:
            return interface.cable is not None
        parent = self.interfaces.get(interface.parent)
        return parent is not None and interface.vlan is not None and self.is_up(parent)

    def vlan_of(self, interface: Interface) -> int:
        """The VLAN that this interface hears; TRUNK: none."""
        if not interface.parent:
            return TRUNK if interface.cable is None else interface.cable
        parent = self.interfaces.get(interface.parent)
        on_trunk = parent is not None and parent.cable == TRUNK and interface.vlan is not None
        return interface.vlan if on_trunk and interface.vlan is not None else TRUNK

    def view(self, host: str) -> RouterView:
        """As the network model sees it; an interface in a VRF takes no part."""
        interfaces = tuple(
            RouterInterfaceView(i.name, self.vlan_of(i), i.address, self.is_up(i), i.nat)  # type: ignore[arg-type]
            for i in self.interfaces.values()
            if not i.vrf
        )
        statics = tuple(
            StaticNatView(s.protocol, s.inside, s.inside_port, outside, s.port)  # type: ignore[arg-type]
            for s in self.statics
            if s.protocol and (outside := self.outside_address(s))
        )
        return RouterView(host, interfaces, statics, self.routing)

    def render(self) -> str:
        """The configuration's text from `version` to `end`, without the header of `show running-config`."""
        blocks: list[list[str]] = [
            [
                f"version {VERSION}",
                "service timestamps debug datetime msec",
                "no service password-encryption",
            ],
            [f"hostname {self.hostname}"],
            self._other("", before=True),
            *([["no ip routing"]] if not self.routing else []),
            ["ip cef"],
            *([["archive", f" path {self.archive_path}"]] if self.archive_path else []),
        ]
        blocks += [[f"interface {i.name}", *(f" {x}" for x in i.lines())] for i in self.interfaces.values()]
        http = "ip http server" if self.http_server else "no ip http server"
        tail = [line for line in self._other("", before=False) if line != "ip cef"]
        blocks.append(["ip forward-protocol nd", http, *(s.line for s in self.statics), *tail])
        sections = dict.fromkeys(section for section, _ in self.others if section)
        blocks += [[s, *(f" {line}" for name, line in self.others if name == s)] for s in sections]
        return "\n".join(_joined([*blocks, ["end"]])) + "\n"

    def _other(self, section: str, *, before: bool) -> list[str]:
        first = (
            "enable ",
            "username ",
            "ip vrf ",
            "aaa ",
            "no ip domain",
            "ip domain",
            "service ",
            "no service ",
            "banner ",
        )
        return [line for name, line in self.others if name == section and line.startswith(first) == before]


def _joined(blocks: Iterable[list[str]]) -> Iterator[str]:
    for block in blocks:
        if block:
            yield "!"
            yield from block
