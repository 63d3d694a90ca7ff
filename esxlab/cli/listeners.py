"""Who listens to a run: the progress display that fits the terminal, and the journal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from esxlab.cli.bug_report import write_into
from esxlab.cli.places import journal_path
from esxlab.engine.journal import Journal
from esxlab.engine.run import Announcer
from esxlab.show.plain import PlainProgress
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.engine.events import Listener
    from esxlab.local.unwritten import Unwritten
    from esxlab.show.console import Screen
    from esxlab.show.live import LiveProgress


@contextmanager
def open_listeners(
    command: str, class_name: str, screen: Screen, unwritten: Unwritten
) -> Iterator[tuple[list[Listener], Journal]]:
    """One listener for all, the journal among them; closed at the end, so that the terminal is given back.

    The end says when there is no journal, or not all of one.
    """
    journal = Journal(journal_path(command, class_name), unwritten=unwritten)
    write_into(journal)
    progress = _progress(screen)
    try:
        yield [Announcer([journal, *([progress] if progress else [])])], journal
    finally:
        if progress:
            progress.close()
        journal.close()
        if journal.lost:
            screen.complain(say("run.no_journal", reason=journal.lost.detail or journal.lost.brief))


def _progress(screen: Screen) -> PlainProgress | LiveProgress | None:
    if screen.quiet:
        return None
    if not screen.live:
        return PlainProgress(screen.err, screen.err_glyphs, verbose=screen.verbose)
    from esxlab.show.live import LiveProgress  # noqa: PLC0415 - rich is slow to import

    return LiveProgress(screen.err_console, screen.err_glyphs, verbose=screen.verbose)
