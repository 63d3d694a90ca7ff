"""The whole life of a class in one world, and what was seen of it: no judgement here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.worlds.obstacles import OBSTACLES
from tests.worlds.room import Room, furnished, said, teacher

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.classroom import Picture
    from tests.commands import Finished
    from tests.worlds.values import Obstacle
    from tests.worlds.world import World


@dataclass(frozen=True)
class Step:
    """One command, as it was seen. `changes` are calls and router lines that changed something."""

    name: str
    words: tuple[str, ...]
    status: int
    said: str
    document: Any = None
    changes: tuple[str, ...] = ()
    named: tuple[str, ...] = ()  # what an obstacle's doctor and plan must say
    remedy: str = ""  # and what is done about it
    apart: str = ""  # how the world differs from what it was before a refusal, or at the end
    struck: bool = True  # of an incident: whether it has happened


@dataclass
class Seen:
    """A world and everything that was seen in it; `broken` is an exception of the world itself."""

    world: World
    steps: list[Step] = field(default_factory=list)
    broken: str = ""


PARTS = {"ha, then lb": ("ha", "lb"), "lb, then ha": ("lb", "ha"), "lb alone": ("lb", "")}
FIRST_GROUP = "3"
"""Of every world: its router is the school's first."""
DRILLS = {"ha": "stop", "lb": "server"}


def live(world: World, directory: Path, *, at_step: Callable[[Step], bool] = lambda _: True) -> Seen:
    """Everything from the first doctor to the end; it stops when `at_step` says that this is enough."""
    seen = Seen(world)
    with teacher(directory) as starter, furnished(world, directory, starter) as room:
        from tests.worlds.neighbours import plant

        plant(room)
        for step in _steps(room):
            seen.steps.append(step)
            if not at_step(step):
                break
    return seen


def _steps(room: Room) -> Iterator[Step]:
    first, second = PARTS[room.world.course]
    for name in room.world.obstacles:
        yield from _meet(room, name, OBSTACLES[name])
    nothing = _without_class(room)
    yield _do(room, "doctor")
    yield _do(room, "plan")
    strike = room.fact("strike")
    if strike:
        heal = strike(room)
        troubled = _do(room, "provision in trouble", "--yes")
        yield replace(troubled, struck=heal())
    yield _do(room, "provision", "--yes")
    yield _do(room, "plan again", "-o", "json")
    yield _do(room, "verify")
    yield _do(room, "status")
    yield _do(room, f"drill {DRILLS[first]}", "--yes")
    if second:
        yield _do(room, "plan the switch", "--scenario", second)
        yield _do(room, "provision the switch", "--scenario", second, "--yes")
        yield _do(room, "verify the switch", "--scenario", second)
        yield _do(room, f"drill {DRILLS[second]}", "--scenario", second, "--yes")
    yield _do(room, "teardown", "--all", "--yes", before=nothing)


def _without_class(room: Room) -> Picture:
    """How all has to be in the end. A model that was powered on keeps its log of it; where no router's
    configuration was ever saved, a push saves what runs, and a teardown saves it again."""
    seen = room.picture()
    routers = {name: (running, startup or running) for name, (running, startup) in seen.routers.items()}
    return seen._replace(routers=routers)


def _meet(room: Room, name: str, obstacle: Obstacle) -> Iterator[Step]:
    """An obstacle: doctor, plan and provision; then the remedy is followed, and doctor and plan are asked."""
    undo = obstacle.place(room) if obstacle.place else lambda: None
    part = obstacle.spec(room.world) if callable(obstacle.spec) else obstacle.spec
    room.write_spec(part)
    before = room.picture(stable=True)
    told = {"named": obstacle.named(room), "remedy": obstacle.remedy[room.world.language == "fr"]}
    only = ("--group", FIRST_GROUP) if obstacle.one else ()
    yield replace(_do(room, f"doctor | {name}", *only), **told)
    yield replace(_do(room, f"plan | {name}", *only), **told)
    last = replace(_do(room, f"provision | {name}", *only, "--yes", before=before, stable=True), **told)
    yield last
    undo()
    room.write_spec()
    yield _do(room, f"doctor cured | {name}", *only)
    yield _do(room, f"plan cured | {name}", *only)
    if last.changes:  # that was the surprise: the next obstacle shall not suffer from it
        yield _do(room, f"teardown cured | {name}", "--all", "--yes")


def _do(room: Room, name: str, *words: str, before: Picture | None = None, stable: bool = False) -> Step:
    room.checkpoint()
    command = name.split(" ", maxsplit=1)[0]
    typed = tuple(name.split(" ")[1:2]) if command == "drill" else ()
    finished = room.type(command, *typed, *words)
    calls = [f"{call.method} {call.target} {call.arguments}" for call in room.changes()]
    lines = [f"{host}: {line}" for host, told in room.router_commands().items() for line in told]
    return Step(
        name,
        (command, *typed, *words),
        finished.status,
        said(finished),
        document_of(finished),
        (*calls, *lines),
        apart=difference(room, before, stable=stable) if before is not None else "",
    )


def document_of(finished: Finished) -> Any:
    try:
        return finished.document
    except ValueError:
        return None


def difference(room: Room, before: Picture, *, stable: bool) -> str:
    """What is not as it was: the first facts that are too many or missing; empty: all is as before."""
    from tests.shapes import compare

    try:
        compare("afterwards", room.picture(stable=stable), before)
    except AssertionError as error:
        return str(error)[:2000]
    return ""
