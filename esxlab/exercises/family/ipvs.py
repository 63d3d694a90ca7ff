"""The director's IPVS table: its lines as ipvsadm writes and reads them, and what each scheduler promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd
from typing import TYPE_CHECKING, Literal

from esxlab.foreign import whole
from esxlab.lab.web import HTTP_PORT

if TYPE_CHECKING:
    from collections.abc import Sequence

SchedulerName = Literal["rr", "wrr", "lc", "wlc"]
MethodName = Literal["nat", "dr"]


@dataclass(frozen=True, slots=True)
class Scheduler:
    """`weighted`: weights count. `in_turn`: the servers' shares are exact after a whole turn."""

    weighted: bool
    in_turn: bool


SCHEDULERS: dict[SchedulerName, Scheduler] = {
    "rr": Scheduler(weighted=False, in_turn=True),
    "wrr": Scheduler(weighted=True, in_turn=True),
    "lc": Scheduler(weighted=False, in_turn=False),
    "wlc": Scheduler(weighted=True, in_turn=False),
}
"""ipvsadm(8), --scheduler. lc and wlc count connections, also those that earlier tests left behind: 200/0 was
seen of two equal servers, so they promise no numbers. A server of weight 0 gets no new connection."""

METHODS: dict[MethodName, str] = {"nat": "-m", "dr": "-g"}
"""ipvsadm(8): --masquerading, --gatewaying."""

FORWARD: dict[MethodName, str] = {"nat": "Masq", "dr": "Route"}
"""How `ipvsadm -L` names the methods (ipvsadm.c, fwd_name)."""
MOST_CONNECTIONS = 2**32 - 1
"""The kernel counts them in 32 bits (linux/ip_vs.h, ip_vs_dest_entry)."""

LONGEST_TURN = 1000
"""Requests: of wrr with weights like 9999:1 nobody waits for a whole turn."""


@dataclass(frozen=True, slots=True)
class RealServer:
    """A real server: the host name that its page says, its address inside, its weight."""

    hostname: str
    address: str
    weight: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A real server as `ipvsadm -L -n` prints it: `active` connections are established, `inactive` others."""

    forward: str
    weight: int
    active: int
    inactive: int


@dataclass(frozen=True, slots=True)
class IpvsTable:
    """One virtual service and its real servers."""

    address: str
    port: int
    scheduler: SchedulerName
    method: MethodName
    servers: tuple[RealServer, ...]

    @property
    def service(self) -> str:
        """The virtual service: 192.16.193.30:80."""
        return f"{self.address}:{self.port}"

    @property
    def real_port(self) -> int:
        """Where the web servers are asked.

        Masquerading translates the port; with direct routing "port must be equal to that of the service
        address" (ipvsadm(8), --real-server; ipvsadm.c sets it so, whatever is said).
        """
        return HTTP_PORT if self.method == "nat" else self.port

    def real(self, address: str) -> str:
        """A real server as the table names it: 172.16.193.10:80."""
        return f"{address}:{self.real_port}"

    @property
    def rules(self) -> tuple[str, ...]:
        """The table as `ipvsadm -S -n` prints it and `ipvsadm -R` reads it (ipvsadm.c, FMT_RULE)."""
        return (
            f"-A -t {self.service} -s {self.scheduler}",
            *(
                f"-a -t {self.service} -r {self.real(each.address)} {METHODS[self.method]} -w {each.weight}"
                for each in self.servers
            ),
        )

    def weighing(self, scheduler: SchedulerName, weights: Sequence[int]) -> IpvsTable:
        """The same service with another scheduler and other weights, in the servers' order."""
        pairs = zip(self.servers, weights, strict=True)
        return replace(
            self,
            scheduler=scheduler,
            servers=tuple(replace(server, weight=weight) for server, weight in pairs),
        )

    @property
    def parts(self) -> dict[str, int]:
        """Host name -> part of the requests, in whole numbers without a common divisor; nobody's is 0."""
        weighted = SCHEDULERS[self.scheduler].weighted
        found = {s.hostname: s.weight if weighted else 1 for s in self.servers if s.weight}
        divisor = gcd(*found.values())
        return {name: part // divisor for name, part in found.items()}

    @property
    def turn(self) -> int:
        """Requests after which everybody has had exactly their part."""
        return sum(self.parts.values())

    def whole_turns(self, about: int) -> int:
        """The least number of requests from `about` on that makes whole turns; `about` if one is too long."""
        turn = self.turn
        return about if turn > LONGEST_TURN else -(-about // turn) * turn

    def shares(self, requests: int) -> dict[str, int] | None:
        """Host name -> its share of so many requests; None: the scheduler promises no numbers of these."""
        if not SCHEDULERS[self.scheduler].in_turn or requests % self.turn:
            return None
        return {name: requests // self.turn * part for name, part in self.parts.items()}


def read_listed(printed: str, service: str) -> dict[str, Listed] | None:
    """Real server (172.16.193.10:80) -> its row below this TCP service in what `ipvsadm -L -n` prints.

    None: the table has no such service. A row is `  -> ADDRESS:PORT FORWARD WEIGHT ACTIVE INACTIVE`, a
    service `TCP  ADDRESS:PORT SCHEDULER FLAGS` (ipvsadm.c, print_service_entry).
    """
    found: dict[str, Listed] | None = None
    ours = False
    for line in printed.splitlines():
        match line.split():
            case ["TCP" | "UDP" | "SCTP" | "FWM" as kind, name, *_]:
                ours = (kind, name) == ("TCP", service)
                if ours:
                    found = {}
            case ["->", real, forward, weight, active, inactive] if ours and found is not None:
                numbers = (whole(each, most=MOST_CONNECTIONS) for each in (weight, active, inactive))
                found[real] = Listed(forward, *numbers)
    return found
