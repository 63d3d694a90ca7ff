"""The drills of part 2: a real server that fails unnoticed, and what schedulers and weights do."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING, ClassVar

from esxlab import texts
from esxlab.checks.asking import END_OF_PAGE, fetch, server_named_on
from esxlab.drills.base import Drill, Findings, Phase
from esxlab.drills.setup import DrillSetup
from esxlab.drills.steps import StartService, StopService
from esxlab.drills.timeline import Entry, lost
from esxlab.errors import LabError
from esxlab.exercises.family.setup import APACHE, web_servers
from esxlab.exercises.lb.steps import LoadRules, RemoveRealServer, RestoreRules
from esxlab.exercises.lb.table import ipvs_table
from esxlab.foreign import whole
from esxlab.lab.web import http_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from esxlab.checks.asking import GuestAccess
    from esxlab.drills.drill_run import DrillRun
    from esxlab.drills.setup import WebServer
    from esxlab.drills.steps import Step
    from esxlab.drills.timeline import DoneStep, Sample
    from esxlab.exercises.exercise import BuildDrill
    from esxlab.exercises.family.ipvs import IpvsTable, SchedulerName
    from esxlab.lab.lab import Lab
    from esxlab.spec.resolved import GroupSpec

REQUESTS = 50
MANY = 200
MOST_CONNECTIONS = 10**12
NEAR = 0.1
"""How far the share of failing requests may be from the dead server's own share."""
SETTINGS: tuple[tuple[SchedulerName, tuple[int, ...]], ...] = (
    ("rr", (3, 1)),
    ("wrr", (3, 1)),
    ("lc", (1, 1)),
    ("wlc", (3, 1)),
)
"""Scheduler and weights, first server first. rr with 3:1 shows that it ignores weights."""
TABLE_TRIES, TABLE_PAUSE_S = 12, 0.5
ADDED_UP_S = 2.5
"""The kernel adds its counters up every two seconds (ip_vs_est.c), those of a table just replaced too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorDrill(Drill):
    """A drill that changes the director's table, which is put back as the spec has it."""

    table: IpvsTable

    def restored(self) -> RestoreRules:
        """The step that puts the spec's own table back."""
        return RestoreRules(label=self.table.scheduler, table=self.table)

    def recovery(self) -> tuple[Step, ...]:
        """The table."""
        return (self.restored(),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStopped(DirectorDrill):
    """apache2 of one real server is stopped; IPVS goes on sending requests to it."""

    name: ClassVar[str] = "server"

    @property
    def victim(self) -> WebServer:
        """The last server that gets requests."""
        return [server for server in self.setup.servers if server.hostname in self.table.parts][-1]

    @property
    def share(self) -> float:
        """Of the requests, how many the victim gets, 0 to 1."""
        return self.table.parts[self.victim.hostname] / self.table.turn

    def facts(self) -> dict[str, object]:
        """Who is stopped."""
        return {"server": self.victim.key}

    def run(self, drill_run: DrillRun) -> Findings:
        """All well; one server stopped; taken out of the table by hand; everything as before."""
        victim, names = self.victim, tuple(self.table.parts)
        requests = self.table.whole_turns(REQUESTS)
        with drill_run.probing():
            well = drill_run.collect(requests)
            drill_run.inject(StopService(server=victim, service=APACHE))
            hurt = drill_run.collect(requests)
            drill_run.perform(RemoveRealServer(server=victim, table=self.table))
            mended = drill_run.collect(requests)
            drill_run.perform(StartService(server=victim, service=APACHE), self.restored())
            again = drill_run.collect(requests)
        parts = {"well": well, "hurt": hurt, "taken_out": mended, "again": again}
        phases = tuple(
            _phase(texts.say(f"phase.{key}", server=victim.key), part, names) for key, part in parts.items()
        )
        good = abs(phases[1].lost_share - self.share) <= NEAR and not any(phases[i].lost for i in (0, 2, 3))
        seen = texts.say(
            "drill.seen.server",
            share=f"{phases[1].lost_share:.0%}",
            after=f"{phases[2].lost_share:.0%}",
        )
        asked = [sample for part in parts.values() for sample in part]
        spans = [(part[0].at, part[-1].at, p) for p, part in zip(phases, parts.values(), strict=True) if part]
        lines = _entries(drill_run.done_steps, spans)
        return Findings(
            good, seen, len(asked), lost(asked), phases=phases, entries=lines, unread=drill_run.unread
        )

    def recovery(self) -> tuple[Step, ...]:
        """The service of every server, then the table."""
        services = (StartService(server=server, service=APACHE) for server in self.setup.servers)
        return (*services, self.restored())


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedulers(DirectorDrill):
    """About 200 requests with each scheduler, with weights."""

    name: ClassVar[str] = "schedulers"

    @property
    def tables(self) -> tuple[IpvsTable, ...]:
        """The spec's service with each of SETTINGS."""
        return tuple(self.table.weighing(scheduler, self._of_all(two)) for scheduler, two in SETTINGS)

    @property
    def requests(self) -> int:
        """With each table: whole turns of all of them, 200 with two servers."""
        turns = lcm(*(table.turn for table in self.tables))
        return -(-MANY // turns) * turns

    def facts(self) -> dict[str, object]:
        """How many requests."""
        return {"requests": self.requests}

    def run(self, drill_run: DrillRun) -> Findings:
        """Change the table, count, next; the spec's own table at the end."""
        phases = []
        self._let_counters_settle(drill_run)
        for table in self.tables:
            label = f"{table.scheduler} {':'.join(str(server.weight) for server in table.servers)}"
            drill_run.inject(LoadRules(label=label, table=table))
            phases.append(self._ask(drill_run, label, table.shares(self.requests)))
        drill_run.perform(self.restored())
        good = all(_near(phase) and not phase.lost for phase in phases)
        parts = [
            (step.end, after.begin, phase) for step, after, phase in _between(drill_run.done_steps, phases)
        ]
        lines = _entries(drill_run.done_steps, parts)
        sent, missed = sum(p.requests for p in phases), sum(p.lost for p in phases)
        seen = "; ".join(f"{p.text} {'/'.join(str(n) for _, n in p.counts)}" for p in phases)
        return Findings(good, seen, sent, missed, phases=tuple(phases), entries=lines)

    def _let_counters_settle(self, drill_run: DrillRun) -> None:
        """What was asked until now: the kernel would add it to the new table's first numbers."""
        self.setup.run(drill_run.backends, self.setup.director, ("sleep", f"{ADDED_UP_S:.1f}"))

    def _of_all(self, weights: tuple[int, ...]) -> tuple[int, ...]:
        """As many weights as there are servers; those beyond the second have the second's."""
        return tuple(weights[min(i, len(weights) - 1)] for i in range(len(self.table.servers)))

    def _ask(self, drill_run: DrillRun, label: str, expected: dict[str, int] | None) -> Phase:
        command = fetch(f"{self.setup.url}?[1-{self.requests}]")
        answer = self.setup.run(drill_run.backends, self.setup.client, command, timeout_s=self.requests * 2)
        pages = answer.stdout.split(END_OF_PAGE)[:-1]
        if not pages:
            raise LabError("drill.step", where=self.setup.client, detail=answer.stderr.strip(),
                           command="curl", status=answer.exit_status)  # fmt: skip
        seen = Counter(server_named_on(page) for page in pages)
        counts = tuple((server.hostname, seen[server.hostname]) for server in self.setup.servers)
        missed = self.requests - sum(number for _, number in counts)
        table = self._table(drill_run)
        return Phase(label, counts, missed, None if expected is None else tuple(expected.items()), table)

    def _table(self, drill_run: DrillRun) -> tuple[tuple[str, int], ...]:
        """The connections that the director has counted since the table was set."""
        counted: tuple[tuple[str, int], ...] = ()
        for _ in range(TABLE_TRIES):
            shown = self.setup.run(
                drill_run.backends, self.setup.director, ("ipvsadm", "-L", "-n", "--stats")
            )
            counted = tuple(connections(shown.stdout, self.setup.servers))
            if sum(number for _, number in counted) >= self.requests:
                break
            time.sleep(TABLE_PAUSE_S)
        return counted


def connections(table: str, servers: Sequence[WebServer]) -> Iterator[tuple[str, int]]:
    """Host name and connections of each real server, from `ipvsadm -L -n --stats`; 0 when it is not there."""
    words = [line.split() for line in table.splitlines()]
    found = {line[1].partition(":")[0]: line[2] for line in words if line[:1] == ["->"] and len(line) > 2}  # noqa: PLR2004
    for server in servers:
        yield server.hostname, whole(found.get(server.address, "0"), most=MOST_CONNECTIONS)


def _near(phase: Phase) -> bool:
    """The promised numbers, by the pages and by the table.

    A request of somebody else in between shifts the turn by one.
    """
    promises = [phase.table] if phase.table is not None and not phase.lost else []
    promises += [phase.expected] if phase.expected is not None else []
    seen = dict(phase.counts)
    return all(abs(seen.get(name, 0) - number) <= 1 for promise in promises for name, number in promise)


def _phase(text: str, part: Sequence[Sample], names: Sequence[str]) -> Phase:
    seen = Counter(sample.who for sample in part)
    return Phase(text, tuple((name, seen[name]) for name in names), lost(part))


def count_text(phase: Phase) -> str:
    """SRV1 25, SRV2 25, lost 0."""
    counts = ", ".join(f"{name} {number}" for name, number in phase.counts)
    return texts.say("drill.counts", counts=counts, lost=phase.lost)


def _between(
    done_steps: Sequence[DoneStep], phases: Sequence[Phase]
) -> Iterator[tuple[DoneStep, DoneStep, Phase]]:
    """Each phase with the step before it and the step after it."""
    for (before, after), phase in zip(pairwise(done_steps), phases, strict=True):
        yield before, after, phase


def _entries(
    done_steps: Sequence[DoneStep], spans: Sequence[tuple[float, float, Phase]]
) -> tuple[Entry, ...]:
    """The steps, and each phase as one line: begin, end, counts."""
    zero = done_steps[0].begin
    found = [Entry(step.begin - zero, "step", step.text) for step in done_steps]
    found += [Entry(begin - zero, "answer", count_text(p), end - begin) for begin, end, p in spans]
    return tuple(sorted(found, key=lambda entry: entry.at_s))


def build_setup(spec: GroupSpec, wanted: Lab, access: GuestAccess) -> DrillSetup:
    """A client asks the virtual address."""
    client = next((name for name in ("ClientA", "ClientB") if spec.machine(name)), "")
    if not client:
        raise LabError("drill.no_client", where=str(spec.group))
    table, (director,) = ipvs_table(spec), spec.by_role("balancer")
    url = http_url(table.address, table.port)
    return DrillSetup(access, client, url, table.address, web_servers(spec, wanted), director.key)


def _build(kind: type[DirectorDrill], spec: GroupSpec, setup: DrillSetup) -> DirectorDrill:
    return kind(group=spec.group, setup=setup, table=ipvs_table(spec))


DRILLS: Mapping[str, BuildDrill] = {kind.name: partial(_build, kind) for kind in (ServerStopped, Schedulers)}
"""A new drill is one class and its place here."""
