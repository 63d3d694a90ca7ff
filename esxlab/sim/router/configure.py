"""Configuration mode: what each command does to the configuration, and what IOS refuses."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.sim.router.grammar import Grammar, Refusal, invalid
from esxlab.sim.router.state import Interface, Static

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.sim.router.box import Box
    from esxlab.sim.router.state import Configuration


class Ask(NamedTuple):
    """A question: its text, and what becomes of the answer. `one_key`: [confirm] takes any key at once."""

    text: str
    then: Callable[[str], str | Ask]
    one_key: bool = False


@dataclass(slots=True)
class ConfigMode:
    """One session's place in the configuration. `box` is None while a startup-config is loaded."""

    config: Configuration
    box: Box | None = None
    section: str = ""

    def execute(self, line: str) -> str | Ask:
        """Carry out one line; the text that IOS answers. Refusal when it is not taken."""
        text = line.strip()
        if not text or text.startswith("!"):
            return ""
        own = _OF_SECTION.get(self._kind())
        try:
            match = (own or GLOBAL).match(line)
        except Refusal as in_section:
            if own is None:
                raise
            match = self._leave_for(line, in_section)
        answer: str | Ask | None = match.handler(self, *match.arguments)
        return answer or ""

    def _leave_for(self, line: str, in_section: Refusal) -> Any:
        """A line that the section does not know may be a global one: IOS then leaves the section."""
        try:
            match = GLOBAL.match(line)
        except Refusal as in_global:
            raise max(in_section, in_global, key=lambda refusal: refusal.column) from None
        self.section = ""
        return match

    def _kind(self) -> str:
        word, _, rest = self.section.partition(" ")
        return "subinterface" if word == "interface" and "." in rest else word

    @property
    def interface(self) -> Interface:
        """The interface that this mode is in."""
        return self.config.interfaces[self.section.removeprefix("interface ")]

    @property
    def prompt(self) -> str:
        """What stands between the host name and the #: (config-if)."""
        names = {"": "", "interface": "-if", "subinterface": "-subif", "archive": "-archive", "line": "-line"}
        return f"(config{names.get(self._kind(), '')})"


def load(config: Configuration, text: str) -> Configuration:
    """Replay a startup-config; lines that are not taken are skipped, as IOS does at boot."""
    mode = ConfigMode(config)
    for line in text.splitlines():
        if line.strip() == "end":
            break
        if line and not line.startswith(" "):
            mode.section = ""
        try:
            mode.execute(line)
        except Refusal:
            continue
    return config


def _interface(mode: ConfigMode, name: str) -> None:
    known = mode.config.interfaces
    if name not in known:
        parent, dot, _ = name.partition(".")
        if not (dot and parent in known) and not name.startswith(("Loopback", "Tunnel")):
            raise invalid(len("interface "))
        known[name] = Interface(name, cable=0 if not dot else None)
        mode.config.interfaces = dict(sorted(known.items(), key=lambda item: _order(item[0])))
    mode.section = f"interface {name}"


def _order(name: str) -> tuple[Any, ...]:
    kind = name.rstrip("0123456789/.")
    numbers = [int(n) for n in name[len(kind) :].replace("/", ".").split(".")]
    return (not kind.startswith("Loop"), kind, numbers)


def _no_interface(mode: ConfigMode, name: str) -> str:
    if "." not in name and not name.startswith(("Loopback", "Tunnel")):
        return "% Removal of physical interfaces is not permitted.\n"
    mode.config.interfaces.pop(name, None)
    mode.section = ""
    return ""


def _default_interface(mode: ConfigMode, name: str) -> str:
    if name not in mode.config.interfaces:
        raise invalid(len("default interface "))
    mode.config.interfaces[name] = Interface(name, cable=mode.config.interfaces[name].cable)
    return f"Interface {name} set to default configuration\n"


def _ip_address(mode: ConfigMode, address: IPv4Address, mask: IPv4Address) -> str:
    wanted, answer = _checked(mode, address, mask)
    if wanted is None:
        return answer
    mode.interface.address, mode.interface.dhcp = wanted, False
    return ""


def _ip_address_secondary(mode: ConfigMode, address: IPv4Address, mask: IPv4Address) -> str:
    wanted, answer = _checked(mode, address, mask)
    if wanted is None:
        return answer
    mode.interface.secondaries.append(wanted)
    return ""


def _checked(mode: ConfigMode, address: IPv4Address, mask: IPv4Address) -> tuple[IPv4Interface | None, str]:
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
    if here.parent and here.vlan is None:
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


