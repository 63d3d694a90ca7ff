"""What was begun before this run and goes on by itself: it is waited for before anything is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from esxlab.lab.identity import GroupId

Kind = Literal["copy", "create", "delete", "power", "reconfigure", "shutdown", "snapshot", "other"]


@dataclass(frozen=True, slots=True, order=True)
class InFlight:
    """One thing that goes on; `subject` is the machine as the exercise calls it; empty: one of the group."""

    group: GroupId
    kind: Kind
    subject: str = ""
