"""How long a server that does not answer is asked again: once for all its calls, not once for each."""

from __future__ import annotations

import time


class Patience:
    """Counts from the first call that was not answered, until one is.

    Whoever comes while it is used up is told at once: a class of 300 groups waits once, not 300 times.
    Threads may share it; the worst that a race does is to count from the later of two calls. A call that
    is never answered while others are has its own first try to count from.

    Args:
        seconds: how long; 0 tries everything once.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._silent_since = 0.0  # 0: the last call was answered

    def heard(self) -> None:
        """The server has answered, be it with a fault."""
        self._silent_since = 0.0

    def lasts(self, began: float, pause_s: float) -> bool:
        """Whether a call that was not answered may be tried again after a pause; told False, it is used up.

        Args:
            began: when this call was made for the first time, or first failed if one try takes long, by
                time.monotonic().
            pause_s: how long it would wait until then.
        """
        self._silent_since = self._silent_since or began
        if time.monotonic() + pause_s < self._silent_since + self._seconds:
            return True
        self._silent_since = time.monotonic() - self._seconds
        return False
