"""What a value of a dimension does: to the spec, to the school before it runs, and to the running school."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from esxlab.sim.contracts import SchoolShape
    from tests.worlds.room import Room
    from tests.worlds.world import World

Content = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value; `source` says where it was seen.

    `spec` is merged into the class spec (a value None takes a key away), or makes that from the world.
    `shape` changes the school before it starts, `conditions` are keywords of Conditions, `prepare` is done to
    the running school, as an administrator, a technician or a builder of the model would. `environment` is
    the teacher's; `facts` are what others of this package ask. `fits`: worlds in which this value can be.
    """

    source: str
    spec: Content | Callable[[World], Content] = field(default_factory=dict)
    shape: Callable[[SchoolShape], SchoolShape] | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[Room], None] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    fits: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """What stands in the way of a class that is otherwise fit, until somebody follows the remedy.

    `place` puts it there and returns how it is taken away (the remedy, followed); `spec` is the faulty part
    of a spec, whose remedy is the spec without it. `named` are words that doctor and plan must say: the
    object. `remedy`: words of the remedy in English and in French, by which `place` takes it away again.
    `one`: it stands in the way of the first group alone, and of that group it is asked.
    `fits` as above. `source` says that the real thing refuses it.
    """

    source: str
    named: Callable[[Room], tuple[str, ...]]
    remedy: tuple[str, str]
    place: Callable[[Room], Callable[[], None]] | None = None
    spec: Content | Callable[[World], Content] = field(default_factory=dict)
    fits: Mapping[str, frozenset[str]] = field(default_factory=dict)
    one: bool = False


def merged(base: Content, more: Content) -> Content:
    """`more` over `base`, key by key; None takes the key away."""
    found = dict(base)
    for key, value in more.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, dict) and isinstance(found.get(key), dict):
            found[key] = merged(found[key], value)
        else:
            found[key] = value
    return found


def of_server(shape: Any, **changes: Any) -> Any:
    """The same school, its servers changed."""
    return replace(shape, servers=tuple(replace(server, **changes) for server in shape.servers))
