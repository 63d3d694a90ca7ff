"""What is dialled: the real address of a thing, or, in the embedded school, its place on the loopback.

In the school nothing is dialled that is not in its book, and no guest that is not on the loopback: a lab
address can never be reached from the machine itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json_file, table, texts_by_name

if TYPE_CHECKING:
    from esxlab.lab.machine import Server
    from esxlab.lab.router import RouterAddress


OWN_NAMESPACE = Path("/proc/self/ns/net")
LAST_PORT = 65535
SSH_PORT = 22


def is_nobodys(address: str) -> bool:
    """Loopback, multicast, unspecified, broadcast, reserved: no machine on a network has it (RFC 6890)."""
    try:
        found = ip_address(address)
    except ValueError:
        return True
    return found.is_loopback or found.is_multicast or found.is_unspecified or found.is_reserved


class Endpoint(NamedTuple):
    """A TCP end point."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The book. Empty and `school` False: everything is dialled as the spec names it."""

    school: bool = False
    servers: dict[str, Endpoint] = field(default_factory=dict)
    routers: dict[str, Endpoint] = field(default_factory=dict)
    shells: dict[str, Endpoint] = field(default_factory=dict)  # of lone ESXi hosts
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    thumbprints: dict[str, str] = field(default_factory=dict)
    model_key: str = ""  # host key of the school's models: SHA256:..., or none
    guests_on_loopback: bool = True  # engine light; False inside the namespace of engine qemu
    speed: float = 1.0  # seconds of the guests' clock in one of ours

    def server(self, server: Server) -> Endpoint:
        """Where this vSphere end point listens; LabError school.unknown when the school has none such."""
        return self._look_up(self.servers, server.host, server.port)

    def shell(self, server: Server) -> Endpoint:
        """Where a lone ESXi host listens for SSH; LabError school.unknown when the school has none such."""
        return self._look_up(self.shells, server.host, SSH_PORT)

    def router(self, router: RouterAddress) -> Endpoint:
        """Where this router listens; LabError school.unknown when the school has no such router."""
        return self._look_up(self.routers, router.host, router.port)

    def guest(self, address: str, port: int) -> Endpoint:
        """Where a guest listens.

        Raises:
            LabError: school.not_loopback when a lab address would be dialled from the school's own machine;
                guest.no_place when a guest, which may say anything of itself, sends us to this computer or
                to nobody in particular.
        """
        if self.school and self.guests_on_loopback:
            if not _is_loopback(address):
                raise LabError("school.not_loopback", address=address)
        elif is_nobodys(address):
            raise LabError("guest.no_place", address=address)
        return Endpoint(address, port)

    def _look_up(self, book: dict[str, Endpoint], host: str, port: int) -> Endpoint:
        if not self.school:
            return Endpoint(host, port)
        if host not in book:
            raise LabError("school.unknown", host=host, known=", ".join(sorted(book)))
        return book[host]


def load_endpoints(book: Path) -> Endpoints:
    """Read the book that `esxlab sim up` wrote.

    Raises:
        LabError: school.down when there is none; school.outside when its machines live in a network namespace
            (engine qemu) that this process is not in: their addresses mean other machines here; school.book
            when it is not what `sim up` wrote.
    """
    try:
        content = table(read_json_file(book))
        namespace = table(content.get("namespace") or {})
        if namespace and str(OWN_NAMESPACE.readlink()) != namespace.get("net"):
            raise LabError("school.outside", where=str(book))
        return Endpoints(
            school=True,
            servers=_places(content.get("servers")),
            routers=_places(content.get("routers")),
            shells=_places(content.get("shells") or {}),
            passwords=texts_by_name(content.get("passwords")),
            thumbprints=texts_by_name(content.get("thumbprints")),
            model_key=str(content.get("model_key", "")),
            guests_on_loopback=not namespace,
            speed=_speed(content.get("speed", 1.0)),
        )
    except FileNotFoundError as error:
        raise LabError("school.down", where=str(book)) from error
    except Unreadable as error:
        raise LabError("school.book", where=str(book), detail=str(error)) from error


def _is_loopback(address: str) -> bool:
    try:
        return bool(ip_address(address).is_loopback)
    except ValueError:
        return False


def _places(found: object) -> dict[str, Endpoint]:
    places = {host: Endpoint(*where) for host, where in table(found).items() if _is_place(where)}
    if len(places) != len(table(found)):
        raise Unreadable("type")
    return places


def _is_place(value: object) -> bool:
    return (
        isinstance(value, list) and [type(each) for each in value] == [str, int] and 0 < value[1] <= LAST_PORT
    )


def _speed(value: object) -> float:
    if not isinstance(value, int | float) or value <= 0:
        raise Unreadable("type")
    return float(value)
