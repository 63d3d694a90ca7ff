"""Breaks a command at one of its changes, runs it again, and looks whether anything is twice, lost or left.

A point is the n-th change of one world while a command runs: a mutating call of vSphere, a command over SSH
to a guest, a configuration line of the router. What happens there is a mode:

- kill-before: SIGKILL, and the change never arrives;
- kill-after: the change is made, then SIGKILL before its answer;
- lost-reply: the change is made, its answer is lost, the command lives;
- reset: the change never arrives, the command lives.

One school serves many trials: a neighbouring group stands all the time and has to stay as it is, with other
people's things beside both.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from esxlab.sim.proxy.rules import Rule
from tests.classroom import SPECS, Classroom, Picture, classroom
from tests.foreign import plant_neighbours

World = Literal["vsphere", "guest", "router"]
Mode = Literal["kill-before", "kill-after", "lost-reply", "reset"]
MODES: dict[World, tuple[Mode, ...]] = {
    "vsphere": ("kill-before", "kill-after", "lost-reply", "reset"),
    "guest": ("kill-before", "kill-after", "lost-reply", "reset"),
    "router": ("kill-before", "kill-after", "reset"),
}
VCENTER = "vcenter.school.example"
ROUTER = "router1.school.example"
GROUP = ("-g", "1")
COMMANDS: dict[str, tuple[str, ...]] = {
    "provision": ("provision", *GROUP, "--yes"),
    "switch": ("provision", *GROUP, "--scenario", "lb", "--yes"),
    "teardown": ("teardown", *GROUP, "--yes"),
}
"""The command of each trial; before `switch` and `teardown` a provision has been."""
SURVIVED = {0, 7, 8}
"""How a command may end that was not killed: done, or some groups, or all, failed; never by a bug."""
KILLED = -signal.SIGKILL
FRESH = re.compile(r"(?:vm|group)-\w+|SHA256:[\w+/=]+|\d{4}-\d\d-\d\d[T ][^']*")
"""What every provision makes anew: references, host keys, boot times."""
LOCK = "esxlab-demo-g01.lock"
"""Who is killed cannot give it back, and a run without a change takes none: it goes with the next change."""
MACHINE = re.compile(r"g01-(\w+)")


class Point(NamedTuple):
    """Where a command is broken, and how."""

    command: str
    world: World
    number: int
    mode: Mode

    def __str__(self) -> str:
        return f"{self.command}, {self.world} {self.number}, {self.mode}"


class TroubleError(AssertionError):
    """What a trial has found."""


def spread(points, count: int):
    """So many of the points, evenly from the first to the last."""
    step = max(1, (len(points) - 1) // (count - 1))
    return points[::step][:count]


@dataclass
class Bench:
    """The school of many trials, and the pictures that they are held against."""

    room: Classroom
    start: Picture
    counts: dict[str, dict[World, int]]
    done: dict[str, Picture]

    def points(self) -> list[Point]:
        """Every point of every command."""
        return [
            Point(command, world, number, mode)
            for command, worlds in self.counts.items()
            for world, count in worlds.items()
            for number in range(1, count + 1)
            for mode in MODES[world]
        ]

    def attempt(self, point: Point, *, verify: bool = False) -> None:
        """One trial; TroubleError says what is wrong afterwards: then the school is to be thrown away."""
        try:
            self._attempt(point, verify=verify)
        except AssertionError as error:
            raise TroubleError(f"{point}: {error}") from error

    def _attempt(self, point: Point, *, verify: bool) -> None:
        room, words = self.room, COMMANDS[point.command]
        if point.command != "provision":
            room.must(*COMMANDS["provision"])
        with struck(room, point) as victim:
            ended = victim.wait()
        expected = {KILLED, 0} if point.mode.startswith("kill") else SURVIVED
        assert ended.status in expected, f"first run: {ended.status}\n{ended.err[-1500:]}"
        whole = complete_copies(room)
        room.mark()
        room.must(*words)
        assert not (again := whole & copied(room)), f"copied a second time: {again}"
        reference = self.done[point.command]
        compare("after the second run", shape(room.picture(stable=True)), shape(reference))
        room.mark()
        room.must(*words)
        assert room.changes() == [], f"the third run changes something: {room.changes()[:3]}"
        assert room.router_commands() == {}
        if verify and point.command != "teardown":
            room.must("verify", *GROUP, *words[3:-1])
        room.must(*COMMANDS["teardown"])
        compare("after the teardown", room.picture(stable=True), self.start)


@contextlib.contextmanager
def bench(directory, *, speed: float = 100.0):
    """A school where group 2 of the demonstration stands, beside which group 1 is broken again and again."""
    with classroom(SPECS / "demo.yaml", directory, speed=speed) as room:
        plant_neighbours(room, "demo", 1)
        room.must("provision", "-g", "2", "--yes")
        room.must("verify", "-g", "2")
        start = room.picture(stable=True)
        counts: dict[str, dict[World, int]] = {}
        done: dict[str, Picture] = {}
        for command, words in COMMANDS.items():
            seen: list[str] = []
            room.mark()
            with watched_guests(room, lambda *what, seen=seen: seen.append(what[1]) and False):
                room.must(*words)
            told = room.router_commands().get(ROUTER, [])
            counts[command] = {
                "vsphere": len(room.changes()),
                "guest": len(seen) // 2,
                "router": len(told),
            }
            done[command] = room.picture(stable=True)
        compare("after an undisturbed teardown", done["teardown"], start)
        yield Bench(room, start, counts, done)


@contextlib.contextmanager
def struck(room: Classroom, point: Point):
    """The command of this point, running, with the fault in its way; no fault is left afterwards."""
    victim: list[Any] = []
    kills = point.mode.startswith("kill")

    def strike(*_: object) -> None:
        if kills and victim:
            victim[0].send(signal.SIGKILL)

    with contextlib.ExitStack() as stack:
        arm(room, point, strike, stack)
        victim.append(room.start(*COMMANDS[point.command]))
        yield victim[0]


def arm(room: Classroom, point: Point, strike, stack: contextlib.ExitStack) -> None:
    if point.world == "vsphere":
        rules = room.school.proxies[VCENTER].rules
        late = point.mode in {"kill-after", "lost-reply"}
        action = "lose_reply" if late else "reset"
        when = {"after": strike} if late else {"before": strike}
        rules.add(Rule(action, method="mutating", nth=point.number, **when))
        stack.callback(rules.clear)
    elif point.world == "guest":
        moment = "after" if point.mode in {"kill-after", "lost-reply"} else "before"
        seen: list[str] = []

        def cut(machine: str, command: str, at: str) -> bool:
            if at != moment or "g02-" in machine:
                return False
            seen.append(command)
            if len(seen) == point.number:
                strike()
            return len(seen) == point.number

        stack.enter_context(watched_guests(room, cut))
    else:
        router = next(r for r in room.school.routers if r.name == ROUTER)
        if point.mode == "reset":
            router.faults.cut_at = point.number
            stack.callback(lambda: setattr(router.faults, "cut_at", 0))
        else:
            after = point.mode == "kill-after"
            log = Told(router.box.log.commands, point.number + after, strike)
            router.box.log.commands = log
            stack.callback(lambda: setattr(router.box.log, "commands", list(log)))


class Told(list):
    """A router's list of commands that strikes when the n-th more comes in."""

    def __init__(self, told, number: int, strike) -> None:
        super().__init__(told)
        self._at = len(told) + number
        self._strike = strike

    def append(self, command) -> None:
        super().append(command)
        if len(self) == self._at:
            self._strike()


