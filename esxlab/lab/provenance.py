"""Who configured a group last, from which spec, and when: what tells a colleague's group from one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Author(NamedTuple):
    """Who types: `who` is user@computer, for people; `computer` the random name of this user's data there."""

    who: str = ""
    computer: str = ""


NOBODY = Author()
"""Who has no computer of a name: in tests, and before the first change."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """As a group's record says it; a plan knows the digest alone. `when` is the server's time, ISO 8601."""

    digest: str  # of the group's part of the spec
    who: str = ""
    computer: str = ""
    when: str = ""

    def by(self, author: Author, when: str) -> Provenance:
        """The same, signed: what is written down."""
        return Provenance(self.digest, author.who, author.computer, when)

    def is_colleagues(self, author: Author, digest: str = "") -> bool:
        """Made on another computer, and not from this very spec (empty: there is none to compare with)."""
        return self.computer != author.computer and (not digest or self.digest != digest)
