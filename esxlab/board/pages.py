"""The board's pages, from its templates; whatever a machine, a router or a journal says is text there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.board.asked import NothingAsked, late_answers
from esxlab.board.content import columns_of, know, row_of, summary
from esxlab.board.drill import time_line
from esxlab.board.there import server_line, there_of
from esxlab.bugs import attempt
from esxlab.engine.told import GroupTold
from esxlab.errors import LabError
from esxlab.foreign import moment_of
from esxlab.lesson.html import template
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from esxlab.board.asked import Asked
    from esxlab.board.content import Known, Row
    from esxlab.board.there import There
    from esxlab.engine.told import Told
    from esxlab.lab.watched import Watched
    from esxlab.spec.resolved import GroupSpec

HERE = Path(__file__).parent
ASSETS = {"board.css": "text/css; charset=utf-8", "board.js": "text/javascript; charset=utf-8"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(slots=True)
class Board:
    """One class's board: what the spec says, what the journals tell, what the servers tell.

    `asked` is what machines are asked; `pasted` makes of a command one that works in another terminal.
    `trouble` is why this computer could not look, the last time.
    """

    class_name: str
    known: dict[int, Known]
    columns: tuple[str, ...]
    told: Told
    watched: Mapping[str, Watched]
    asked: Asked = field(default_factory=NothingAsked)
    pasted: Callable[[str, int], str] = "esxlab {} -g {}".format
    trouble: LabError | None = None

    @property
    def version(self) -> Hashable:
        """Another one when something has changed, or has become too old."""
        late = frozenset(late_answers(self.asked, self.told.groups))
        watched = tuple(each.version for each in self.watched.values())
        return self.told.version, watched, late, self.asked.told(), self.trouble

    def look(self) -> None:
        """Read what this computer's journals tell since; what keeps it from that is said on the pages."""
        found = attempt(self.told.refresh)
        if not isinstance(found, LabError):
            self.trouble = None
        elif self.trouble is None or self.trouble.code != found.code:
            self.trouble = found

    @property
    def old(self) -> str:
        """Why what the pages show may be old; empty: it is not."""
        if self.trouble is not None:
            return say("board.old", why=self.trouble.brief)
        if self.told.trouble:
            since = moment_of(self.told.since)
            return say("board.old_since", since=f"{since:%H:%M}" if since else "", why=self.told.trouble)
        return ""

    def there(self, number: int) -> There:
        """A group as its server shows it now."""
        known = self.known[number]
        return there_of(known.spec, known.wanted, self.watched.get(known.spec.site.server.host))

    def servers(self, number: int | None = None, *, live: bool = True) -> tuple[str, ...]:
        """How each server stands; of a group: its own, as students are told it."""
        if number is None:
            lines = tuple(server_line(each.standing, named=True, live=live) for each in self.watched.values())
            return tuple(filter(None, (self.asked.told(), *lines)))
        own = self.watched.get(self.known[number].spec.site.server.host)
        return (server_line(own.standing, named=False),) if own else ()

    def all_groups(self, *, live: bool) -> str:
        """The grid."""
        rows = [self._row(number, self.there(number), self.columns) for number in self.known]
        facts = {"rows": rows, "summary": summary(rows), "servers": self.servers(live=live)}
        return _render("board.html", self, live=live, up="", **facts)

    def one_group(self, number: int, *, live: bool, teacher: bool, up: str = "") -> str:
        """A group's own page; `up`: where the board's files are from there (`../`)."""
        known, there = self.known[number], self.there(number)
        told = self.told.groups.get(number, GroupTold())
        row = self._row(number, there, tuple(known.questions))
        facts = {
            "row": row,
            "known": known,
            "there": there,
            "drawing": known.drawing(there, teacher=teacher),
            "drill": time_line(told.drill, steps=teacher),
            "summary": summary([row]),
            "servers": self.servers(None if teacher else number, live=live),
        }
        return _render("group.html", self, live=live, up=up, teacher=teacher, **facts)

    def _row(self, number: int, there: There, columns: Sequence[str]) -> Row:
        told = self.told.groups.get(number, GroupTold())
        row = row_of(number, told, there, columns, self.asked)
        return replace(row, mend=self.pasted(row.mend, number)) if row.mend else row

    def files(self) -> dict[str, str]:
        """Name -> content, for a web server's directory."""
        found = {name: asset(name) for name in ASSETS}
        found["index.html"] = self.all_groups(live=False)
        for number in self.known:
            page = self.one_group(number, live=False, teacher=True, up="../")
            found[f"g{number:02d}/index.html"] = page
        return found


def build_board(
    class_name: str, specs: Sequence[GroupSpec], told: Told, watched: Mapping[str, Watched] | None = None
) -> Board:
    """Everything that does not change while it is shown, made once; `watched` is by the server's name."""
    known = {spec.group.number: know(spec) for spec in specs}
    return Board(class_name, known, columns_of(known.values()), told, watched or {})


def asset(name: str) -> str:
    """One of ASSETS."""
    return (HERE / name).read_text("utf-8")


def _render(name: str, board: Board, *, live: bool, **facts: object) -> str:
    return template(name, HERE).render(
        board=board,
        live=live,
        policy=POLICY,
        say=say,
        colon=texts.colon,
        language=texts.language(),
        written="" if live else f"{datetime.now().astimezone():%Y-%m-%d %H:%M}",
        **facts,
    )
