"""Where a group's drills take place: the servers, the client that asks, what it asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from esxlab.backends.route_finding import resolve_route
from esxlab.checks.patience import MOST_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.protocols import Backends, CommandResult
    from esxlab.checks.asking import GuestAccess
    from esxlab.lab.machine import Machine


@dataclass(frozen=True, slots=True)
class WebServer:
    """One of the servers: as the exercise names it, as its page does, and its place in vSphere."""

    key: str
    hostname: str
    address: str
    machine: Machine


@dataclass(frozen=True, slots=True)
class DrillSetup:
    """`client` asks `url`; `address` is the cluster's or the virtual one; `director` is empty in part 1."""

    access: GuestAccess
    client: str
    url: str
    address: str
    servers: tuple[WebServer, ...]
    director: str = ""

    def server(self, hostname: str) -> WebServer:
        """The server whose page says this name."""
        return next(server for server in self.servers if server.hostname == hostname)

    def run(
        self, backends: Backends, machine: str, command: Sequence[str], *, timeout_s: float = 30.0
    ) -> CommandResult:
        """The answer of a command on one of the machines; LabError when the machine cannot be asked."""
        planned = self.access.routes[machine]
        route = resolve_route(planned, backends.vsphere, self.access.site, timeout_s=MOST_S)
        return backends.guests.run(route, command, timeout_s=timeout_s)
