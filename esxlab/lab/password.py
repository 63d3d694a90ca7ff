"""Which password a guest's root has, by its name; never the password itself.

A machine carries the names in its extraConfig: the one that is settled, and, while it is being changed, the
one that is pending. Between the two a run may have died on either side of the change; so both may hold then,
and no third one can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.lab.identity import GroupId

GENERATED = re.compile(r"(\d{1,6})@([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class PasswordName:
    """The model's password (no group), or the n-th one that was generated for a group.

    `root` is what tells the secret roots of two computers apart, 8 hex digits that reveal nothing of them.
    """

    group: GroupId | None = None
    generation: int = 0
    root: str = ""

    def __str__(self) -> str:
        """As it stands in a machine's extraConfig: `model`, `3@a1b2c3d4`."""
        return f"{self.generation}@{self.root}" if self.group else "model"


MODEL = PasswordName()


@dataclass(frozen=True, slots=True)
class PasswordState:
    """What a machine says of its password: the settled one; the one that is being set, if any."""

    settled: PasswordName = MODEL
    pending: PasswordName | None = None

    @property
    def names(self) -> tuple[PasswordName, ...]:
        """The passwords that may hold: one, or two while a change is pending; no other may be tried."""
        return (self.settled, self.pending) if self.pending else (self.settled,)

    def __str__(self) -> str:
        """As it stands in extraConfig; empty for a machine that has the model's password for good."""
        return "" if self == MODEL_PASSWORD else " ".join(map(str, self.names))


MODEL_PASSWORD = PasswordState()


def password_at_birth(wanted: PasswordName) -> PasswordState:
    """What a machine says that is created: its disk has the model's password, and is to get this one."""
    return PasswordState(MODEL, None if wanted == MODEL else wanted)


def read_password_state(text: str, group: GroupId) -> PasswordState:
    """What a machine of this group says; one that nobody can read counts as none."""
    names = [_read_name(word, group) for word in text.split()]
    if not names or len(names) > 2 or None in names:  # noqa: PLR2004 - settled and pending
        return MODEL_PASSWORD
    settled, *pending = (name for name in names if name)
    return PasswordState(settled, pending[0] if pending else None)


def _read_name(word: str, group: GroupId) -> PasswordName | None:
    if word == str(MODEL):
        return MODEL
    found = GENERATED.fullmatch(word)
    return PasswordName(group, int(found[1]), found[2]) if found else None
