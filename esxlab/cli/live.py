"""What `--live` looks at: vSphere, once, and each server that is on for its addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.cli.options import Shown
    from esxlab.cli.session import Session
    from esxlab.engine.holders import Heard
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab


class Seen(NamedTuple):
    """What is wanted under the origins that were found, what is there, and what servers have told."""

    wanted: Sequence[Lab]
    found: Mapping[GroupId, Lab]
    heard: Heard


def look(session: Session, parallel: int, shown: Shown) -> Seen:
    """One look; what could not be asked is told. KeyboardInterrupt after Ctrl-C."""
    from esxlab.cli.into import going  # noqa: PLC0415 - only when the command line is right
    from esxlab.engine.holders import ask_servers  # noqa: PLC0415 - as above
    from esxlab.engine.observe import observe_labs  # noqa: PLC0415 - as above
    from esxlab.show.words import error_lines  # noqa: PLC0415 - as above

    wanted, found = observe_labs(session.wanted, session.backends)
    with going(session, parallel) as ways:
        heard = ask_servers(session.specs, wanted, found, ways)
    if ways.stop.is_set():
        raise KeyboardInterrupt
    problems = [problem for lab in found.values() for problem in lab.problems]
    for told in dict.fromkeys(map(error_lines, (*problems, *heard.silent))):
        shown.screen.complain(f"{shown.screen.err_glyphs.warning} {told}")
    return Seen(wanted, found, heard)
