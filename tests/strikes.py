"""Where a running command can be struck: the n-th change of one kind in one world, and what happens there.

vSphere is struck at the n-th call of a method, a guest at the n-th command over SSH to it, the router at the
n-th command that changes it, those of its revert timer included.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from esxlab.sim.proxy.rules import Rule
from esxlab.sim.proxy.soap import Fault
from tests.paces import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.classroom import Classroom

World = Literal["vsphere", "guest", "router"]
Mode = Literal["kill-before", "kill-after", "lost-reply", "reset", "late-fault"]
MODES: tuple[Mode, ...] = ("kill-before", "kill-after", "lost-reply", "reset")
"""SIGKILL and the change never arrives; the change, then SIGKILL before its answer; the change, and its
answer is lost; the connection is reset and the change never arrives."""
LATE: Mode = "late-fault"
"""Of a task only: it begins, and fails after a while."""
LATE_S = 0.2
VCENTER = "vcenter.school.example"
ROUTER = "router1.school.example"
PREFIX = "g01-"
TIMER, PLAIN = "with revert timer", "without revert timer"
"""A router's two faces: since 12.4(20)T, and before."""
TIMED = ("configure confirm", "configure terminal revert")
"""What an older IOS does not know."""
MOMENTS = {
    "kill-before": "before",
    "reset": "before",
    "kill-after": "after",
    "lost-reply": "after",
    LATE: "before",
}


ACTIONS = {LATE: "fail_task"}


class Place(NamedTuple):
    """One kind of change: a vSphere method, a guest, one of the router's two faces."""

    world: World
    call: str


class Point(NamedTuple):
    """Where a command is struck, and how."""

    command: str
    place: Place
    number: int  # from 1
    mode: Mode
    pace: str = AT_ONCE

    def __str__(self) -> str:
        where = f"{self.place.world} {self.place.call} {self.number}"
        return f"{self.command}, {where}, {self.mode}, {self.pace}"

    @property
    def kills(self) -> bool:
        return self.mode.startswith("kill")


@dataclass
class Strike:
    """What is to happen, once; `struck` says what it was that was struck."""

    point: Point
    struck: str = ""
    victim: Any = None
    started: threading.Event = field(default_factory=threading.Event)

    def happen(self, what: str) -> None:
        self.struck = what
        if self.point.kills and self.started.wait(10):
            self.victim.send(signal.SIGKILL)


@contextlib.contextmanager
def struck(room: Classroom, point: Point, words: tuple[str, ...]) -> Iterator[Strike]:
    """The command of this point, running, with the strike in its way; afterwards nothing is in its way."""
    strike = Strike(point)
    arm = {"vsphere": in_vsphere, "guest": in_guests, "router": in_router}[point.place.world]
    with arm(room, strike):
        strike.victim = room.start(*words)
        strike.started.set()
        yield strike


@contextlib.contextmanager
def in_vsphere(room: Classroom, strike: Strike) -> Iterator[None]:
    point, rules = strike.point, room.school.proxies[VCENTER].rules
    action = ACTIONS.get(point.mode, "lose_reply" if MOMENTS[point.mode] == "after" else "reset")
    when = {MOMENTS[point.mode]: lambda call: strike.happen(described(call))}
    late = {"fault": Fault("SystemError", "A general system error occurred"), "seconds": LATE_S}
    rules.add(Rule(action, method=point.place.call, nth=point.number, **late, **when))
    try:
        yield
    finally:
        rules.clear()


def described(call: Any) -> str:
    """A vSphere call with what it names of the group."""
    named = [value for _, value in call.arguments if PREFIX in value or "-g01" in value]
    return " ".join([call.method, *named[:1]])


@contextlib.contextmanager
def in_guests(room: Classroom, strike: Strike) -> Iterator[None]:
    with watched_guests(room, counting(strike, lambda machine: machine == PREFIX + strike.point.place.call)):
        yield


@contextlib.contextmanager
def in_router(room: Classroom, strike: Strike) -> Iterator[None]:
    cuts = counting(strike, lambda line: strike.point.place.call == TIMER or not line.startswith(TIMED))
    with watched_router(room, lambda line, moment: cuts(line, line, moment)):
        yield


def counting(strike: Strike, ours):
    """Whether this is the place: asked (who, what, moment); every change is counted as it comes in."""
    came = Counter()
    guard = threading.Lock()

    def cut(who: str, what: str, moment: str) -> bool:
        with guard:
            if not ours(who) or moment != MOMENTS[strike.point.mode]:
                return False
            came[moment] += 1
            if came[moment] != strike.point.number:
                return False
        strike.happen(what.split("\n", 1)[0][:60])
        return True

    return cut


@contextlib.contextmanager
def watched_guests(room: Classroom, cut) -> Iterator[None]:
    faults = room.school.engine.faults
    faults.cuts = cut
    try:
        yield
    finally:
        faults.cuts = lambda *_: False


@contextlib.contextmanager
def watched_router(room: Classroom, cut) -> Iterator[None]:
    router = next(r for r in room.school.routers if r.name == ROUTER)
    router.faults.cuts = cut
    try:
        yield
    finally:
        router.faults.cuts = lambda *_: False


def counted(room: Classroom, words: tuple[str, ...]) -> Counter[Place]:
    """Run a command undisturbed: how often it changes each place."""
    came: Counter[Place] = Counter()

    def guest(machine: str, _: str, moment: str) -> bool:
        if moment == "before" and machine.startswith(PREFIX):
            came[Place("guest", machine.removeprefix(PREFIX))] += 1
        return False

    def line(what: str, moment: str) -> bool:
        if moment == "before":
            came[Place("router", TIMER)] += 1
            came[Place("router", PLAIN)] += not what.startswith(TIMED)
        return False

    room.checkpoint()
    with watched_guests(room, guest), watched_router(room, line):
        room.must(*words)
    return came + Counter(Place("vsphere", call.method) for call in room.changes())


def die_at_each(room, kills, *words):
    """This command, once for each (method, what it is about, before or after), killed at that call."""
    rules = room.school.proxies[VCENTER].rules
    for method, containing, moment in kills:
        started, victims = threading.Event(), []

        def kill(_, started=started, victims=victims):
            assert started.wait(10)
            victims[0].send(signal.SIGKILL)

        rules.add(Rule("reset" if moment == "before" else "lose_reply", method, containing, **{moment: kill}))
        victims.append(room.start(*words))
        started.set()
        assert victims[0].wait().status == -signal.SIGKILL, (method, containing)
        rules.clear()