@contextlib.contextmanager
def watched_guests(room: Classroom, cut):
    faults = room.school.engine.faults
    faults.cuts = cut
    try:
        yield
    finally:
        faults.cuts = lambda *_: False


def shape(picture: Picture) -> Picture:
    """A picture without what differs from one provision to the next: references, keys, hashes of disks."""
    files = {name: "" for name in picture.files if "g01" in name and LOCK not in name}
    inventory = {
        host: {key: sorted(masked(key, value) for value in values) for key, values in found.items()}
        for host, found in picture.inventory.items()
    }
    others = {name: digest for name, digest in picture.files.items() if "g01" not in name}
    return Picture(files | others, inventory, picture.routers)


def masked(key: str, value: str) -> str:
    ours = "('esxlab.group', '1')" in value or key == "folder esxlab-demo-g01"
    return FRESH.sub("*", value) if ours else value


def compare(when: str, found: Picture, wanted: Picture) -> None:
    for part, here, there in zip(Picture._fields, found, wanted, strict=True):
        if here != there:
            flat_here, flat_there = flat(here), flat(there)
            more = sorted(map(str, flat_here - flat_there))[:6]
            less = sorted(map(str, flat_there - flat_here))[:6]
            raise AssertionError(f"{when}, {part} differ; there are {more}, and there should be {less}")


def flat(content) -> set[tuple[str, str]]:
    """Every fact of one part of a picture: a file, an object, a line of a configuration."""
    return {
        (str(key), line)
        for key, kept in content.items()
        for line in (sorted(objects_of(kept)) if isinstance(kept, dict) else lines_of(kept))
    }


def objects_of(inventory) -> list[str]:
    return [f"{key}: {value}" for key, values in inventory.items() for value in values]


def lines_of(kept) -> list[str]:
    texts = kept if isinstance(kept, tuple) else (kept,)
    return [f"{n}: {line}" for n, text in enumerate(texts) for line in str(text).splitlines() or [""]]


def complete_copies(room: Classroom) -> set[str]:
    """The machines of group 1 whose copy is marked as whole."""
    found = set()
    for file in room.datastores.rglob("g01-*/esxlab.json"):
        with contextlib.suppress(ValueError):
            content = json.loads(file.read_text(encoding="utf-8"))
            if content["disk"] == "complete":
                found.add(file.parent.name)
    return found


def copied(room: Classroom) -> set[str]:
    """The machines of group 1 for which a copy was started since the mark."""
    calls = [call for call in room.changes() if call.method == "CopyVirtualDisk_Task"]
    return {f"g01-{m[1]}" for call in calls for _, value in call.arguments if (m := MACHINE.search(value))}
