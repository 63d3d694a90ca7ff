"""Where things are dialled: as the spec names them, or where whoever knows better says that they listen."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple

from esxlab.errors import LabError

if TYPE_CHECKING:
    from esxlab.lab.machine import Server
    from esxlab.lab.router import RouterAddress


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
    """Everything is dialled as the spec names it; who lists other places makes another class of this one.

    `thumbprints` is server -> SHA-256 of the certificate that it has to show.
    `shell_keys` is host -> fingerprint (SHA256:...) of the SSH host key that it has to show.
    `accept_new`: a first host key, of a router or a host, is taken without a question (as OpenSSH does it
    with StrictHostKeyChecking=accept-new, ssh_config(5)), and a router needs no confirmed serial number:
    whoever lists them vouches for them.
    `by_password`: routers are logged in to by password, whatever key the spec names.
    `guests_on_loopback`: guests answer on this computer's loopback, each at a port that it publishes.
    """

    thumbprints: dict[str, str] = field(default_factory=dict)
    shell_keys: dict[str, str] = field(default_factory=dict)
    accept_new: bool = False
    by_password: bool = False
    guests_on_loopback: bool = False

    def server(self, server: Server) -> Endpoint:
        """Where this vSphere end point listens."""
        return Endpoint(server.host, server.port)

    def shell(self, server: Server) -> Endpoint:
        """Where a lone ESXi host listens for SSH."""
        return Endpoint(server.host, SSH_PORT)

    def has_shell(self, server: Server) -> bool:
        """Whether there is a shell to be dialled, as far as one knows beforehand."""
        del server
        return True

    def router(self, router: RouterAddress) -> Endpoint:
        """Where this router, or the terminal server at its console, listens."""
        return Endpoint(router.host, router.port)

    def is_serial(self, router: RouterAddress) -> bool:
        """Whether it is met on a serial line of this computer, and not over TCP."""
        return router.device_type.endswith("_serial")

    def guest(self, address: str, port: int) -> Endpoint:
        """Where a guest listens.

        Raises:
            LabError: guest.no_place when a guest, which may say anything of itself, sends us to this computer
                or to nobody in particular.
        """
        if is_nobodys(address):
            raise LabError("guest.no_place", address=address)
        return Endpoint(address, port)
