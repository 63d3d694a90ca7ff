"""Which worlds are lived: a covering array of strength two, and what stands in whose way."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from tests.worlds.dimensions import DIMENSIONS, fit
from tests.worlds.obstacles import OBSTACLES
from tests.worlds.world import DEFAULT, DIMENSION_NAMES, World, from_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.worlds.values import Obstacle

ARRAY = Path(__file__).with_name("array.json")
TELLING = frozenset({"inventory", "language", "console", "output", "columns", "way", "account", "spec_file"})
"""What a refusal depends on, beside its object: an obstacle meets each of these values in some world."""

Pair = tuple[str, str, str, str]
"""Dimension, value, dimension, value."""


@cache
def worlds() -> tuple[World, ...]:
    """Every world, as the array's file has them; `draw` makes it."""
    return tuple(from_document(document) for document in json.loads(ARRAY.read_text(encoding="utf-8")))


def write() -> int:
    """Draw the array anew and keep it; how many worlds it has."""
    found = draw()
    documents = [{k: v for k, v in asdict(w).items() if v != getattr(DEFAULT, k)} for w in found]
    lines = ",\n".join(json.dumps(document, ensure_ascii=False) for document in documents)
    ARRAY.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return len(found)


def draw() -> tuple[World, ...]:
    """Every pair of values that can be in one world is in one; each obstacle beside each telling value."""
    from allpairspy import AllPairs

    names = sorted(DIMENSION_NAMES, key=lambda name: -len(DIMENSIONS[name]))
    options = [list(DIMENSIONS[name]) for name in names]
    rows = AllPairs(options, filter_func=lambda row: fit(dict(zip(names, row, strict=False))))
    found = [World(**dict(zip(names, row, strict=True)), seed=number) for number, row in enumerate(rows)]
    for first, one, second, other in sorted(all_pairs() - pairs_of(found)):  # those that the filter hid
        if (first, one, second, other) not in pairs_of(found):
            found.append(_nearest({first: one, second: other}, seed=len(found)))
    return _obstructed(found)


def _nearest(values: dict[str, str], *, seed: int) -> World:
    """The default world with these values, and what they ask for."""
    kept = dict(values)
    for dimension, value in values.items():
        for other, allowed in DIMENSIONS[dimension][value].fits.items():
            kept.setdefault(other, min(allowed & DIMENSIONS[other].keys()))
    return World(**kept, seed=seed)


def _obstructed(found: Sequence[World]) -> tuple[World, ...]:
    """Each obstacle stands in the way of few worlds, in which it meets every telling value."""
    burden: dict[int, list[str]] = {number: [] for number in range(len(found))}
    for name, obstacle in OBSTACLES.items():
        left = {
            (dimension, value)
            for world in found
            if possible(obstacle, world)
            for dimension, value in world.values.items()
            if dimension in TELLING
        }
        while left:
            best = max(
                (number for number, world in enumerate(found) if possible(obstacle, world)),
                key=lambda n: (len(left & set(found[n].values.items())) - 6 * len(burden[n]), -n),
            )
            gained = left & set(found[best].values.items())
            if not gained:
                best = min(
                    (
                        n
                        for n, w in enumerate(found)
                        if possible(obstacle, w) and left & set(w.values.items())
                    ),
                    key=lambda n: len(burden[n]),
                )
                gained = left & set(found[best].values.items())
            left -= gained
            if name not in burden[best]:
                burden[best].append(name)
    return tuple(replace(world, obstacles=tuple(burden[n])) for n, world in enumerate(found))


def possible(obstacle: Obstacle, world: World) -> bool:
    """Whether it can stand in this world's way."""
    return all(getattr(world, dimension) in allowed for dimension, allowed in obstacle.fits.items())


def pairs_of(found: Iterable[World]) -> set[Pair]:
    """The pairs of values that these worlds have."""
    return {
        (first, world.values[first], second, world.values[second])
        for world in found
        for first, second in combinations(DIMENSION_NAMES, 2)
    }


def all_pairs() -> set[Pair]:
    """The pairs of values that can be in one world."""
    return {
        (first, one, second, other)
        for first, second in combinations(DIMENSION_NAMES, 2)
        for one in DIMENSIONS[first]
        for other in DIMENSIONS[second]
        if fit({first: one, second: other})
    }
