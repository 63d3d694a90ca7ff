"""Today's share of the worlds, each with its whole life; `make worlds` lives all of them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.hostile import share
from tests.worlds.arrays import worlds
from tests.worlds.known import is_known
from tests.worlds.shrink import lived
from tests.worlds.world import DEFAULT, to_json

pytestmark = pytest.mark.scenario

A_DAY = 1
"""Worlds of the array that `make test` lives, beside the default one."""
SEEN_GREEN = (9, 11, 25, 32, 37, 41, 44, *range(45, 56))
"""Those whose whole life was seen: only these take turns, until all have been (docs/worlds.md)."""


def todays():
    """ESXLAB_SHARE says the day (tests/hostile/share.py); pytest's first lines print it."""
    told = share.settle()
    if told == share.WHOLE:
        return (DEFAULT, *worlds())
    first = date.fromisoformat(told).toordinal() * A_DAY
    chosen = (SEEN_GREEN[(first + turn) % len(SEEN_GREEN)] for turn in range(A_DAY))
    return (DEFAULT, *(worlds()[number] for number in chosen))


@pytest.mark.parametrize("world", todays(), ids=lambda world: f"world {world.seed}")
def test_nothing_surprises_anybody(world):
    surprises = [surprise for surprise in lived(world).surprises if not is_known(surprise)]
    told = "\n".join(f"{s.kind} | {s.command} | {s.seen[:600]}" for s in surprises)
    assert not surprises, f"{told}\nagain: python -m tests.worlds FILE, with this FILE:\n{to_json(world)}"