def _no_ip_address(mode: ConfigMode) -> None:
    mode.interface.address, mode.interface.dhcp = None, False
    mode.interface.secondaries.clear()


def _no_ip_address_of(mode: ConfigMode, address: IPv4Address, _mask: IPv4Address) -> str:
    if mode.interface.address is None or mode.interface.address.ip != address:
        return "% Invalid address\n"
    if mode.interface.secondaries:
        return "% Must delete secondary before deleting primary\n"
    mode.interface.address = None
    return ""


def _no_ip_address_secondary(mode: ConfigMode, address: IPv4Address, _mask: IPv4Address) -> None:
    mode.interface.secondaries = [a for a in mode.interface.secondaries if a.ip != address]


def _dhcp(mode: ConfigMode) -> None:
    mode.interface.address, mode.interface.dhcp = None, True


def _nat(role: str) -> Callable[[ConfigMode], None]:
    def set_role(mode: ConfigMode) -> None:
        mode.interface.nat = role

    return set_role


def _no_nat(role: str) -> Callable[[ConfigMode], None]:
    def clear_role(mode: ConfigMode) -> None:
        if mode.interface.nat == role:
            mode.interface.nat = ""

    return clear_role


def _shutdown(mode: ConfigMode) -> None:
    mode.interface.shutdown = True


def _no_shutdown(mode: ConfigMode) -> None:
    mode.interface.shutdown = False


def _dot1q(mode: ConfigMode, vlan: int) -> str:
    here = mode.interface
    for other in mode.config.interfaces.values():
        if other is not here and other.parent == here.parent and other.vlan == vlan:
            return (
                "%Configuration of multiple subinterfaces of the same main\n"
                f"interface with the same VID ({vlan}) is not permitted.\n"
                f"This VID is already configured on {other.name}.\n"
            )
    here.vlan, here.native = vlan, False
    return ""


def _dot1q_native(mode: ConfigMode, vlan: int) -> str:
    answer = _dot1q(mode, vlan)
    mode.interface.native = not answer
    return answer


def _no_dot1q(mode: ConfigMode, _vlan: int) -> None:
    mode.interface.vlan = None
    mode.interface.address = None


def _vrf(mode: ConfigMode, name: str) -> None:
    mode.interface.vrf, mode.interface.address = name, None


def _description(mode: ConfigMode, text: str) -> None:
    mode.interface.description = text


def _no_description(mode: ConfigMode) -> None:
    mode.interface.description = ""


def _add_static(mode: ConfigMode, static: Static) -> str:
    for other in mode.config.statics:
        same_place = (other.protocol, other.through, other.port) == (
            static.protocol,
            static.through,
            static.port,
        )
        if same_place and other.inside == static.inside and other.inside_port == static.inside_port:
            return ""
        if same_place:
            pair = f"{other.inside} -> {mode.config.outside_address(other) or other.through}"
            return f"%NAT: similar static entry ({pair}) in table_id 0 already exists\n"
    mode.config.statics.append(static)
    return ""


def _no_static(mode: ConfigMode, static: Static) -> str | Ask:
    held = next((s for s in mode.config.statics if _same(s, static)), None)
    if held is None:
        return "%Translation not found\n"
    key = f"{held.protocol} {mode.config.outside_address(held)}:{held.port}"
    if mode.box and mode.box.is_in_use(key):
        if mode.box.faults.refuses_static_in_use:
            return "%Static entry in use, cannot remove\n"
        return Ask(
            "\nStatic entry in use, do you want to delete child entries? [no]: ",
            lambda answer: _delete_if_yes(mode, held, answer),
        )
    mode.config.statics.remove(held)
    return ""


def _same(one: Static, other: Static) -> bool:
    return one.line.removesuffix(" extendable") == other.line.removesuffix(" extendable")


def _delete_if_yes(mode: ConfigMode, static: Static, answer: str) -> str:
    if answer.strip().lower() in {"y", "yes"}:
        mode.config.statics.remove(static)
        return ""
    return "%Static entry in use, cannot remove\n"


def _keep(prefix: str) -> Callable[..., None]:
    """A line that is kept as it was typed; the same line is kept once."""

    def keep(mode: ConfigMode, rest: str = "") -> None:
        entry = (mode.section, f"{prefix} {rest}".strip())
        if entry not in mode.config.others:
            mode.config.others.append(entry)

    return keep


def _drop(prefix: str) -> Callable[..., None]:
    def drop(mode: ConfigMode, rest: str = "") -> None:
        line = f"{prefix} {rest}".strip()
        mode.config.others = [e for e in mode.config.others if e != (mode.section, line)]

    return drop


