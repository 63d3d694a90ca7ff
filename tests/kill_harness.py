"""Breaks commands at one of their changes, runs them again, looks whether anything is twice, lost or left.

A story is a life of group 1: provision, another scenario, teardown; each of the three may be struck at one
point (tests/strikes.py), while things take their time (tests/paces.py), and is then run again, once. Each
struck command is a trial. After the second run everything has to be as after an undisturbed one, and a third
has nothing to do; at the end, everything is as if nothing had been.

One school serves many stories: group 2 stands all the time and has to stay as it is, with other people's
things beside both.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle, product, zip_longest
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.sim.router.configure import load
from esxlab.sim.walking import walk
from tests.classroom import SPECS, Classroom, Picture, classroom
from tests.foreign import plant_neighbours
from tests.paces import AT_ONCE, PACES, SPEED, TIMELY
from tests.shapes import compare, shape
from tests.strikes import LATE, MODES, PLAIN, PREFIX, ROUTER, VCENTER, Mode, Place, Point, counted, struck

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    from tests.commands import Finished

GROUP = ("-g", "1")
COMMANDS: dict[str, tuple[str, ...]] = {
    "provision": ("provision", *GROUP, "--yes"),
    "switch": ("provision", *GROUP, "--scenario", "lb", "--yes"),
    "teardown": ("teardown", *GROUP, "--yes"),
}
"""The commands of a story, in their order."""
SURVIVED = {0, 7, 8}
"""How a command may end that was not killed: done, or some groups, or all, failed; never by a bug."""
KILLED = -signal.SIGKILL
MACHINE = re.compile(r"\bg\d\d-\w+")
ARCHIVE = "archive\n path flash:esxlab"
Story = dict[str, Point | None]


class Trial(NamedTuple):
    """How a trial went: what was struck (empty: the command never came to that point), how long the one
    repetition took, and what it said that it waited for."""

    struck: str
    again_s: float = 0.0
    waited: str = ""


Done = Callable[[Point, Trial], None]
"""Hears of each trial that went well."""
WAITING = "waiting: "
"""What a command says first when it waits for what another has begun."""


class TroubleError(AssertionError):
    """What a trial has found; `point` is the one after which it was found."""

    def __init__(self, point: Point | None, words: str) -> None:
        super().__init__(f"{point}: {words}")
        self.point = point


def stories(points: Iterable[Point], *, seed: int = 1) -> list[Story]:
    """Every point in some story; as many of the three commands in each story as there are points left."""
    shuffled = list(points)
    Random(seed).shuffle(shuffled)
    lines = [[p for p in shuffled if p.command == command] for command in COMMANDS]
    return [dict(zip(COMMANDS, three, strict=True)) for three in zip_longest(*lines)]


def sample(points: Iterable[Point], *, seed: int = 1) -> list[Point]:
    """One point of every command, world and mode, routers with and without a revert timer apart."""
    kinds: dict[Any, list[Point]] = {}
    for point in points:
        face = point.place.call if point.place.world == "router" else ""
        kinds.setdefault((point.command, point.place.world, face, point.mode), []).append(point)
    choose = Random(seed).choice
    return [choose(kind) for kind in kinds.values()]


def modes_of(place: Place) -> tuple[Mode, ...]:
    """How a place may be struck; what is a task may also fail late."""
    return (*MODES, LATE) if place.call.endswith("_Task") else MODES


@dataclass
class Bench:
    """The school of many stories, and the pictures that they are held against."""

    room: Classroom
    start: Picture
    counts: dict[str, Counter[Place]] = field(default_factory=dict)
    done: dict[str, Picture] = field(default_factory=dict)
    others: frozenset[str] = frozenset()  # references of all machines and folders that are not group 1's

    def points(self) -> list[Point]:
        """Every point of every command, each at one of the paces; those that go on by themselves, at all."""
        turn = cycle(PACES)
        found = []
        for command, places in self.counts.items():
            for place, count in sorted(places.items()):
                for number, mode in product(range(1, count + 1), modes_of(place)):
                    every = place.call in TIMELY and mode == "kill-after"
                    paces = PACES if every else (next(turn),)
                    found += [Point(command, place, number, mode, pace) for pace in paces]
        return found

    def live(self, story: Story, done: Done, *, verify: bool = False) -> None:
        """One story; TroubleError says what is wrong: then the school is to be thrown away."""
        begun = self.room.school.proxies[VCENTER].calls.count
        told = self._told()
        last = max((n for n, point in enumerate(story.values()) if point), default=0)
        point = None
        try:
            for number, (command, point) in enumerate(story.items()):
                if point:
                    done(point, self._trial(point))
                elif number <= last or command == "teardown":
                    self.room.must(*COMMANDS[command])
                if verify and command == "provision":
                    self.room.must("verify", *GROUP)
            compare("after the teardown", self.room.picture(stable=True), self.start)
            self._only_ours(begun, told)
        except AssertionError as error:
            raise TroubleError(point, f"{error}{self._last_words()}") from error

    def _last_words(self) -> str:
        """Of a simulator that has ended: what it said."""
        log = self.room.school.directory / "vcsim.log"
        dead = any(vcsim.process.poll() is not None for vcsim in self.room.school.vcsims.values())
        return f"\nvcsim has ended:\n{log.read_text(encoding='utf-8')[:3000]}" if dead else ""

    def give_up(self, point: Point) -> None:
        """The provision is struck and not tried again: a teardown leaves nothing of it."""
        with struck(self.room, point, COMMANDS["provision"]) as strike:
            strike.victim.wait()
        assert strike.struck, f"{point}: it never came to that"
        self.room.must(*COMMANDS["teardown"])
        compare(f"{point}, after the teardown", self.room.picture(stable=True), self.start)

    def _trial(self, point: Point) -> Trial:
        """The command is struck, and run again, once."""
        room, words = self.room, COMMANDS[point.command]
        room.keep_pace(PACES[point.pace])
        router = next(r for r in room.school.routers if r.name == ROUTER)
        router.faults.no_revert_timer = point.place.call == PLAIN
        with struck(room, point, words) as strike:
            ended = strike.victim.wait()
        expected = {KILLED, 0} if point.kills else SURVIVED
        assert ended.status in (expected if strike.struck else {0}), (
            f"first run: {ended.status}\n{ended.err[-1500:]}"
        )
        whole = complete_copies(room)
        began = time.monotonic()
        again = self._again(words, changes=ended.status != 0)
        again_s = time.monotonic() - began
        assert not (twice := whole & copied(room)), f"copied a second time: {twice}"
        reference = self.done[point.command]
        compare("after the second run", self._shape(room.picture(stable=True)), self._shape(reference))
        assert not any(r.box.revert for r in room.school.routers), "a revert timer still runs"
        if ended.status != 0:
            self._again(words, changes=False)
            assert room.changes() == [], "a lock was left for the third run"
        room.keep_pace(PACES[AT_ONCE])
        waited = [line for line in again.err.splitlines() if line.lower().startswith(WAITING)]
        return Trial(strike.struck, again_s, "; ".join(waited))

    def _again(self, words: tuple[str, ...], *, changes: bool) -> Finished:
        """The same command; whether it may still have something to change.

        A lock that could not be given back is no part of the work: the next run gives it back.
        """
        self.room.checkpoint()
        ended = self.room.must(*words)
        if not changes:
            work = [call for call in self.room.changes() if not call.mentions(".lock")]
            changed = work, self.room.router_commands()
            assert changed == ([], {}), f"there was nothing to do, and it changed {changed}"
        return ended

    def _shape(self, picture: Picture) -> Picture:
        return shape(picture, "demo", (1,), besides=self.start.files)

    def _told(self) -> dict[str, int]:
        """How many commands every other router was given."""
        return {r.name: len(r.commands) for r in self.room.school.routers if r.name != ROUTER}

    def _only_ours(self, begun: int, told: dict[str, int]) -> None:
        """By the list of calls: nothing of the other group, of other people or of the model was named."""
        calls = self.room.school.proxies[VCENTER].calls.since(begun, mutating=True)
        for call in calls:
            assert call.target.partition(":")[2] not in self.others, f"{call} is not about group 1"
            written = [value for key, value in call.arguments if key != "sourceName"]
            assert not any("g02" in value or "modeleD9" in value for value in written), f"{call}: not ours"
        assert self._told() == told, "another group's router was told something"


@contextlib.contextmanager
def bench(directory, *, speed: float = SPEED):
    """A school where group 2 of the demonstration stands, beside which group 1 is broken again and again."""
    with classroom(SPECS / "demo.yaml", directory, speed=speed) as room:
        room.keep_pace(PACES[AT_ONCE])
        plant_neighbours(room, "demo", 1)
        router = next(r for r in room.school.routers if r.name == ROUTER)
        load(router.box.running, ARCHIVE)
        router.box.write_memory()
        room.must("provision", "-g", "2", "--yes")
        room.must("verify", "-g", "2")
        trials = Bench(room, room.picture(stable=True), others=references(room))
        for command, words in COMMANDS.items():
            trials.counts[command] = counted(room, words)
            trials.done[command] = room.picture(stable=True)
        compare("after an undisturbed teardown", trials.done["teardown"], trials.start)
        yield trials


def references(room: Classroom) -> frozenset[str]:
    """The references of all machines that there are now."""
    machines = [v for found in room.inventory().values() for k, vs in found.items() for v in vs if "vm-" in v]
    return frozenset(re.findall(r"'(vm-\d+)'", " ".join(machines)))


def complete_copies(room: Classroom, prefix: str = PREFIX) -> set[str]:
    """The machines (g01-srvweb1) that are there, or whose copy is marked as whole; of group 1 or others."""
    files = [file for file in walk(room.datastores) if file.parent.name.startswith(prefix)]
    found = {file.parent.name for file in files if file.suffix == ".vmx"}
    for file in files:
        if file.name != "esxlab.json":
            continue
        with contextlib.suppress(ValueError, FileNotFoundError):
            content = json.loads(file.read_text(encoding="utf-8"))
            if content["disk"] == "complete":
                found.add(file.parent.name)
    return found


def copied(room: Classroom, prefix: str = PREFIX) -> set[str]:
    """The machines for which a copy was started since the checkpoint."""
    calls = [call for call in room.changes() if call.method == "CopyVirtualDisk_Task"]
    named = (MACHINE.search(value) for call in calls for _, value in call.arguments)
    return {match[0] for match in named if match and match[0].startswith(prefix)}
