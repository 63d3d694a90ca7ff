"""Asks the machines of a board's class a few questions again and again, as long as the board is there."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from esxlab.bugs import attempt
from esxlab.cli.bug_report import write_into
from esxlab.cli.places import journal_path
from esxlab.cli.session import open_session
from esxlab.engine.journal import Journal
from esxlab.engine.options import Options
from esxlab.engine.told_lines import BOARD
from esxlab.errors import LabError
from esxlab.texts import say
from esxlab.workflow import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.board.pages import Board
    from esxlab.cli.options import Shown, Source
    from esxlab.cli.session import Session

PARALLEL = 8
"""Groups at once: a class is asked beside its lesson, not as fast as can be."""
ANSWER_S = 5.0
"""Nobody waits for a lab that has just been started: the next round asks again."""
GOODBYE_S = 10.0


class Rounds:
    """What is asked at which period, and why the last round was in vain; the board's Asked."""

    def __init__(self, session: Session, board: Board, options: Options, every_s: int) -> None:
        self._session, self._board, self._options, self._every_s = session, board, options, every_s
        self._trouble: LabError | None = None
        self._round_s = ANSWER_S
        self.checks = options.checks

    def is_late(self, asked: float) -> bool:
        """Two rounds have passed since."""
        return time.time() - asked > 2 * (self._every_s + self._round_s)

    def told(self) -> str:
        """In one sentence, for the page."""
        facts = {"seconds": self._every_s, "checks": ", ".join(sorted(self._options.checks))}
        if self._trouble is None:
            return say("board.asked", **facts)
        return say("board.asked_in_vain", why=self._trouble.brief, **facts)

    def run(self, journal: Journal) -> None:
        """Round after round, until `options.stop`."""
        while not self._options.stop.is_set():
            began = time.monotonic()
            answer = attempt(partial(self._ask, journal))
            self._trouble = answer if isinstance(answer, LabError) else None
            self._round_s = max(ANSWER_S, time.monotonic() - began)
            self._options.stop.wait(self._every_s)

    def _ask(self, journal: Journal) -> None:
        """Only groups of which something is on, as far as their servers tell."""
        there = {number: self._board.there(number) for number in self._board.known}
        chosen = [
            (spec, lab)
            for spec, lab in zip(self._session.specs, self._session.wanted, strict=True)
            if there[spec.group.number].now is None or there[spec.group.number].on
        ]
        if chosen:
            specs, wanted = zip(*chosen, strict=True)
            verify(specs, wanted, self._session.backends, [journal], self._options)


@contextmanager
def asking(
    source: Source,
    board: Board,
    checks: frozenset[str],
    every_s: int,
    shown: Shown,
    *,
    vsphere_password: str,
) -> Iterator[None]:
    """The board says what is asked; the answers go into a journal, which the board follows like others."""
    with open_session(source, shown.screen, parallel=PARALLEL, vsphere_password=vsphere_password) as session:
        stop = threading.Event()
        options = Options(
            parallel=PARALLEL,
            wait_s=ANSWER_S,
            checks=checks,
            asked_by=BOARD,
            speed=session.opened.speed,
            stop=stop,
        )
        rounds = Rounds(session, board, options, every_s)
        journal = Journal(journal_path(BOARD, session.class_name), unwritten=session.opened.unwritten)
        write_into(journal)
        board.asked = rounds
        thread = threading.Thread(target=rounds.run, args=[journal], name="board-asking", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(GOODBYE_S)
            journal.close()
