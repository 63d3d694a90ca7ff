"""Says what is waited for before anything is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.lab.in_flight import InFlight
    from esxlab.show.console import Screen


def tell_waiting(screen: Screen) -> Callable[[InFlight], None]:
    """A line for each thing that goes on: `group 1, srvweb1: waiting until ...`."""

    def tell(what: InFlight) -> None:
        where = ", ".join(filter(None, (say("place.group", number=what.group.number), what.subject)))
        screen.note(say("waiting.for", where=where, what=say(f"waiting.{what.kind}")))

    return tell
