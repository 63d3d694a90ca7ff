"""What the commands that go into many machines share: which are meant, and that Ctrl-C ends it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from esxlab.cli.interrupt import stop_on_interrupt
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from esxlab.cli.session import Session
    from esxlab.engine.into import Going, Target


@contextmanager
def going_into(
    session: Session, names: Iterable[str], parallel: int
) -> Iterator[tuple[Going, Sequence[Target]]]:
    """How the machines of these names are gone to, and which they are; Ctrl-C sets `Going.stop`.

    Raises:
        LabError: those of `find_targets`.
    """
    from esxlab.engine.into import Going, find_targets  # noqa: PLC0415 - only when the command line is right

    going = Going(session.backends, parallel, threading.Event())
    targets = find_targets(session.specs, session.wanted, session.backends, names)
    with stop_on_interrupt(going.stop, stopping=say("into.stopping")):
        yield going, targets
