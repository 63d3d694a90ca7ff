"""The files of a running school that others read: the access file, and what it says when it could not start.

The access file says where everything listens. In the school nothing is dialled that is not in it, and no
guest that is not on the loopback: a lab address can never be reached from the machine itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esxlab.backends.endpoints import Endpoint, Endpoints, is_nobodys
from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json_file, table, texts_by_name
from esxlab.lab.addresses import is_loopback

if TYPE_CHECKING:
    from esxlab.lab.machine import Server
    from esxlab.lab.router import RouterAddress

ACCESS_FILE = "school.json"
FAILURE = "failure.txt"
OWN_NAMESPACE = Path("/proc/self/ns/net")
LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class SchoolEndpoints(Endpoints):
    """Where the school's own servers and routers listen, by the names that the spec has for them."""

    accept_new: bool = True  # on this computer, and listed in the access file
    by_password: bool = True  # the school's own
    guests_on_loopback: bool = True  # engine light; False inside the namespace of engine qemu
    servers: dict[str, Endpoint] = field(default_factory=dict)
    routers: dict[str, Endpoint] = field(default_factory=dict)
    shells: dict[str, Endpoint] = field(default_factory=dict)  # of lone ESXi hosts

    def server(self, server: Server) -> Endpoint:
        """Where this vSphere end point listens; LabError school.unknown when the school has none such."""
        return _look_up(self.servers, server.host)

    def shell(self, server: Server) -> Endpoint:
        """Where a lone ESXi host listens for SSH; LabError school.unknown when the school has none such."""
        return _look_up(self.shells, server.host)

    def has_shell(self, server: Server) -> bool:
        """Whether the school has given this host a shell."""
        return server.host in self.shells

    def router(self, router: RouterAddress) -> Endpoint:
        """Where this router listens; LabError school.unknown when the school has no such router."""
        return _look_up(self.routers, router.host)

    def is_serial(self, router: RouterAddress) -> bool:
        """Never: the school's serial lines are telnet ports."""
        del router
        return False

    def guest(self, address: str, port: int) -> Endpoint:
        """Where a guest listens.

        Raises:
            LabError: school.not_loopback when a lab address would be dialled from the school's own machine;
                guest.no_place when a guest inside the namespace sends us to nobody in particular.
        """
        if self.guests_on_loopback and not is_loopback(address):
            raise LabError("school.not_loopback", address=address)
        if not self.guests_on_loopback and is_nobodys(address):
            raise LabError("guest.no_place", address=address)
        return Endpoint(address, port)


@dataclass(frozen=True, slots=True)
class SchoolAccess:
    """What the clients of a running school need to know."""

    endpoints: SchoolEndpoints
    users: dict[str, str]  # server -> who logs in
    passwords: dict[str, str] = field(repr=False)  # by kind, as Credentials names them
    model_key: str  # host key of the school's models: SHA256:..., or none
    speed: float  # seconds of the guests' clock in one of ours


def load_access(path: Path) -> SchoolAccess:
    """Read the access file that `esxlab sim up` wrote.

    Raises:
        LabError: school.down when there is none; school.outside when its machines live in a network namespace
            (engine qemu) that this process is not in: their addresses mean other machines here; school.book
            when it is not what `sim up` wrote.
    """
    try:
        content = table(read_json_file(path))
        namespace = table(content.get("namespace") or {})
        if namespace and str(OWN_NAMESPACE.readlink()) != namespace.get("net"):
            raise LabError("school.outside", where=str(path))
        return SchoolAccess(
            SchoolEndpoints(
                thumbprints=texts_by_name(content.get("thumbprints")),
                shell_keys=texts_by_name(content.get("shell_keys") or {}),
                guests_on_loopback=not namespace,
                servers=_places(content.get("servers")),
                routers=_places(content.get("routers")),
                shells=_places(content.get("shells") or {}),
            ),
            users=texts_by_name(content.get("users", {})),
            passwords=texts_by_name(content.get("passwords")),
            model_key=str(content.get("model_key", "")),
            speed=_speed(content.get("speed", 1.0)),
        )
    except FileNotFoundError as error:
        raise LabError("school.down", where=str(path)) from error
    except Unreadable as error:
        raise LabError("school.book", where=str(path), detail=str(error)) from error


def read_access(directory: Path) -> dict[str, Any] | None:
    """A school's access file as it stands, passwords and all; None when there is none that `sim up` wrote."""
    try:
        content = table(read_json_file(directory / ACCESS_FILE))
        for kind in ("servers", "shells", "routers"):
            _places(content.get(kind) or {})
    except (FileNotFoundError, Unreadable):
        return None
    return content


def _look_up(places: dict[str, Endpoint], host: str) -> Endpoint:
    if host not in places:
        raise LabError("school.unknown", host=host, known=", ".join(sorted(places)))
    return places[host]


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
