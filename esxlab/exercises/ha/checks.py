"""The questions of part 1: the cluster address, its page from both sides, the active node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from esxlab import texts
from esxlab.checks.asking import ANY, LabCheck, judge
from esxlab.checks.common import Pings
from esxlab.exercises.family.checks import ServerPage
from esxlab.exercises.ha.guests import AUTHKEYS, AUTHKEYS_MODE, HA_CF, HARESOURCES
from esxlab.exercises.ha.spec import ClusterSpec
from esxlab.lab.web import HTTP_PORT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.backends.protocols import Backends
    from esxlab.checks.asking import GuestAccess
    from esxlab.checks.base import Answer, Check
    from esxlab.spec.resolved import GroupSpec

SAME = (HARESOURCES, AUTHKEYS)
"""Alike on both servers; ha.cf names the server's own card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPage(ServerPage):
    """A client inside reads a server's page at the cluster address."""

    name: ClassVar[str] = "page-inside"


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterPage(ServerPage):
    """The same page through the router's static NAT."""

    name: ClassVar[str] = "page-outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveNode(LabCheck):
    """Exactly one server holds the cluster addresses, on alias interfaces."""

    name: ClassVar[str] = "active-node"

    servers: tuple[str, ...]
    addresses: tuple[str, ...]

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:
        """The address tables of both servers."""
        return self.patiently(lambda: self._once(backends), wait_s=wait_s)

    def _once(self, backends: Backends) -> Answer:
        holders: dict[str, list[str]] = {address: [] for address in self.addresses}
        labels = []
        for server in self.servers:
            table = self.run(backends, server, "ip", "-o", "-4", "addr", "show").stdout
            for line in table.splitlines():
                for address in self.addresses:
                    if f" {address}/" in line:
                        holders[address].append(server)
                        labels.append(_label(line))
        look = f"{self.servers[0]}: ip addr; tail /var/log/ha-log"
        if wrong := [address for address, who in holders.items() if len(who) != 1]:
            who = ", ".join(holders[wrong[0]]) or texts.say("seen.nobody")
            return judge(False, texts.say("seen.held_by", address=wrong[0], who=who), look=look)
        active = holders[self.addresses[0]][0]
        return judge(all(":" in label for label in labels), f"{active} {' '.join(labels)}", look=look)


def _label(line: str) -> str:
    """The label at the end of an address line, before the backslash: `... scope global ens160:0`."""
    words = line.partition("\\")[0].split()
    return words[-1] if words else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatFiles(LabCheck):
    """Heartbeat runs on both servers with the same files, and authkeys can be read by root only."""

    name: ClassVar[str] = "heartbeat"

    servers: tuple[str, ...]

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:  # noqa: ARG002 - asked once
        """cl_status, digests and modes on both servers."""
        digests = {}
        for server in self.servers:
            status = self.run(backends, server, "cl_status", "hbstatus", answers=ANY)
            if status.exit_status != 0:
                seen = texts.say("seen.not_running", service="heartbeat", machine=server)
                return judge(False, seen, look=f"{server}: systemctl status heartbeat; tail /var/log/ha-log")
            mode = self.run(backends, server, "stat", "-c", "%a %U", AUTHKEYS, answers=(0, 1)).stdout.strip()
            if mode != f"{AUTHKEYS_MODE:o} root":
                return judge(False, f"{server}: authkeys {mode}", look=f"{server}: ls -l /etc/ha.d")
            sums = self.run(backends, server, "sha256sum", *SAME, answers=(0, 1)).stdout
            digests[server] = tuple(line.split()[0] for line in sums.splitlines() if line.strip())
        same = len(set(digests.values())) == 1
        seen = texts.say("seen.same_files") if same else texts.say("seen.other_files")
        return judge(same, seen, look=f"{self.servers[0]}: sha256sum {' '.join((HA_CF, *SAME))}")


def build_checks(spec: GroupSpec, access: GuestAccess) -> Iterator[Check]:
    """The questions of part 1, in the order in which a teacher would ask them."""
    group, servers = spec.group, spec.by_role("web")
    keys, hostnames = tuple(s.key for s in servers), tuple(s.hostname for s in servers)
    addresses = tuple(str(address.ip) for address in spec.part(ClusterSpec).addresses)
    inside, outside = spec.machine("ClientB"), spec.machine("ClientA")
    if inside:
        yield ClusterPage(
            group=group,
            access=access,
            client=inside.key,
            address=addresses[0],
            port=HTTP_PORT,
            hostnames=hostnames,
        )
    yield ActiveNode(group=group, access=access, servers=keys, addresses=addresses)
    yield HeartbeatFiles(group=group, access=access, servers=keys)
    if inside:
        targets = [(s.key, str(s.inside.ip)) for s in servers if s.inside]
        targets += [(address, address) for address in addresses]
        yield Pings(group=group, access=access, client=inside.key, targets=tuple(targets))
    if outside and spec.router:
        address, port = str(spec.router.outside_address.ip), spec.router.outside_port
        yield RouterPage(
            group=group, access=access, client=outside.key, address=address, port=port, hostnames=hostnames
        )
