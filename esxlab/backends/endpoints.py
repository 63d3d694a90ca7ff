"""What is dialled: the real address of a thing, or, in the embedded school, its place on the loopback.

In the school nothing is dialled that is not in its book, and no guest that is not on the loopback: a lab
address can never be reached from the machine itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.lab.machine import Server
    from esxlab.lab.router import RouterAddress


OWN_NAMESPACE = Path("/proc/self/ns/net")


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
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    thumbprints: dict[str, str] = field(default_factory=dict)
    model_key: str = ""  # host key of the school's models: SHA256:..., or none
    guests_on_loopback: bool = True  # engine light; False inside the namespace of engine qemu
    speed: float = 1.0  # seconds of the guests' clock in one of ours

    def server(self, server: Server) -> Endpoint:
        """Where this vSphere end point listens; LabError school.unknown when the school has none such."""
        return self._look_up(self.servers, server.host, server.port)

    def router(self, router: RouterAddress) -> Endpoint:
        """Where this router listens; LabError school.unknown when the school has no such router."""
        return self._look_up(self.routers, router.host, router.port)

    def guest(self, address: str, port: int) -> Endpoint:
        """Where a guest listens; LabError school.not_loopback when a lab address would be dialled."""
        if self.school and self.guests_on_loopback and not ip_address(address).is_loopback:
            raise LabError("school.not_loopback", address=address)
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
            (engine qemu) that this process is not in: their addresses mean other machines here.
    """
    try:
        content = json.loads(book.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LabError("school.down", where=str(book)) from error
    namespace = content.get("namespace")
    if namespace and str(OWN_NAMESPACE.readlink()) != namespace["net"]:
        raise LabError("school.outside", where=str(book))
    return Endpoints(
        school=True,
        servers={host: Endpoint(*where) for host, where in content["servers"].items()},
        routers={host: Endpoint(*where) for host, where in content["routers"].items()},
        passwords=content["passwords"],
        thumbprints=content["thumbprints"],
        model_key=content.get("model_key", ""),
        guests_on_loopback=not namespace,
        speed=content.get("speed", 1.0),
    )
