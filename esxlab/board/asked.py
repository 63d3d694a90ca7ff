"""What a board asks of the machines itself, and which answers are too old to be shown as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from esxlab.engine.told import GroupTold


class Asked(Protocol):
    """`checks` are asked again and again."""

    @property
    def checks(self) -> frozenset[str]:
        """Their names."""
        ...

    def told(self) -> str:
        """What is asked at which period, in one sentence; empty: nothing."""
        ...

    def is_late(self, asked: float) -> bool:
        """Whether an answer that goes by a look of then (seconds since 1970) should be there anew by now."""
        ...


class NothingAsked:
    """A board that asks no machine anything."""

    checks: frozenset[str] = frozenset()

    def told(self) -> str:
        """Nothing."""
        return ""

    def is_late(self, asked: float) -> bool:  # noqa: ARG002 - nobody has promised to ask
        """Never."""
        return False


def late_answers(asked: Asked, told: Mapping[int, GroupTold]) -> Iterator[tuple[int, str]]:
    """(group, check) of those that stay away."""
    for number, group in told.items():
        for name in asked.checks & group.checks.keys():
            if asked.is_late(group.checks[name].asked):
                yield number, name
