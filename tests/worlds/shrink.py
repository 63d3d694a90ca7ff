"""Lives a world, and makes one that surprises smaller: towards the default, dimension by dimension."""

from __future__ import annotations

import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from tests.worlds.known import is_known
from tests.worlds.law import Surprise, judge
from tests.worlds.life import Seen, Step, live
from tests.worlds.report import Lived

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.worlds.world import World


def lived(world: World) -> Lived:
    """One world's life and what surprised in it; when the world itself fails, that is told too."""
    began = time.monotonic()
    steps: list[Step] = []

    def at_step(step: Step) -> bool:
        """A life that has failed is not lived to its end; obstacles are all met."""
        steps.append(step)
        return " | " in step.name or not judge(Seen(world, [step]))

    broken: tuple[Surprise, ...] = ()
    try:
        with tempfile.TemporaryDirectory(prefix="world-") as directory:
            live(world, Path(directory), at_step=at_step)
    except Exception:  # noqa: BLE001 - a world that cannot be made is told like one that surprises
        broken = (
            Surprise("the world itself", steps[-1].name if steps else "-", traceback.format_exc()[-1500:]),
        )
    found = (*judge(Seen(world, steps)), *broken)
    return Lived(world, len(steps), found, time.monotonic() - began)


def shrunk(result: Lived, *, lives: int, live_again: Callable[[World], Lived] | None = None) -> World:
    """The smallest world found, in so many lives at most, that shows the first new surprise's kind."""
    again = live_again or lived
    first = next(surprise for surprise in result.surprises if not is_known(surprise))
    smallest = result.world
    left = lives
    while left > 0:
        for smaller in smallest.smaller():
            if left <= 0:
                break
            left -= 1
            if any(s.kind == first.kind and s.command == first.command for s in again(smaller).surprises):
                smallest = smaller
                break
        else:
            break
    return smallest
