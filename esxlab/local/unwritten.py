"""What could not be kept on this computer during one command: said once, and then gone without, or the end.

What only informs (a journal, a cache, a record for people) is gone without. What the next run needs (pins,
secrets) stops this one before its next change: looking goes on all the same.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.errors import LabError


class Unwritten:
    """Told by those who write, from any thread; `tell` gets each failure once per file."""

    def __init__(self, tell: Callable[[LabError], None] = lambda _: None) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._said: set[tuple[str, str]] = set()
        self._needed: LabError | None = None

    def informs(self, error: LabError) -> None:
        """A file of which nothing depends could not be written."""
        with self._lock:
            first = (error.code, error.where) not in self._said
            self._said.add((error.code, error.where))
        if first:
            self._tell(error)

    def needed(self, error: LabError) -> None:
        """What could not be written is relied on by the next run: `check` refuses from now on."""
        self.informs(error)
        with self._lock:
            self._needed = self._needed or error

    def check(self) -> None:
        """Before a change: LabError when it would be made without what the next run needs to know of it."""
        if self._needed is not None:
            raise self._needed
