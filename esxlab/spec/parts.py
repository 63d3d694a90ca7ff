"""What the installed exercises add to the spec: their parts, by key, and their families' machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab import registered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.spec.part import ExercisePart, Family

_EXERCISES = registered.sound()
PARTS: dict[str, ExercisePart] = {each.part.key: each.part for each in _EXERCISES if each.part}
"""An exercise may have the part of another one; both are then the same."""
ROLES = tuple(dict.fromkeys(role for each in _EXERCISES for role in each.family.cards))
"""Every role that a server may have, of whichever family."""
CLIENT = "client"
CLIENT_CARDS = ("management", "lab")
"""A client's `management` stays on the school's network; its `lab` is the same card in every scenario."""


def family_of(scenario: str) -> Family:
    """The machines of this scenario."""
    return registered.exercise(scenario).family


def parts_of(scenario: str) -> Mapping[str, ExercisePart]:
    """The parts of the exercises that are played on the same machines."""
    family = family_of(scenario)
    return {each.part.key: each.part for each in _EXERCISES if each.part and each.family is family}


def cards_of(scenario: str, role: str) -> tuple[str, ...]:
    """The cards of a machine of this role, in slot order; none when the family has no such role."""
    return CLIENT_CARDS if role == CLIENT else family_of(scenario).cards.get(role, ())
