"""Two groups in one run: a bad one and its neighbour, by each command that dials a guest."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from esxlab.actions.base import Action
from esxlab.backends.credentials import Credentials
from esxlab.backends.guest import ParamikoGuests
from esxlab.backends.guest.limits import Limits
from esxlab.backends.protocols import Backends
from esxlab.checks.base import Answer, Check
from esxlab.engine.ask import Asking
from esxlab.engine.drill_runner import DrillRunner
from esxlab.engine.parallel import parallel_map
from esxlab.engine.run import Announcer, Runner
from esxlab.errors import LabError
from esxlab.lab.guest import Guest, GuestChange, GuestFile, SshHop, SshRoute
from esxlab.lab.identity import GroupId
from esxlab.performing import perform
from esxlab.planning.plan import GroupPlan, Plan
from esxlab.sim.access import SchoolEndpoints

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from esxlab.backends.protocols import CommandResult

BAD, GOOD = GroupId("hostile", 1), GroupId("hostile", 2)
WANTED = Guest("masterGr0", files=(GuestFile("/etc/motd", "hello\n"),))
CHANGE = GuestChange(write=(GuestFile("/run/esxlab-hostile/a", "it's $HOME `x` \\n\n"),))
SHORT = Limits(
    tcp_s=1.0, ssh_s=0.6, least_s=0.2, told_s=0.3, reader_s=0.5, open_s=0.4, greeting_s=0.5, look_s=0.1,
    last_s=0.2, batch_s=0.8, answer_s=0.6, silence_s=0.4, script_s=0.8, most=1 << 20,
)  # fmt: skip
"""For a bad group that is ended by one; its neighbour has LONG, as in a real run."""
LONG = Limits()
LONG_FOR_LESS = replace(LONG, most=SHORT.most)


@dataclass(frozen=True, slots=True)
class Patience:
    """With the bad group: seconds for dialling and for a command, the backend's own limits."""

    dial_s: float = 60.0
    command_s: float = 60.0
    limits: Limits = LONG_FOR_LESS


def patience_with(codes: Collection[str]) -> Patience:
    """Short only where the error is that of this limit: a busy computer must change no other end."""
    if "guest.unreachable" in codes:
        return Patience(0.3, 0.6, SHORT)
    if {"guest.timeout", "guest.silent"} & set(codes):
        dialling = {name: getattr(LONG, name) for name in ("tcp_s", "ssh_s", "least_s", "told_s")}
        return Patience(60.0, 0.6, replace(SHORT, **dialling))
    return Patience()


@dataclass(slots=True)
class TwoSorts:
    """`Guests` for both: the bad group's are given up early where that is what ends them."""

    bad: ParamikoGuests
    good: ParamikoGuests
    patience: Patience

    def leave(self, group: int) -> None:
        (self.bad if group == BAD.number else self.good).leave(group)

    def of(self, route: SshRoute) -> ParamikoGuests:
        return self.bad if route.group == BAD.number else self.good


@dataclass(frozen=True, slots=True, kw_only=True)
class Apply(Action):
    """What provision does in a guest."""

    verb: ClassVar[str] = "configure"
    route: SshRoute
    change: GuestChange = CHANGE

    @property
    def subject(self) -> str:
        return self.route.machine

    def describe(self) -> str:
        return "configure"


