"""The parts of the spec that the installed exercises add, by their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab import registered

if TYPE_CHECKING:
    from esxlab.spec.part import ExercisePart

_FOUND = (registered.exercise(name).part for name in registered.names())
PARTS: dict[str, ExercisePart] = {part.key: part for part in _FOUND if part}
"""An exercise may have the part of another one; both are then the same."""
