"""`make torture TORTURE="--road ssh"`: every break of every program by which a command changes a free host.

With `--api none` the host is looked at by its shell too, and nobody listens at its API.

A trial is one life of a group's machines on a host with the free licence: the command is struck at one call
of a program of the host, and run again, once; a third run has nothing to do, and after the teardown
everything is as if nothing had been. What busybox itself does (mkdir, printf, rm) is not struck.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import tempfile
import threading
import time
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from esxlab.sim.access import ACCESS_FILE
from tests.classroom import SPECS, classroom

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from tests.classroom import Classroom

COMMANDS: dict[str, tuple[str, ...]] = {
    "provision": ("provision", "-g", "1", "--until", "machines", "--yes"),
    "teardown": ("teardown", "-g", "1", "--yes"),
}
CHANGING = (
    "portgroup add ",
    "portgroup set ",
    "portgroup remove ",
    "vmkfstools -i ",
    "vmkfstools -E ",
    "vmkfstools -U ",
    "solo/registervm ",
    "vmsvc/reload ",
    "vmsvc/power.on ",
    "vmsvc/power.off ",
    "vmsvc/unregister ",
)
"""What of the command lines of ESXi's programs changes something."""
Api = Literal["use", "none"]
Break = Literal["kill-before", "kill-after", "cut", "lost-reply", "full"]
BREAKS: tuple[Break, ...] = ("kill-before", "kill-after", "cut", "lost-reply", "full")
"""SIGKILL, and the program does not run; it runs, then SIGKILL; the connection is cut and it does not run; it
runs, and its answer is lost; from now on, until the command ends, the datastores are full."""
KILLED = 128 + signal.SIGKILL
STARTED_S = 30.0
ENDS = {-signal.SIGKILL, 0, 6, 7, 8}
"""How a struck command may end: killed, or done, or failed as a whole or in a group; never by a bug."""


class Point(NamedTuple):
    """Where a command is struck: at its n-th change, from 1, and how."""

    command: str
    number: int
    how: Break

    def __str__(self) -> str:
        return f"{self.command}, host {self.number}, {self.how}"


class Striker:
    """Stands before the programs of the one host of a school."""

    def __init__(self, room: Classroom) -> None:
        [shell] = room.school.shells.values()
        self.host, self._room = shell.host, room
        self._serve = self.host.desk._serve
        self.host.desk._serve = self.serve
        self.clear()

    def clear(self) -> None:
        """Nothing is in the way any more, and nothing has changed yet."""
        self.changes: list[str] = []
        self.struck = ""
        self._point: Point | None = None
        self._victim: object = None
        self._started = threading.Event()
        self.host.faults.full = False

    def run(self, point: Point) -> int:
        """The point's command with the strike in its way; how it ended."""
        self.clear()
        self._point = point
        self._victim = self._room.start(*COMMANDS[point.command])
        self._started.set()
        return self._victim.wait().status

    async def serve(self, call) -> int:
        """A call of a program of ESXi's."""
        if not any(words in f"{call.line} " for words in CHANGING):
            return await self._serve(call)
        self.changes.append(call.line)
        point = self._point
        if point is None or len(self.changes) != point.number:
            return await self._serve(call)
        self.struck = call.line
        if point.how == "full":
            self.host.faults.full = True
            return await self._serve(call)
        status = KILLED
        if point.how in {"kill-after", "lost-reply"}:
            status = await self._serve(call)
        if point.how.startswith("kill"):
            await asyncio.to_thread(self._started.wait, STARTED_S)
            self._victim.send(signal.SIGKILL)
        self.host.cut(call.connection)
        return status


class Bench:
    """A school with one free host, and how it looks when nothing has been."""

    def __init__(self, room: Classroom) -> None:
        self.room, self.striker = room, Striker(room)
        self.start = room.picture()
        self.struck = ""  # in the last trial
        self.counts: dict[str, int] = {}
        for command, words in COMMANDS.items():
            self.striker.clear()
            room.must(*words)
            self.counts[command] = len(self.striker.changes)
        assert room.picture() == self.start

    def points(self) -> list[Point]:
        """Every change of each command, each in every way."""
        return [
            Point(command, number, how)
            for command, count in self.counts.items()
            for number, how in product(range(1, count + 1), BREAKS)
        ]

    def live(self, point: Point) -> str:
        """One trial; what was struck, empty: it never came to that. AssertionError says what is wrong."""
        room, striker, words = self.room, self.striker, COMMANDS[point.command]
        if point.command == "teardown":
            room.must(*COMMANDS["provision"])
        status = striker.run(point)
        assert status in ENDS, f"the struck run ended with {status}"
        self.struck = struck = striker.struck
        striker.clear()
        room.must(*words)
        striker.clear()
        if point.command == "provision":
            plan = room.must("plan", *words[1:-1], "-o", "json").document
            assert [group["actions"] for group in plan["groups"]] == [[]], "the third run has something to do"
        room.must(*words)
        assert striker.changes == [], "the third run had something to do"
        if point.command == "provision":
            room.must(*COMMANDS["teardown"])
        assert room.picture() == self.start, "something is left, or gone"
        assert room.changes() == [], "the API was asked to change something"
        return struck


@contextlib.contextmanager
def bench(directory: Path, api: Api = "use") -> Iterator[Bench]:
    """A running school with the first group of the shipped class on its free host."""
    with one_free_host(directory, api, engine="idle") as room:
        yield Bench(room)


@contextlib.contextmanager
def one_free_host(directory: Path, api: Api, **conditions) -> Iterator[Classroom]:
    """A school with the first group of the shipped class; with `none` nobody listens at its host's API.

    The access file does not list that any more; whoever asks it nevertheless is found out at the end.
    """
    spec = directory / "tp-free.yaml"
    text = (SPECS / "tp-free.yaml").read_text("utf-8").replace("1-12", "1")
    if api == "none":
        text = text.replace("  user: root\n", "  user: root\n  api: none\n")
    spec.write_text(text, "utf-8")
    with classroom(spec, directory, licence="free", **conditions) as room:
        room.checkpoint()
        before = api_calls(room)
        if api == "none":
            access = room.school.directory / ACCESS_FILE
            access.write_text(json.dumps(json.loads(access.read_text("utf-8")) | {"servers": {}}), "utf-8")
        yield room
        assert api == "use" or api_calls(room) == before, "the API was asked"


def api_calls(room: Classroom) -> dict[str, int]:
    """How many calls each host's API has had."""
    return {host: proxy.calls.count for host, proxy in room.school.proxies.items()}


def torture(options: argparse.Namespace) -> int:
    """All points that the options choose, one after the other; 1 when a trial has failed."""
    left: list[Point] | None = None
    failures = trials = 0
    while left is None or left:
        with tempfile.TemporaryDirectory() as scratch, bench(Path(scratch), options.api) as found:
            left = chosen(found.points(), options) if left is None else left
            while left:
                point, began = left.pop(0), time.monotonic()
                try:
                    how = "ok" if (struck := found.live(point)) else "missed"
                    trials += bool(struck)
                except AssertionError as trouble:
                    how, struck = "FAILED", f"{found.struck}: {trouble}"
                    failures += 1
                print(how, point, struck[:2000], f"{time.monotonic() - began:.0f} s", flush=True)
                if how == "FAILED":
                    break  # a new school
    print(f"{trials + failures} trials, {failures} failures")
    return 1 if failures or not trials else 0


def chosen(points: Sequence[Point], options: argparse.Namespace) -> list[Point]:
    """Those of the command line."""
    wanted = [p for p in points if options.only in {None, p.command} and options.like in str(p)]
    return wanted[:: options.every]