@perform.register(Apply)
def do_it(action: Apply, backends: Any) -> None:
    backends.guests.of(action.route).apply(action.route, action.change, nic_names={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Check):
    """What verify does, and drill before it breaks anything."""

    name: ClassVar[str] = "page-outside"
    route: SshRoute = field(compare=False)
    command: tuple[str, ...] = ("hostname",)

    def describe(self) -> str:
        return "hostname?"

    def ask(self, backends: Any, *, wait_s: float = 0.0) -> Answer:
        timeout_s = backends.guests.patience.command_s if self.group == BAD else 60.0  # type: ignore[attr-defined]
        answer: CommandResult = backends.guests.of(self.route).run(
            self.route, self.command, timeout_s=timeout_s
        )
        return Answer("ok" if answer.exit_status == 0 else "failed", answer.stdout)


def routes_to(bad_port: int, good_port: int) -> dict[GroupId, SshRoute]:
    return {
        group: SshRoute(group.number, (SshHop("srvweb1", "127.0.0.1", port),))
        for group, port in ((BAD, bad_port), (GOOD, good_port))
    }


def provision(backends: Backends, routes: dict[GroupId, SshRoute]) -> dict[GroupId, LabError | None]:
    plans = [GroupPlan(group, (Apply(group=group, route=route),)) for group, route in routes.items()]
    report = Runner(backends, Announcer([]), workers=4).run(Plan("provision", "hostile", tuple(plans)))
    ended = {group.group: group.error for group in report.groups}
    return {group: ended[group.number] for group in routes}


def plan_deep(backends: Backends, routes: dict[GroupId, SshRoute]) -> dict[GroupId, LabError | None]:
    def look(item: tuple[GroupId, SshRoute]) -> Any:
        group, route = item
        guests = backends.guests.of(route)  # type: ignore[attr-defined]
        dial_s = backends.guests.patience.dial_s if group == BAD else 60.0  # type: ignore[attr-defined]
        return guests.observe(route, WANTED, timeout_s=dial_s)

    answers = parallel_map(look, routes.items(), workers=4)
    return {
        group: answer if isinstance(answer, LabError) else None
        for group, answer in zip(routes, answers, strict=True)
    }


def verify(backends: Backends, routes: dict[GroupId, SshRoute]) -> dict[GroupId, LabError | None]:
    asking = Asking(backends, Announcer([]), threading.Event(), wait_s=0.0)
    results = asking.ask_all({g: (Ask(group=g, route=route),) for g, route in routes.items()}, workers=4)
    return {group: result.answer.error for group, result in zip(routes, results, strict=True)}


def drill(backends: Backends, routes: dict[GroupId, SshRoute]) -> dict[GroupId, LabError | None]:
    runner = DrillRunner(backends, Announcer([]), threading.Event(), wait_s=0.0)
    checks = {group: (Ask(group=group, route=route),) for group, route in routes.items()}
    results = runner.run(dict.fromkeys(routes, ()), checks, workers=4)
    return {group: result.error for group, result in zip(routes, results, strict=True)}


COMMANDS: dict[str, Callable[[Backends, dict[GroupId, SshRoute]], dict[GroupId, LabError | None]]] = {
    "provision": provision,
    "plan --deep": plan_deep,
    "verify": verify,
    "drill": drill,
}


def run(
    command: str,
    bad_port: int,
    good_port: int,
    *,
    bad_password: str,
    good_password: str,
    codes: Collection[str] = (),
):
    """How both groups ended: an error, or None. `codes`: those that the bad one may end with."""
    patience = patience_with(codes)

    def guests(password: str, limits: Limits, connect_s: float) -> ParamikoGuests:
        found = ParamikoGuests(
            SchoolEndpoints(),
            Credentials(known={"guest": password}),
            limits=limits,
            connect_timeout_s=connect_s,
        )
        found.connections.pause_s = 0.01
        return found

    with (
        closing(guests(bad_password, patience.limits, patience.dial_s)) as bad,
        closing(guests(good_password, LONG, 60.0)) as good,
    ):
        backends = Backends(None, TwoSorts(bad, good, patience), None)  # type: ignore[arg-type] # guests only
        return COMMANDS[command](backends, routes_to(bad_port, good_port))


ENDS_S = 60.0
"""Far longer than a thread needs to end after the call that ends it."""


def left_behind(before: set[threading.Thread], *, names: tuple[str, ...] = ("esxlab",)) -> list[str]:
    """The threads of such names that were not there before, a peer's own apart, and do not end."""
    deadline = time.monotonic() + ENDS_S
    while left := [
        thread.name
        for thread in set(threading.enumerate()) - before
        if thread.name.startswith(names) and not getattr(thread, "server_mode", False)
    ]:
        if time.monotonic() > deadline:
            return left
        time.sleep(0.01)
    return []