def _setting(name: str, value: object) -> Callable[[ConfigMode], None]:
    return lambda mode: setattr(mode.config, name, value)


def _named(name: str) -> Callable[[ConfigMode, str], None]:
    return lambda mode, value: setattr(mode.config, name, value)


def _section(name: str) -> Callable[..., None]:
    def enter(mode: ConfigMode, rest: str = "") -> None:
        mode.section = f"{name} {rest}".strip()

    return enter


def _ignore(_mode: ConfigMode, *_arguments: object) -> None:
    """Taken, and without effect here."""


_STATICS: dict[str, Callable[..., Static]] = {
    f"ip nat inside source static {protocol} <addr> <port> {through} <port>{tail}": (
        lambda inside, inside_port, out, port, p=protocol, t=tail: Static(
            inside, str(out), p, inside_port, port, extendable=bool(t)
        )
    )
    for protocol in ("tcp", "udp")
    for through in ("interface <iface>", "<addr>")
    for tail in ("", " extendable")
} | {"ip nat inside source static <addr> <addr>": lambda inside, outside: Static(inside, str(outside))}

_KEPT = (
    "aaa",
    "access-list",
    "clock",
    "enable secret",
    "ip access-list",
    "ip domain",
    "ip nat inside source list",
    "ip nat pool",
    "ip route",
    "ip ssh",
    "ip vrf",
    "logging",
    "ntp",
    "snmp-server",
    "username",
)

GLOBAL = Grammar(
    {
        "archive": _section("archive"),
        "default interface <iface>": _default_interface,
        "hostname <word>": _named("hostname"),
        "interface <iface>": _interface,
        "ip cef": _ignore,
        "ip forward-protocol <rest>": _ignore,
        "ip http server": _setting("http_server", True),
        "ip routing": _setting("routing", True),
        "line <rest>": _section("line"),
        "no interface <iface>": _no_interface,
        "no ip domain lookup": _keep("no ip domain lookup"),
        "no ip domain-lookup": _keep("no ip domain lookup"),
        "no ip http server": _setting("http_server", False),
        "no ip routing": _setting("routing", False),
        "no service <rest>": _ignore,
        "service <rest>": _ignore,
        "version <word>": _ignore,
        **{p: (lambda mode, *a, make=make: _add_static(mode, make(*a))) for p, make in _STATICS.items()},
        **{
            f"no {p}": (lambda mode, *a, make=make: _no_static(mode, make(*a)))
            for p, make in _STATICS.items()
        },
        **{f"{prefix} <rest>": _keep(prefix) for prefix in _KEPT},
        **{f"no {prefix} <rest>": _drop(prefix) for prefix in _KEPT},
    }
)

_ON_INTERFACES = {
    "description <rest>": _description,
    "no description": _no_description,
    "duplex <word>": _ignore,
    "speed <word>": _ignore,
    "ip address <addr> <mask>": _ip_address,
    "ip address <addr> <mask> secondary": _ip_address_secondary,
    "ip address dhcp": _dhcp,
    "no ip address dhcp": _no_ip_address,
    "no ip address": _no_ip_address,
    "default ip address": _no_ip_address,
    "no ip address <addr> <mask>": _no_ip_address_of,
    "no ip address <addr> <mask> secondary": _no_ip_address_secondary,
    "ip nat inside": _nat("inside"),
    "ip nat outside": _nat("outside"),
    "no ip nat inside": _no_nat("inside"),
    "no ip nat outside": _no_nat("outside"),
    "ip virtual-reassembly": _ignore,
    "no ip virtual-reassembly": _ignore,
    "ip vrf forwarding <word>": _vrf,
    "shutdown": _shutdown,
    "no shutdown": _no_shutdown,
    "default shutdown": _no_shutdown,
}

_OF_SECTION = {
    "interface": Grammar(_ON_INTERFACES),
    "subinterface": Grammar(
        _ON_INTERFACES
        | {
            "encapsulation dot1Q <vlan>": _dot1q,
            "encapsulation dot1Q <vlan> native": _dot1q_native,
            "no encapsulation dot1Q <vlan>": _no_dot1q,
            "no encapsulation dot1Q <vlan> native": _no_dot1q,
        }
    ),
    "archive": Grammar({"path <word>": _named("archive_path"), "no path": _setting("archive_path", "")}),
    "line": Grammar(
        {
            f"{prefix}{rest}": _keep(prefix)
            for prefix in ("exec-timeout", "logging", "login", "password", "privilege", "transport")
            for rest in (" <rest>", *([""] if prefix == "login" else []))
        }
    ),
}
