"""The commands of interfaces: addresses, NAT roles, encapsulation, shutdown; and what IOS refuses of them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.sim.router.mode import Mode
    from esxlab.sim.router.state import Interface


def _ip_address(mode: Mode, address: IPv4Address, mask: IPv4Address) -> str:
    wanted, answer = _checked(mode, address, mask)
    if wanted is None:
        return answer
    mode.interface.address, mode.interface.addressing = wanted, ""
    return ""


def _ip_address_secondary(mode: Mode, address: IPv4Address, mask: IPv4Address) -> str:
    wanted, answer = _checked(mode, address, mask)
    if wanted is None:
        return answer
    mode.interface.secondaries.append(wanted)
    return ""


def _checked(mode: Mode, address: IPv4Address, mask: IPv4Address) -> tuple[IPv4Interface | None, str]:
    """The address, or why IOS does not take it."""
    inverted = int(mask) ^ 0xFFFFFFFF
    if inverted & (inverted + 1):
        return None, f"Bad mask 0x{int(mask):X} for address {address}\n"
    wanted = IPv4Interface(f"{address}/{mask}")
    network = wanted.network
    at_edge = address in {network.network_address, network.broadcast_address}
    if network.prefixlen < 31 and at_edge:  # noqa: PLR2004 - /31 and /32 have no such addresses
        return None, f"Bad mask /{network.prefixlen} for address {address}\n"
    here = mode.interface
    if here.parent and "Ethernet" in here.parent and here.vlan is None:
        return None, (
            "\n% Configuring IP routing on a LAN subinterface is only allowed if that\n"
            "subinterface is already configured as part of an IEEE 802.10, IEEE 802.1Q,\nor ISL vLAN.\n"
        )
    for other in mode.config.interfaces.values():
        if other is not here and other.vrf == here.vrf and _overlaps(other, network):
            return None, f"% {network.network_address} overlaps with {other.name}\n"
    return wanted, ""


def _overlaps(interface: Interface, network: IPv4Network) -> bool:
    addresses = [*interface.secondaries, *([interface.address] if interface.address else [])]
    return any(address.network.overlaps(network) for address in addresses)


def _no_ip_address(mode: Mode) -> None:
    mode.interface.address, mode.interface.addressing = None, ""
    mode.interface.secondaries.clear()


def _no_ip_address_of(mode: Mode, address: IPv4Address, _mask: IPv4Address) -> str:
    if mode.interface.address is None or mode.interface.address.ip != address:
        return "% Invalid address\n"
    if mode.interface.secondaries:
        return "% Must delete secondary before deleting primary\n"
    mode.interface.address = None
    return ""


def _no_ip_address_secondary(mode: Mode, address: IPv4Address, _mask: IPv4Address) -> None:
    mode.interface.secondaries = [a for a in mode.interface.secondaries if a.ip != address]


def _from_elsewhere(line: str) -> Callable[..., None]:
    def address(mode: Mode, rest: str = "") -> None:
        mode.interface.address, mode.interface.addressing = None, f"{line} {rest}".strip()

    return address


def _no_longer(mode: Mode, _rest: str = "") -> None:
    mode.interface.addressing = ""


def _nat(role: str) -> Callable[[Mode], None]:
    def set_role(mode: Mode) -> None:
        mode.interface.nat = role

    return set_role


def _no_nat(role: str) -> Callable[[Mode], None]:
    def clear_role(mode: Mode) -> None:
        if mode.interface.nat == role:
            mode.interface.nat = ""

    return clear_role


def _shutdown(mode: Mode) -> None:
    mode.interface.shutdown = True


def _no_shutdown(mode: Mode) -> None:
    mode.interface.shutdown = False


def _dot1q(mode: Mode, vlan: int) -> str:
    here = mode.interface
    for other in mode.config.interfaces.values():
        if other is not here and other.parent == here.parent and other.vlan == vlan:
            return (
                "%Configuration of multiple subinterfaces of the same main\n"
                f"interface with the same VID ({vlan}) is not permitted.\n"
                f"This VID is already configured on {other.name}.\n"
            )
    here.vlan, here.native = vlan, False
    here.no_traps = mode.is_old
    return ""


def _dot1q_native(mode: Mode, vlan: int) -> str:
    answer = _dot1q(mode, vlan)
    mode.interface.native = not answer
    return answer


def _no_dot1q(mode: Mode, _vlan: int) -> None:
    mode.interface.vlan = None
    mode.interface.address = None
    mode.interface.no_traps = False


def _vrf(mode: Mode, name: str) -> None:
    mode.interface.vrf, mode.interface.address = name, None


def _description(mode: Mode, text: str) -> None:
    mode.interface.description = text


def _no_description(mode: Mode) -> None:
    mode.interface.description = ""


def ignore(_mode: Mode, *_arguments: object) -> None:
    """Taken, and without effect here."""


ON_INTERFACES = {
    "description <rest>": _description,
    "no description": _no_description,
    "duplex <word>": ignore,
    "speed <word>": ignore,
    "ip address <addr> <mask>": _ip_address,
    "ip address <addr> <mask> secondary": _ip_address_secondary,
    "ip address dhcp": _from_elsewhere("ip address dhcp"),
    "ip address dhcp <rest>": _from_elsewhere("ip address dhcp"),
    "ip address negotiated": _from_elsewhere("ip address negotiated"),
    "ip unnumbered <rest>": _from_elsewhere("ip unnumbered"),
    "no ip address dhcp": _no_longer,
    "no ip address dhcp <rest>": _no_longer,
    "no ip address negotiated": _no_longer,
    "no ip unnumbered": _no_longer,
    "no ip unnumbered <rest>": _no_longer,
    "no ip address": _no_ip_address,
    "default ip address": _no_ip_address,
    "no ip address <addr> <mask>": _no_ip_address_of,
    "no ip address <addr> <mask> secondary": _no_ip_address_secondary,
    "ip nat inside": _nat("inside"),
    "ip nat outside": _nat("outside"),
    "no ip nat inside": _no_nat("inside"),
    "no ip nat outside": _no_nat("outside"),
    "ip virtual-reassembly": ignore,
    "no ip virtual-reassembly": ignore,
    "ip vrf forwarding <word>": _vrf,
    "shutdown": _shutdown,
    "no shutdown": _no_shutdown,
    "default shutdown": _no_shutdown,
}

ON_SUBINTERFACES = ON_INTERFACES | {
    "encapsulation dot1Q <vlan>": _dot1q,
    "encapsulation dot1Q <vlan> native": _dot1q_native,
    "no encapsulation dot1Q <vlan>": _no_dot1q,
    "no encapsulation dot1Q <vlan> native": _no_dot1q,
}
