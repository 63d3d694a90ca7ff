"""How messages travel: what the two ways, a folder and a broker, have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it came; `done` takes it off the way for good, and is called when it is safe elsewhere."""

    content: bytes
    done: Callable[[], None]


class Post(Protocol):
    """One end of the way. Its methods are called by one thread."""

    def receive(self, wait_s: float) -> Letter | None:
        """The next message for this end; None when none came in so many seconds. LabError site.away."""

    def send(self, to: str, name: str, content: bytes) -> None:
        """Hand a message on to `to`, durably; the same name again is the same message. LabError site.away."""

    def close(self) -> None:
        """Let go of everything."""
