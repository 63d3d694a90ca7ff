"""What the commands that go into many machines share: which are meant, and that Ctrl-C ends it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from esxlab.cli.interrupt import stop_on_interrupt
from esxlab.errors import LabError
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from esxlab.cli.session import Session
    from esxlab.engine.into import Going, Target
    from esxlab.lab.lab import Lab


ROOT = "root"
"""As whom esxlab itself logs in to guests."""


def only_lab(session: Session) -> Lab:
    """The lab of the one group that was chosen. LabError usage.one_machine."""
    if len(session.wanted) != 1:
        raise LabError("usage.one_machine", number=len(session.wanted))
    return session.wanted[0]


@contextmanager
def going(session: Session, parallel: int) -> Iterator[Going]:
    """How machines are gone to; Ctrl-C sets `Going.stop`."""
    from esxlab.engine.into import Going  # noqa: PLC0415 - only when the command line is right

    ways = Going(session.backends, parallel, threading.Event())
    with stop_on_interrupt(ways.stop, stopping=say("into.stopping")):
        yield ways


@contextmanager
def going_into(
    session: Session, names: Iterable[str], parallel: int, *, changes: bool
) -> Iterator[tuple[Going, Sequence[Target]]]:
    """How the machines of these names are gone to, and which they are; Ctrl-C sets `Going.stop`.

    `changes`: something may be changed there; a colleague's groups are left alone.

    Raises:
        LabError: those of `find_targets`.
    """
    from esxlab.engine.into import find_targets  # noqa: PLC0415 - as above

    targets = find_targets(
        session.specs,
        session.wanted,
        session.backends,
        names,
        changed_by=session.author if changes else None,
        workers=parallel,
    )
    with going(session, parallel) as ways:
        yield ways, targets
