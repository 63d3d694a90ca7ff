"""Static NAT entries: ours, of one port; and what any entry takes of the outside, in every form of IOS.

Forms: Cisco, "IP Addressing Services Command Reference", `ip nat inside source`, `ip nat source` (NVI).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.lab.router import LineKey

STATIC = "ip nat inside source static"
ANY_STATIC = re.compile(r"ip nat (?:inside )?source static ")

_ADDRESS = r"\d+(?:\.\d+){3}"
_PORT = r"[0-9]{1,5}"
_THROUGH = rf"(?:interface (?P<interface>[A-Za-z]\S*?\d\S*|[A-Za-z-]+ \d\S*)|(?P<outside>{_ADDRESS}))"
_ENTRY = re.compile(
    rf"{ANY_STATIC.pattern}"
    rf"(?:network {_ADDRESS} (?P<network>{_ADDRESS}) (?P<mask>/\d+|{_ADDRESS})"
    rf"|(?:(?P<protocol>[a-z]+) )?(?P<inside>{_ADDRESS})(?: (?P<inside_port>{_PORT}))? "
    rf"{_THROUGH}(?: (?P<port>{_PORT}))?)(?P<rest>(?: .*)?)"
)


@dataclass(frozen=True, slots=True)
class StaticPort:
    """One static NAT entry of a port; `outside` is an interface's name, to the letter, or an address."""

    protocol: str
    inside: str
    inside_port: int
    outside: str
    port: int
    on_interface: bool = True
    rest: str = ""  # extendable, route-map ...

    @property
    def line_key(self) -> LineKey:
        """Where it lies: one outside port has one entry."""
        through = "interface " if self.on_interface else ""
        return ("", f"{STATIC} {self.protocol} {through}{self.outside} {self.port}")

    @property
    def line(self) -> str:
        """In normal form: the interface without a blank, as the running-config shows it."""
        through = "interface " if self.on_interface else ""
        where = f"{through}{self.outside} {self.port}{self.rest}"
        return f"{STATIC} {self.protocol} {self.inside} {self.inside_port} {where}"


def parse_static(line: str) -> StaticPort | None:
    """Read one `ip nat inside source static tcp|udp ...` line; None when it is another kind of line."""
    match = _ENTRY.fullmatch(line.strip())
    if not match or not line.strip().startswith(STATIC) or match["protocol"] not in {"tcp", "udp"}:
        return None
    if not (match["inside_port"] and match["port"]):
        return None
    name = match["interface"]
    return StaticPort(
        match["protocol"],
        match["inside"],
        int(match["inside_port"]),
        name.replace(" ", "") if name else match["outside"],
        int(match["port"]),
        bool(name),
        match["rest"].rstrip(),
    )


def takes_outside(line: str, static: StaticPort, address: IPv4Address | None) -> bool:
    """Whether the entry `line` takes the outside port of `static`, whose interface has this address.

    An entry without a port takes all of them, one of a network each of its addresses. What cannot be read
    takes it when it names the interface or the address at all.
    """
    match = _ENTRY.fullmatch(line.strip())
    if match is None:
        return bool({static.outside, str(address)} & set(line.split()))
    if match["network"]:
        network = _network(match["network"], match["mask"])
        return address is not None and (network is None or address in network)
    name = (match["interface"] or "").replace(" ", "")
    if static.outside not in {name, match["outside"]} and match["outside"] != str(address):
        return False
    same_protocol = (match["protocol"] or static.protocol) == static.protocol
    return same_protocol and int(match["port"] or static.port) == static.port


def _network(address: str, mask: str) -> IPv4Network | None:
    try:
        return IPv4Network(f"{address}/{mask.removeprefix('/')}", strict=False)
    except ValueError:
        return None
