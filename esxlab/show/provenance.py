"""Whose groups these are, in a line for each colleague: who, since when, which groups."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from esxlab.foreign import moment_of
from esxlab.show.words import count, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from esxlab.lab.identity import GroupId
    from esxlab.lab.provenance import Provenance
    from esxlab.show.glyphs import Glyphs


def render_colleagues(
    colleagues: Mapping[GroupId, Provenance], glyphs: Glyphs, *, command: str = "plan"
) -> Iterator[str]:
    """Groups that one colleague made are told together, with the time of the first of them."""
    made: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for group, provenance in colleagues.items():
        made[provenance.who].append((group.number, provenance.when))
    for who, groups in sorted(made.items()):
        since = min(when for _, when in groups)
        facts = {
            "groups": numbers(sorted(number for number, _ in groups)),
            "who": who,
            "since": _shown(since),
        }
        yield f"{glyphs.warning} {count(f'{command}.colleagues', len(groups), **facts)}"


def _shown(when: str) -> str:
    """The server's time as the reader's own clock would show it; what is no time stays away."""
    found = moment_of(when)
    return f"{found:%Y-%m-%d %H:%M}" if found else "?"
