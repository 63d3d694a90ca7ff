"""What `make test` asks of bad peers: every one with one of its commands, with another one each day.

In as many days as there are commands every peer has met all of them. `make hostile` asks everything at once.
ESXLAB_SHARE says which: a day (2026-11-29), which repeats that day's share, or `whole`. pytest prints it.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

VARIABLE = "ESXLAB_SHARE"
WHOLE = "whole"


def settle() -> str:
    """Today's share unless told otherwise; every process of one pytest run has the same."""
    return os.environ.setdefault(VARIABLE, datetime.now(UTC).date().isoformat())


def share(of: Sequence[T], turn: int) -> tuple[T, ...]:
    """One of them, or all: the peer `turn` of a table meets another than its neighbours."""
    told = settle()
    if told == WHOLE or not of:
        return tuple(of)
    return (of[(date.fromisoformat(told).toordinal() + turn) % len(of)],)
