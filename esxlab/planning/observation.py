"""What one look has seen of a class: beside what is wanted, all that a plan is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.errors import LabError
    from esxlab.lab.guest import GuestState
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.password import PasswordName
    from esxlab.lab.record import GroupRecord
    from esxlab.lab.router import Router


@dataclass(frozen=True, slots=True)
class Observation:
    """A value: it can be written down, sent elsewhere and planned from without any backend.

    What could not be asked is its error, in the place of the answer.
    """

    found: Mapping[GroupId, Lab]
    """The labs as vSphere shows them, and what is in their way; no routers."""
    records: Mapping[GroupId, GroupRecord | None] = field(default_factory=dict)
    """Every group of the class on the servers that were asked, and its record, if it has one."""
    unread: tuple[LabError, ...] = ()
    """Why some datastores could not be looked at."""
    routers: Mapping[GroupId, Router | LabError] = field(default_factory=dict)
    """Of the groups whose router was asked: the line keys that a difference needs to see."""
    guests: Mapping[GroupId, Mapping[str, GuestState | LabError]] = field(default_factory=dict)
    """With --deep: of each machine that is on, what its guest is like."""
    known: frozenset[PasswordName] = frozenset()
    """The passwords that can be had on this computer, of those that a plan may need."""
    lacking: Mapping[GroupId, tuple[LabError, ...]] = field(default_factory=dict)
    """Privileges that the account does not have on what a plan would change."""
