"""The exercises that are installed: what packages, esxlab's own first, have registered as `esxlab.exercises`.

An entry point (packaging.python.org, "Entry points specification") has the scenario's name as a spec says it,
and leads to an Exercise.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.errors import LabError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from esxlab.exercises.exercise import Exercise

GROUP = "esxlab.exercises"


@cache
def names() -> tuple[str, ...]:
    """The scenarios that a spec may name, sorted. LabError scenario.none, scenario.twice."""
    return tuple(sorted(_found()))


@cache
def exercise(name: str) -> Exercise:
    """The exercise of this name, which is one of `names()`.

    Raises:
        LabError: scenario.broken when its package has not what it has registered; as `names`.
    """
    entry = _found()[name]
    try:
        found: Exercise = entry.load()
        texts.add(found.texts)
        texts.add_french(found.french)
    except (Exception, SystemExit) as error:  # whatever it was: it is not ours
        facts = {"name": name, "value": entry.value, "package": _package(entry)}
        detail = f"{type(error).__name__}: {error}"
        raise LabError("scenario.broken", detail=detail, **facts) from error
    return found


def sound() -> tuple[Exercise, ...]:
    """Those that can be loaded: one that cannot be is told to who names it, and stops nobody else."""
    found = []
    for name in names():
        with suppress(LabError):
            found.append(exercise(name))
    return tuple(found)


def load_all() -> None:
    """Load every exercise that can be, with its texts."""
    sound()


texts.add_later(load_all)


@cache
def _found() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow to import, and not every command asks

    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=GROUP):
        other = found.setdefault(entry.name, entry)
        if other is not entry:
            packages = f"{_package(other)}, {_package(entry)}"
            raise LabError("scenario.twice", name=entry.name, packages=packages)
    if not found:
        raise LabError("scenario.none", entry_point=GROUP)
    return found


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else "?"
