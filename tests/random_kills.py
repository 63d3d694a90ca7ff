"""SIGKILL at random times over a class of six groups, while things take their time: the same command again.

A command may be killed several times. The first run that nobody kills has to finish: then everything is as
after an undisturbed run, and after the teardown as if nothing had been. Each life of the class has one of the
paces; three of the six routers have a revert timer.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from esxlab.sim.router.configure import load
from tests.classroom import SPECS, Classroom, Picture, classroom
from tests.foreign import plant_neighbours
from tests.kill_harness import ARCHIVE, KILLED, complete_copies, copied
from tests.paces import PACES, SPEED
from tests.shapes import compare, shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KILLS = 200
GROUPS = range(1, 7)
COMMANDS = (
    ("provision", "--yes"),
    ("provision", "--scenario", "lb", "--yes"),
    ("teardown", "--all", "--yes"),
)
MOST_KILLS = 4
"""Of one command before it may come to its end."""


def kill_at_random(left: list[int], *, seed: int, tell: Callable[[int, str, float], None]) -> None:
    """So many kills as there are numbers left; `tell` hears of each: what was wrong afterwards, and its time.

    What is wrong after several kills is told of the last one; the others are tried again in a new school.
    """
    while left:
        with tempfile.TemporaryDirectory() as scratch, six_groups(Path(scratch)) as six:
            while left and six.sound:
                six.live(left, seed, tell)


@dataclass
class Six:
    """The school of six groups, and the pictures of its undisturbed life."""

    room: Classroom
    start: Picture
    took_s: dict[tuple[str, ...], float] = field(default_factory=dict)
    done: dict[tuple[str, ...], Picture] = field(default_factory=dict)
    sound: bool = True

    def live(self, left: list[int], seed: int, tell: Callable[[int, str, float], None]) -> None:
        """One life of the class, each command of it killed a few times."""
        pace = Random(f"{seed}, {left[0]}, pace").choice(sorted(PACES))
        self.room.keep_pace(PACES[pace])
        for words in COMMANDS:
            began = time.monotonic()
            killed: list[int] = []
            try:
                self._kill(words, left, seed, killed)
                self._look(words)
            except AssertionError as trouble:
                self.sound = False
                if not killed:
                    raise
                left.extend(killed[:-1])
                tell(killed[-1], f"{pace}: {trouble}", time.monotonic() - began)
                return
            for number in killed:
                tell(number, "", (time.monotonic() - began) / len(killed))

    def _kill(self, words: tuple[str, ...], left: list[int], seed: int, killed: list[int]) -> None:
        """Run the command until it is done; it may have come to its end before the last kill."""
        room = self.room
        while left and len(killed) < MOST_KILLS:
            whole = complete_copies(room, "g0")
            room.checkpoint()
            killed.append(left.pop(0))
            random = Random(f"{seed}, {killed[-1]}")
            ended = room.start(*words).wait(limit_s=random.uniform(0.0, self.took_s[words]))
            assert not (again := whole & copied(room, "g0")), f"copied a second time: {again}"
            if ended.status != KILLED:
                assert ended.status == 0, f"{words}: {ended.status}\n{ended.out[-600:]}\n{ended.err[-1500:]}"
                return
        room.must(*words)

    def _look(self, words: tuple[str, ...]) -> None:
        """As after an undisturbed run, and nothing is left to do."""
        room, picture = self.room, self.room.picture(stable=True)
        if words[0] == "teardown":
            compare("after the teardown", picture, self.start)
        else:
            compare(f"after {words}", self._shape(picture), self._shape(self.done[words]))
        assert not any(r.box.revert for r in room.school.routers), "a revert timer still runs"
        room.checkpoint()
        room.must(*words)
        changed = room.changes(), room.router_commands()
        assert changed == ([], {}), f"there was nothing to do, and it changed {changed}"

    def _shape(self, picture: Picture) -> Picture:
        return shape(picture, "demo", GROUPS, besides=self.start.files)


@contextlib.contextmanager
def six_groups(directory: Path) -> Iterator[Six]:
    """A school of six groups that has had one undisturbed life."""
    spec = directory / "six.yaml"
    demo = (SPECS / "demo.yaml").read_text(encoding="utf-8")
    spec.write_text(demo.replace("groups: 1-3", f"groups: 1-{max(GROUPS)}"), encoding="utf-8")
    with classroom(spec, directory, speed=SPEED) as room:
        room.keep_pace(PACES["5 s"])
        for group in (1, 4):
            plant_neighbours(room, "demo", group)
        for router in room.school.routers[::2]:
            load(router.box.running, ARCHIVE)
            router.box.write_memory()
        six = Six(room, room.picture(stable=True))
        for words in COMMANDS:
            began = time.monotonic()
            room.must(*words)
            six.took_s[words] = time.monotonic() - began
            six.done[words] = room.picture(stable=True)
        compare("after an undisturbed life", six.done[COMMANDS[-1]], six.start)
        yield six
