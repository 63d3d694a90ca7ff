"""The option --at: something is done later today, or in the night, and until then this program waits."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from esxlab.cli.interrupt import stop_on_interrupt
from esxlab.cli.worded import option
from esxlab.errors import LabError
from esxlab.show.words import duration
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.cli.worded import Decorator
    from esxlab.show.console import Screen

LOOK_S = 20.0
"""How often the clock is looked at: a laptop that slept meanwhile has another time than its timers."""
LATE_S = 900.0
"""A computer that wakes later than this does nothing any more: the next lesson may have begun."""


def at_option() -> Decorator:
    """--at: a time of day."""
    return option("--at", metavar="HH:MM", default="", help="option.at")


def next_moment(text: str, now: datetime) -> datetime:
    """When it is this time of day next, in `now`'s own zone: within 24 hours. LabError usage.at."""
    try:
        wanted = datetime.strptime(text.strip(), "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except ValueError as error:
        raise LabError("usage.at", value=text) from error
    here = now.replace(tzinfo=None)
    moment = datetime.combine(here.date(), wanted)
    if moment <= here:
        moment += timedelta(days=1)
    return moment.replace(tzinfo=now.tzinfo)


def local_now() -> datetime:
    """This computer's clock, in its own zone."""
    return datetime.now(UTC).astimezone()


def wait_until(moment: datetime, stop: threading.Event, *, now: Callable[[], datetime] = local_now) -> bool:
    """Whether the moment came; False when `stop` was set before. LabError usage.at_missed."""
    while (left := (moment - now()).total_seconds()) > 0:
        if stop.wait(min(left, LOOK_S)):
            return False
    if left < -LATE_S:
        raise LabError("usage.at_missed", at=f"{moment:%H:%M}", late=duration(-left))
    return not stop.is_set()


def wait_for_it(moment: datetime, screen: Screen) -> bool:
    """The same with words; Ctrl-C ends it, and nothing was done."""
    left = duration(max(0.0, (moment - local_now()).total_seconds()))
    screen.complain(say("at.waiting", at=f"{moment:%H:%M}", left=left))
    stop = threading.Event()
    with stop_on_interrupt(stop, stopping=say("at.stopped")):
        return wait_until(moment, stop)
