"""All dimensions in one table, in the order in which a school is furnished, and which values go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.worlds import guests, incidents, names, routers, servers, teachers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.worlds.values import Value
    from tests.worlds.world import World

DIMENSIONS: dict[str, dict[str, Value]] = {
    **names.DIMENSIONS,
    **teachers.DIMENSIONS,
    **servers.DIMENSIONS,
    **guests.DIMENSIONS,
    **routers.DIMENSIONS,
    **incidents.DIMENSIONS,
}


def value_of(world: World, dimension: str) -> Value:
    """The value that a world has in a dimension."""
    return DIMENSIONS[dimension][getattr(world, dimension)]


def fit(values: Mapping[str, str]) -> bool:
    """Whether these values (of some dimensions) can be of one world."""
    return all(
        values.get(other) is None or values[other] in allowed
        for dimension, name in values.items()
        for other, allowed in DIMENSIONS[dimension][name].fits.items()
    )
