"""The questions of part 2: the virtual service, how it spreads requests, the director's table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from esxlab import texts
from esxlab.checks.asking import ANY, END_OF_PAGE, REQUESTED, LabCheck, fetch, judge, server_named_on
from esxlab.checks.base import Answer
from esxlab.exercises.family.checks import ServerPage, unnamed
from esxlab.exercises.lb.table import ipvs_table
from esxlab.lab.web import http_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.backends.protocols import Backends
    from esxlab.checks.asking import GuestAccess
    from esxlab.checks.base import Check
    from esxlab.exercises.family.ipvs import IpvsTable
    from esxlab.spec.resolved import GroupSpec

REQUESTS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualPage(ServerPage):
    """A client outside reads a server's page at the virtual address."""

    name: ClassVar[str] = "page-virtual"


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualPageB(VirtualPage):
    """The same from the second client."""

    name: ClassVar[str] = "page-virtual-b"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulerShares(LabCheck):
    """Many requests are shared out as the scheduler says: exactly for rr and wrr; lc and wlc are reported.

    Source of what can be expected: 200 requests gave 100/100 for rr whatever the weights, 150/50 for wrr 3:1;
    lc and wlc depend on connections that earlier tests left behind.
    """

    name: ClassVar[str] = "spread"

    client: str
    director: str
    table: IpvsTable

    @property
    def requests(self) -> int:
        """About 120, in whole turns of the scheduler."""
        return self.table.whole_turns(REQUESTS)

    def facts(self) -> dict[str, object]:
        """How many requests, by which scheduler."""
        return {"requests": self.requests, "scheduler": self.table.scheduler}

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:  # noqa: ARG002 - asked once
        """All requests in one command, each over a connection of its own."""
        url = f"{http_url(self.table.address, self.table.port)}?[1-{self.requests}]"
        result = self.run(backends, self.client, *fetch(url), answers=REQUESTED, timeout_s=self.requests * 2)
        pages = result.stdout.split(END_OF_PAGE)
        seen = Counter(name for page in pages if (name := server_named_on(page)))
        text = ", ".join(f"{name} {count}" for name, count in sorted(seen.items())) or unnamed(result.stdout)
        look = f"{self.director}: ipvsadm -Ln --stats"
        expected = self.table.shares(self.requests)
        if expected is None:
            return judge(sum(seen.values()) == self.requests, text, look=look)
        # a request of somebody else in between shifts the turn by one; more is another scheduler
        near = all(abs(seen[name] - share) <= 1 for name, share in expected.items())
        return judge(near and sum(seen.values()) == self.requests, text, look=look)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorTable(LabCheck):
    """The director forwards, holds the virtual address, and its IPVS table is the wanted one."""

    name: ClassVar[str] = "balancer-table"

    director: str
    table: IpvsTable

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:  # noqa: ARG002 - asked once
        """The forwarding switch, the alias, the table."""
        forwarding = self.run(backends, self.director, "sysctl", "-n", "net.ipv4.ip_forward").stdout.strip()
        if forwarding != "1":
            return judge(
                False, f"ip_forward {forwarding}", look=f"{self.director}: sysctl net.ipv4.ip_forward"
            )
        addresses = self.run(backends, self.director, "ip", "-o", "-4", "addr", "show").stdout
        if f" {self.table.address}/32 " not in addresses:
            seen = texts.say("seen.held_by", address=self.table.address, who=texts.say("seen.nobody"))
            return judge(False, seen, look=f"{self.director}: ip addr")
        printed = self.run(backends, self.director, "ipvsadm", "-S", "-n").stdout
        found = {" ".join(line.split()) for line in printed.splitlines() if line.strip()}
        wanted = set(self.table.rules)
        missing, extra = sorted(wanted - found), sorted(found - wanted)
        seen = texts.say("seen.rules", count=len(found)) if not (missing or extra) else (missing or extra)[0]
        return judge(not missing and not extra, seen, look=f"{self.director}: ipvsadm -Ln")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatOff(LabCheck):
    """Part 2 needs the servers without Heartbeat, and with apache2 at boot."""

    name: ClassVar[str] = "heartbeat-off"

    servers: tuple[str, ...]

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:  # noqa: ARG002 - asked once
        """Ask systemctl on both servers."""
        for server in self.servers:
            if self._runs(backends, server, "heartbeat"):
                seen = texts.say("seen.running", service="heartbeat", machine=server)
                return judge(False, seen, look=f"{server}: systemctl status heartbeat")
            if not self._runs(backends, server, "apache2"):
                seen = texts.say("seen.not_running", service="apache2", machine=server)
                return judge(False, seen, look=f"{server}: systemctl status apache2")
        return Answer("ok", texts.say("seen.apache_alone"))

    def _runs(self, backends: Backends, server: str, unit: str) -> bool:
        return self.run(backends, server, "systemctl", "is-active", unit, answers=ANY).exit_status == 0


def build_checks(spec: GroupSpec, access: GuestAccess) -> Iterator[Check]:
    """The questions of part 2, in the order in which a teacher would ask them."""
    group, table = spec.group, ipvs_table(spec)
    hostnames = tuple(server.hostname for server in table.servers if server.weight)
    for check, name in ((VirtualPage, "ClientA"), (VirtualPageB, "ClientB")):
        if spec.machine(name):
            yield check(
                group=group,
                access=access,
                client=name,
                address=table.address,
                port=table.port,
                hostnames=hostnames,
            )
    for director in spec.by_role("balancer"):
        if spec.machine("ClientA"):
            yield SchedulerShares(
                group=group, access=access, client="ClientA", director=director.key, table=table
            )
        yield DirectorTable(group=group, access=access, director=director.key, table=table)
    yield HeartbeatOff(group=group, access=access, servers=tuple(s.key for s in spec.by_role("web")))
