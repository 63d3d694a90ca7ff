"""Which routers may be logged in to, and how: as the spec, this computer or the command line says.

A record names a router too, but whoever may write on a datastore may write it. It is never an address to
dial: only a host, to be looked up here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from ipaddress import IPv6Address
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.lab.router import RouterAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SCHEMES = {"ssh": ("cisco_ios", 22), "telnet": ("cisco_ios_telnet", 23), "serial": ("cisco_ios_serial", 22)}
"""Scheme of a written address -> netmiko's device type, and the port that need not be written."""

LAST_PORT = 65535
_WRITTEN = re.compile(
    r"(?P<scheme>ssh|telnet|serial)://(?:(?P<user>[A-Za-z0-9._@\\-]{1,130})@)?"
    r"(?P<host>/dev/[A-Za-z0-9_./:-]+|\[[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9._-]{1,32})?\]"
    r"|[A-Za-z0-9][A-Za-z0-9.-]{0,252})"
    r"(?::(?P<port>[0-9]{1,5}))?(?:#(?P<serial>[A-Za-z0-9]{1,32}))?"
)


@dataclass(frozen=True, slots=True)
class RouterLogins:
    """Host -> how it is logged in to; `listed` are hosts of which a record's word is enough."""

    confirmed: Mapping[str, RouterAddress] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()

    def of(self, said: RouterAddress) -> RouterAddress | None:
        """The login of the router that a record names; None when nobody but the record knows it."""
        return self.confirmed.get(said.host) or (said if said.host in self.listed else None)

    def with_more(self, addresses: Iterable[RouterAddress]) -> RouterLogins:
        """These count more than what was known, but for a serial number that they leave open."""
        more = {
            address.host: replace(
                address,
                serial_number=address.serial_number
                or (there.serial_number if (there := self.confirmed.get(address.host)) else ""),
            )
            for address in addresses
        }
        return replace(self, confirmed={**self.confirmed, **more})


def write_router(address: RouterAddress) -> str:
    """As `--router` takes it: ssh://admin@10.0.0.7#FTX1234; an IPv6 address in brackets (RFC 3986)."""
    scheme = next(name for name, (kind, _) in SCHEMES.items() if kind == address.device_type)
    user = f"{address.user}@" if address.user else ""
    port = f":{address.port}" if address.port != SCHEMES[scheme][1] else ""
    serial = f"#{address.serial_number}" if address.serial_number else ""
    is_ipv6 = ":" in address.host and not address.host.startswith("/dev/")
    host = f"[{address.host}]" if is_ipv6 else address.host
    return f"{scheme}://{user}{host}{port}{serial}"


def read_router(text: str) -> RouterAddress:
    """Read it back; LabError usage.router."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise LabError("usage.router", router=text)
    port, is_line = int(found["port"] or 0), found["host"].startswith("/dev/")
    if port > LAST_PORT or (is_line and found["scheme"] != "serial"):
        raise LabError("usage.router", router=text)
    kind, usual = SCHEMES[found["scheme"]]
    host = found["host"]
    if host.startswith("["):
        try:
            host = str(IPv6Address(host.strip("[]")))
        except ValueError:
            raise LabError("usage.router", router=text) from None
    return RouterAddress(host, kind, port or usual, found["user"] or "admin", found["serial"] or "")
