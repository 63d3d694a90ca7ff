"""The group's router as an exercise part wants it: its interfaces, and where the outside port leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.lab.ios import ADDRESS, ENCAPSULATION, INTERFACE, NAT, ROUTING, SHUTDOWN
from esxlab.lab.ios_names import interface_name
from esxlab.lab.ios_statics import StaticPort
from esxlab.lab.router import Router, RouterTable
from esxlab.lab.web import HTTP_PORT

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Interface

    from esxlab.lab.router import LineKey
    from esxlab.spec.resolved import RouterSpec


def build_router(router: RouterSpec | None, *, nat_to: IPv4Address | None) -> Router | None:
    """The router with its table; `nat_to` None: no translation of the outside port is wanted."""
    if router is None:
        return None
    return Router(router.address, build_router_table(router, nat_to=nat_to))


def build_router_table(
    router: RouterSpec, *, nat_to: IPv4Address | None, nat_port: int = HTTP_PORT
) -> RouterTable:
    """The group's part of its router.

    Args:
        router: the interfaces, their addresses, and the outside port.
        nat_to: inside address that the outside port is translated to; None: the line key is wanted empty.
        nat_port: inside port.

    Raises:
        LabError: router.bad_interface.
    """
    outside = interface_name(router.outside_interface)
    inside = interface_name(router.inside_interface)
    lines = [
        *_interface_lines(outside, router.outside_address, role="outside", vlan=0),
        *_interface_lines(inside, router.inside_address, role="inside", vlan=router.inside_vlan),
        (ROUTING, "ip routing"),
    ]
    static = StaticPort("tcp", str(nat_to), nat_port, outside, router.outside_port)
    lines.append((static.line_key, static.line if nat_to else ""))
    return RouterTable(tuple(dict(lines).items()))


def _interface_lines(name: str, address: IPv4Interface, *, role: str, vlan: int) -> list[tuple[LineKey, str]]:
    section = f"{INTERFACE} {name}"
    parent, dot, unit = name.partition(".")
    lines: list[tuple[LineKey, str]] = []
    if dot:
        lines.append(((f"{INTERFACE} {parent}", SHUTDOWN), "no shutdown"))  # its subinterfaces follow it
        lines.append(((section, INTERFACE), section))
        lines.append(((section, ENCAPSULATION), f"encapsulation dot1Q {vlan or unit}"))
    return [
        *lines,
        ((section, ADDRESS), f"ip address {address.ip} {address.netmask}"),
        ((section, NAT), f"ip nat {role}"),
        ((section, SHUTDOWN), "no shutdown"),
    ]
