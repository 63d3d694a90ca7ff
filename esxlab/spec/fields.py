"""The types of a spec's fields: what each may hold, as strictly as vSphere, Debian and IOS need it.

What esxlab names goes into datastore paths, guest files and router commands: no such field can hold a line
break, a quote, a shell or IOS metacharacter, or a path that leaves its folder. What exists in vSphere already
has the names that somebody gave it, and they are only compared; they must be fit to be shown.
"""

from __future__ import annotations

import re
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    NetmaskValueError,
)
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from esxlab import registered
from esxlab.lab.inventory_names import UNFIT, plain_name

_HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_SERIAL = r"/dev/[A-Za-z0-9_][A-Za-z0-9_:-]*(/[A-Za-z0-9_][A-Za-z0-9._:-]*)*"
_IPV6 = r"[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}(\.[0-9]{1,3}){0,3}(%[A-Za-z0-9._-]{1,32})?"
_EXISTING = rf" *[^ {UNFIT}][^{UNFIT}]{{0,399}}"
_NAME = r"[A-Za-z0-9_]([A-Za-z0-9 ._()+-]{0,78}[A-Za-z0-9_)+-])?"

PATTERNS = {
    "class": r"^[a-z0-9-]{1,30}$",
    "host": f"^({_HOST}|{_IPV6})$",
    "router_host": rf"^({_HOST}|{_IPV6}|{_SERIAL}|COM[0-9]{{1,3}})$",
    "existing": f"^{_EXISTING}$",
    "optional_existing": f"^({_EXISTING})?$",
    "login": r"^[A-Za-z0-9._-]{1,64}([@\\][A-Za-z0-9._-]{1,64})?$",
    "guest_login": r"^[a-z_][a-z0-9_-]{0,31}$",
    "name": f"^{_NAME}$",
    "path_name": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$",
    "machine": r"^[A-Za-z][A-Za-z0-9-]{0,39}$",
    "hostname": r"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
    "thumbprint": r"^(([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}|[0-9A-Fa-f]{64})?$",
    "host_key": r"^(none|SHA256:[A-Za-z0-9+/]{43})?$",
    "guest_id": r"^[a-z][A-Za-z0-9_]{2,40}$",
    "service": r"^[a-z0-9][a-z0-9+.@-]{0,62}$",
    "serial_number": r"^[A-Z0-9]{0,32}$",
    "mirror": r"^(https?://[A-Za-z0-9][A-Za-z0-9.-]{0,200}(:[0-9]{1,5})?(/[A-Za-z0-9._~+-]+)*/?)?$",
    "login_key": r"^[^\x00-\x1f\x7f\"'`$?*|<>;&{}]{0,400}$",
    "class_list": r"^[^\x00-\x1f\x7f\"'`$?*|<>;&{}]{1,395}\.([cC][sS][vV]|[xX][lL][sS][xX]|[oO][dD][sS])$",
    "iso_file": r"^([^\x00-\x1f\x7f\"'`$?*|<>;&{}]{1,396}\.[iI][sS][oO])?$",
    "sha256": r"^([0-9A-Fa-f]{64})?$",
    "locale": r"^[a-z]{2,3}(_[A-Z]{2})?(\.UTF-8)?$",
    "keymap": r"^[a-z]{2,12}(-[a-z0-9]{1,12})?$",
    "timezone": r"^[A-Z][A-Za-z]{1,20}(/[A-Z][A-Za-z_-]{1,30})?$",
    "directory": r"^[^\x00-\x1f\x7f\"'`$?*|<>;&{}]{1,400}$",
}
"""Name -> pattern, for Rust's and Python's regex alike; in words: the text spec.allowed.<name>."""


def _text(name: str) -> Any:
    return StringConstraints(pattern=PATTERNS[name])


def check_name(value: str) -> str:
    """The name of something that esxlab makes."""
    if not re.fullmatch(PATTERNS["name"], value):
        facts = {"pattern": PATTERNS["name"]}
        raise PydanticCustomError("string_pattern_mismatch", "no name", facts)
    return value


def _check_ipv6(value: str) -> str:
    """What has two colons is an IPv6 address, or nothing."""
    if ":" in value:
        try:
            IPv6Address(value)
        except ValueError:
            facts = {"pattern": PATTERNS["host"]}
            raise PydanticCustomError("string_pattern_mismatch", "no address", facts) from None
    return value


def _check_router(value: str) -> str:
    """An IPv6 address in its one short form: groups that share a router may write it in several."""
    if ":" not in value or value.startswith("/dev/"):
        return value
    return str(IPv6Address(_check_ipv6(value)))


