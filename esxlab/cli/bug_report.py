"""What becomes of the bugs of a command: each traceback into the journal, at once; one word at the end."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from esxlab import texts
from esxlab.show.console import Screen

if TYPE_CHECKING:
    from pathlib import Path

    from esxlab.bugs import Bug
    from esxlab.engine.journal import Journal
    from esxlab.errors import LabError


@dataclass(slots=True)
class BugReport:
    """Hears of every bug of one command. `journal` is the run's, while there is one; else one of its own."""

    command: str = ""
    journal: Journal | None = None
    bugs: list[Bug] = field(default_factory=list)
    _written: dict[Path, None] = field(default_factory=dict)
    _unwritten: list[tuple[LabError, Bug]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, bug: Bug) -> None:
        """Write it down; never raises."""
        from esxlab.engine.events import BugMet  # noqa: PLC0415 - only when there is a bug

        with self._lock:
            self.bugs.append(bug)
            journal = self._journal()
            journal(BugMet(bug.error, bug.traceback))
            if journal.lost:
                self._unwritten.append((journal.lost, bug))
            else:
                self._written[journal.path] = None

    def tell(self) -> None:
        """Say where the reports are; those that could not be written are shown, or they would be lost."""
        screen = Screen(sys.stdout, sys.stderr)
        for path in self._written:
            screen.complain(texts.say("bug.report", path=path))
        for error, bug in self._unwritten:
            screen.complain(texts.say("bug.unwritten", reason=error.detail or error.brief))
            screen.complain(bug.traceback)

    def _journal(self) -> Journal:
        if self.journal is None:
            from esxlab.cli.places import journal_path  # noqa: PLC0415 - only when there is a bug
            from esxlab.engine.journal import Journal  # noqa: PLC0415 - as above

            self.journal = Journal(journal_path(self.command or "esxlab", "bug"))
        return self.journal


def write_into(journal: Journal) -> None:
    """From now on bugs of this command are written into the journal of its run."""
    context = click.get_current_context(silent=True)
    asked = context.find_root().obj if context else None
    if asked is not None:
        asked.report.journal = journal
