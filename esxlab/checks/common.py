"""Questions that both parts of the exercise ask: machines, isolation, router."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from esxlab import texts
from esxlab.checks.asking import LabCheck, judge, unanswered
from esxlab.checks.base import Answer, Check

if TYPE_CHECKING:
    from esxlab.backends.protocols import Backends
    from esxlab.lab.lab import Lab
    from esxlab.lab.router import RouterAddress

NO_ROUTE = "Network is unreachable"
"""ENETUNREACH in the C locale, which every script has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinesStand(Check):
    """Every machine exists, is on, and has its cards on the group's own networks."""

    name: ClassVar[str] = "machines"

    wanted: Lab
    found: Lab

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:  # noqa: ARG002 - vSphere was read before
        """Compare what vSphere said with what is wanted."""
        if self.found.problems:
            problem = self.found.problems[0]
            return Answer("error", problem.brief, error=problem)
        wrong = []
        for machine in self.wanted.machines:
            there = self.found.machine(machine.owner.machine)
            networks = {nic.mac: nic.network for nic in machine.nics}
            if there is None:
                wrong.append(texts.say("seen.missing", machine=machine.owner.machine))
            elif not there.powered_on:
                seen = "seen.suspended" if there.is_suspended else "seen.off"
                wrong.append(texts.say(seen, machine=machine.owner.machine))
            elif any(networks.get(nic.mac) != nic.network or not nic.connected for nic in there.nics):
                wrong.append(texts.say("seen.elsewhere", machine=machine.owner.machine))
        number = self.group.number
        seen = ", ".join(wrong) or texts.say("seen.all_on", count=len(self.wanted.machines))
        return judge(not wrong, seen, look=f"esxlab status --group {number}")


def reaches(check: LabCheck, backends: Backends, machine: str, address: str, *, seconds: int) -> bool:
    """Whether an echo request of this machine is answered; LabError check.* when it could not be sent.

    ping ends with 1 when no reply comes, and with 2 for any other error (ping(8)): of these only a network
    to which no route leads is an answer.
    """
    command = ("ping", "-c", "1", "-W", str(seconds), address)
    result = check.run(backends, machine, *command, answers=(0, 1, 2))
    if result.exit_status == 2 and NO_ROUTE not in result.stderr:  # noqa: PLR2004 - ping's own number
        raise unanswered(machine, command, result)
    return result.exit_status == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pings(LabCheck):
    """A client reaches these addresses: what -> address."""

    name: ClassVar[str] = "ping"

    client: str
    targets: tuple[tuple[str, str], ...]

    def facts(self) -> dict[str, object]:
        """Who pings whom."""
        return {"client": self.client, "targets": ", ".join(name for name, _ in self.targets)}

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:
        """One echo request each, repeated while the lab may still be starting."""
        return self.patiently(lambda: self._once(backends), wait_s=wait_s)

    def _once(self, backends: Backends) -> Answer:
        for name, address in self.targets:
            if not reaches(self, backends, self.client, address, seconds=2):
                seen = texts.say("seen.no_answer", name=name, address=address)
                return judge(False, seen, look=f"{self.client}: ping -c 3 {address}")
        return Answer("ok", texts.say("seen.all_answer", count=len(self.targets)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolated(LabCheck):
    """No server reaches the school's network any more."""

    name: ClassVar[str] = "isolation"

    machines: tuple[str, ...]
    gateway: str

    def facts(self) -> dict[str, object]:
        """Whom must nobody reach."""
        return {"gateway": self.gateway}

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:  # noqa: ARG002 - asked once
        """An echo request that must stay without an answer, from each machine."""
        for machine in self.machines:
            if reaches(self, backends, machine, self.gateway, seconds=1):
                seen = texts.say("seen.reaches", name=machine, address=self.gateway)
                return judge(False, seen, look=f"{machine}: ip route get {self.gateway}")
        return Answer("ok", texts.say("seen.isolated", count=len(self.machines)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterStands(Check):
    """Both interfaces are up, and the static translation is as wanted (or absent)."""

    name: ClassVar[str] = "router"

    address: RouterAddress
    interfaces: tuple[str, str]
    outside: str  # 192.16.193.20:80
    inside: str  # 172.16.193.30:80; empty: no translation is wanted

    def ask(self, backends: Backends, *, wait_s: float = 0.0) -> Answer:  # noqa: ARG002 - asked once
        """Two show commands."""
        brief = backends.routers.show(self.address, "show ip interface brief")
        for interface in self.interfaces:
            row = next((line for line in brief.splitlines() if line.split()[:1] == [interface]), "")
            if not re.search(r"\bup\s+up\s*$", row):
                seen = texts.say("seen.interface_down", interface=interface)
                return judge(False, seen, look=f"{self.address.host}: show ip interface brief")
        table = backends.routers.show(self.address, "show ip nat translations")
        static = any(line.split()[:3] == ["tcp", self.outside, self.inside] for line in table.splitlines())
        others = [line for line in table.splitlines() if line.split()[1:2] == [self.outside]]
        if self.inside:
            seen = (
                f"{self.outside} -> {self.inside}"
                if static
                else texts.say("seen.no_static", outside=self.outside)
            )
            return judge(static, seen, look=f"{self.address.host}: show ip nat translations")
        seen = texts.say("seen.no_static", outside=self.outside)
        return judge(
            not others, others[0] if others else seen, look=f"{self.address.host}: show ip nat translations"
        )