Host = Annotated[str, _text("host"), AfterValidator(_check_ipv6)]
RouterHost = Annotated[str, _text("router_host"), AfterValidator(_check_router)]
Account = Annotated[str, _text("existing")]
Existing = Annotated[str, _text("existing"), AfterValidator(plain_name)]
OptionalExisting = Annotated[str, _text("optional_existing"), AfterValidator(plain_name)]
VSwitch = Annotated[str, _text("existing")]
"""It is a host's, which does not escape: only names in an inventory are spelled with %2f."""
Login = Annotated[str, _text("login")]
GuestLogin = Annotated[str, _text("guest_login")]
NetworkKind = Literal["standard", "distributed"]
MachineName = Annotated[str, _text("machine")]
Hostname = Annotated[str, _text("hostname")]
Thumbprint = Annotated[str, _text("thumbprint")]
GuestIdentifier = Annotated[str, _text("guest_id")]
HostKey = Annotated[str, _text("host_key")]
ServiceName = Annotated[str, _text("service")]
SerialNumber = Annotated[str, _text("serial_number")]
Mirror = Annotated[str, _text("mirror")]
LoginKey = Annotated[str, _text("login_key")]
Directory = Annotated[str, _text("directory")]
IsoFile = Annotated[str, _text("iso_file")]
Sha256 = Annotated[str, _text("sha256")]
Locale = Annotated[str, _text("locale")]
Keymap = Annotated[str, _text("keymap")]
Timezone = Annotated[str, _text("timezone")]


def _known(value: str) -> str:
    if value not in registered.names():
        expected = " or ".join(f"'{name}'" for name in registered.names())
        raise PydanticCustomError("literal_error", "Input should be {expected}", {"expected": expected})
    return value


Scenario = Annotated[
    str,
    AfterValidator(_known),
    WithJsonSchema({"enum": list(registered.names()), "type": "string"}),
]


def _refuse_bool(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "a whole number")
    return value


Whole = BeforeValidator(_refuse_bool)
Port = Annotated[int, Field(ge=1, le=65535), Whole]
Vlan = Annotated[int, Field(ge=1, le=4094), Whole]
Weight = Annotated[int, Field(ge=0, le=65535), Whole]
Seconds = Annotated[int, Field(ge=1, le=3600), Whole]
Cpus = Annotated[int, Field(ge=1, le=32), Whole]
MemoryMib = Annotated[int, Field(ge=128, le=65536), Whole]
DiskGib = Annotated[int, Field(ge=1, le=2048), Whole]


def _parse_network(value: object) -> IPv4Network:
    if not isinstance(value, str):
        raise PydanticCustomError("E205", "network")
    try:
        network = IPv4Network(value)
    except ValueError:
        try:
            loose = IPv4Network(value, strict=False)
        except ValueError:
            raise PydanticCustomError("E205", "network") from None
        raise PydanticCustomError("E206", "host bits", {"network": str(loose)}) from None
    first = network.network_address
    odd = first.is_loopback or first.is_multicast or first.is_reserved or first.is_link_local
    if odd or first.is_unspecified or not 8 <= network.prefixlen <= 29:  # noqa: PLR2004 - E205 says it in words
        raise PydanticCustomError("E205", "network")
    return network


def _parse_address(value: object) -> IPv4Address | IPv4Interface:
    """172.16.193.10, or 172.16.193.10/16 as the handout writes it; the prefix is compared later."""
    if not isinstance(value, str):
        raise PydanticCustomError("E204", "address")
    try:
        return IPv4Interface(value) if "/" in value else IPv4Address(value)
    except (AddressValueError, NetmaskValueError, ValueError):
        raise PydanticCustomError("E204", "address") from None


INTERFACE_TYPES = (
    "Ethernet",
    "FastEthernet",
    "GigabitEthernet",
    "TenGigabitEthernet",
    "Vlan",
    "Loopback",
    "Serial",
)
_INTERFACE = re.compile(r"([A-Za-z]{2,20}) ?([0-9]{1,3}(?:/[0-9]{1,3}){0,3}(?:\.[0-9]{1,9})?)", re.ASCII)


def _parse_interface(value: object) -> str:
    """The name as running-config writes it: `fa0/0` and `FastEthernet 0/0` are FastEthernet0/0."""
    match = _INTERFACE.fullmatch(value) if isinstance(value, str) else None
    if match is not None:
        fits = [name for name in INTERFACE_TYPES if name.lower().startswith(match[1].lower())]
        if len(fits) == 1:
            return fits[0] + match[2]
    raise PydanticCustomError("E207", "interface")


Network = Annotated[IPv4Network, PlainValidator(_parse_network), WithJsonSchema({"type": "string"})]
Address = Annotated[
    IPv4Address | IPv4Interface, PlainValidator(_parse_address), WithJsonSchema({"type": "string"})
]
Interface = Annotated[str, PlainValidator(_parse_interface), WithJsonSchema({"type": "string"})]
