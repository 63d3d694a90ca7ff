"""IPVS: the kernel's table of virtual services, its schedulers, and the connections that it remembers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from ipaddress import IPv4Address

INACTIVE_S = 120.0
"""How long a closed connection stays in the table (kernel: IP_VS_TCP_S_TIME_WAIT, two minutes)."""

SCHEDULERS = ("rr", "wrr", "lc", "wlc", "sh", "dh", "sed", "nq", "lblc", "lblcr")
METHODS = {"m": "Masq", "g": "Route", "i": "Tunnel"}

Service = tuple[IPv4Address, int]
"""A virtual service: address and TCP port."""


@dataclass(slots=True)
class RealServer:
    """One destination of a virtual service."""

    address: IPv4Address
    port: int
    method: str = "g"
    weight: int = 1


@dataclass(slots=True)
class VirtualService:
    """A virtual service with its real servers, and where its scheduler stands."""

    address: IPv4Address
    port: int
    scheduler: str = "wlc"
    servers: list[RealServer] = field(default_factory=list)
    last: int = -1
    credit: int = 0  # wrr's current weight

    def find(self, address: IPv4Address, port: int) -> RealServer | None:
        """The real server at this address and port."""
        return next((s for s in self.servers if (s.address, s.port) == (address, port)), None)


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection that IPVS remembers: its service, its real server, the client, and until when."""

    service: Service
    server: Service
    client: IPv4Address
    until: float
    method: str


@dataclass(slots=True)
class IpvsTable:
    """The table of one kernel. Connections outlive the rules that made them (`ipvsadm -C` keeps them)."""

    services: dict[Service, VirtualService] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    totals: dict[tuple[Service, Service], int] = field(default_factory=dict)

    def schedule(self, service: VirtualService, client: IPv4Address, now: float) -> RealServer | None:
        """Choose a real server for a new connection and remember it; None when no server has weight."""
        self.expire(now)
        chosen = _SCHEDULERS.get(service.scheduler, _wlc)(self, service)
        if chosen is not None:
            key = (service.address, service.port)
            server = (chosen.address, chosen.port)
            self.connections.append(Connection(key, server, client, now + INACTIVE_S, chosen.method))
            self.totals[key, server] = self.totals.get((key, server), 0) + 1
        return chosen

    def remove(self, where: Service) -> None:
        """Forget a virtual service, and its counters: a new one begins at 0 (ip_vs_zero_stats)."""
        del self.services[where]
        self.totals = {key: count for key, count in self.totals.items() if key[0] != where}

    def expire(self, now: float) -> None:
        """Forget the connections whose time is over."""
        self.connections = [c for c in self.connections if c.until > now]

    def inactive(self, service: VirtualService, server: RealServer) -> int:
        """Closed connections of this real server that are still in the table."""
        key, target = (service.address, service.port), (server.address, server.port)
        return sum(c.service == key and c.server == target for c in self.connections)

    def masquerades(self, server: Service, client: IPv4Address) -> Service | None:
        """The virtual service that a reply of this real server to this client belongs to (method -m)."""
        found = (c for c in reversed(self.connections) if c.server == server and c.client == client)
        return next((c.service for c in found if c.method == "m"), None)


def _rr(table: IpvsTable, service: VirtualService) -> RealServer | None:  # noqa: ARG001 - one shape for all
    count = len(service.servers)
    for step in range(1, count + 1):
        index = (service.last + step) % count
        if service.servers[index].weight > 0:
            service.last = index
            return service.servers[index]
    return None


def _wrr(table: IpvsTable, service: VirtualService) -> RealServer | None:  # noqa: ARG001 - one shape for all
    """Interleaved weighted round robin by greatest common divisor (ip_vs_wrr.c)."""
    weights = [s.weight for s in service.servers]
    if not weights or max(weights) <= 0:
        return None
    divisor, count = math.gcd(*weights), len(weights)
    for _ in range(count * (max(weights) // divisor + 1) + 1):
        service.last = (service.last + 1) % count
        if service.last == 0:
            service.credit -= divisor
            if service.credit <= 0:
                service.credit = max(weights)
        if weights[service.last] >= service.credit > 0:
            return service.servers[service.last]
    return None


def _overhead(table: IpvsTable, service: VirtualService, server: RealServer) -> int:
    return table.inactive(service, server)


def _lc(table: IpvsTable, service: VirtualService) -> RealServer | None:
    able = [s for s in service.servers if s.weight > 0]
    return min(able, key=lambda s: _overhead(table, service, s), default=None)


def _wlc(table: IpvsTable, service: VirtualService) -> RealServer | None:
    able = [s for s in service.servers if s.weight > 0]
    return min(able, key=lambda s: _overhead(table, service, s) / s.weight, default=None)


_SCHEDULERS = {"rr": _rr, "wrr": _wrr, "lc": _lc, "wlc": _wlc}
