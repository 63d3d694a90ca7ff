"""How long one group's questions may wait for machines that say nothing, and which have said nothing before.

Whoever asks a check sets it, in its thread; the check dials no longer than is left. A machine that did not
answer is not dialled by the group's other questions: one silence is waited for once, and told once.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.backends.power_watch import power_watch
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from esxlab.lab.planned_route import PlannedRoute

MOST_S = 60.0
"""How long one that has just been restarted may take to boot, to tell its address, and to take a login."""
ONE_TRY_S = 10.0
"""What a machine gets that is dialled for the first time when nothing is left: a TCP dial ends after 8 s."""
TELL_S = 2.0
SILENCE = frozenset({"guest.unreachable", "vsphere.no_address"})
"""What is met where nobody answers; fact `machine` says who."""


def _nobody(text: str) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class Patience:
    """Of one group in one run.

    Args:
        until: when it is over, on `clock` (seconds, monotonic).
        tell: hears what is waited for, in the current language.
    """

    until: float
    clock: Callable[[], float] = time.monotonic
    tell: Callable[[str], None] = _nobody
    _silent: set[str] = field(default_factory=set)

    def left_s(self) -> float:
        """How long a machine may still be dialled: at least one try."""
        return min(MOST_S, max(ONE_TRY_S, self.until - self.clock()))

    @contextmanager
    def asking(self, route: PlannedRoute) -> Iterator[Callable[[], None]]:
        """Around a conversation with the machine at the end of the route; gives what tells that it is slow.

        Raises:
            LabError: guest.still_silent.
        """
        names = [hop.owner.machine for hop in route.hops]
        if silent := next((name for name in names if name in self._silent), ""):
            raise LabError("guest.still_silent", machine=silent)
        waits = texts.say("check.waits", machine=names[-1], seconds=round(self.left_s()))
        try:
            with power_watch(lambda: self.tell(waits), every_s=TELL_S, clock=self.clock):
                yield lambda: self.tell(waits)
        except LabError as error:
            if error.code in SILENCE:
                self._silent.add(str(error.facts["machine"]))
            raise


_PATIENCE: ContextVar[Patience | None] = ContextVar("esxlab-patience", default=None)


@contextmanager
def patient(patience: Patience) -> Iterator[None]:
    """In this thread, checks are asked with this patience."""
    before = _PATIENCE.set(patience)
    try:
        yield
    finally:
        _PATIENCE.reset(before)


def current_patience() -> Patience:
    """That of whoever asks; without one, what a single question gets."""
    return _PATIENCE.get() or Patience(time.monotonic() + MOST_S)
