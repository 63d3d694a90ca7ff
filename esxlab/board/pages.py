"""The board's pages, from its templates; whatever a machine, a router or a journal says is text there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.board.content import columns_of, know, row_of, summary
from esxlab.board.drill import time_line
from esxlab.board.there import server_line, there_of
from esxlab.engine.told import GroupTold
from esxlab.lesson.html import template
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from esxlab.board.content import Known
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

    `asked` says what machines are asked at which period; empty: nothing.
    """

    class_name: str
    known: dict[int, Known]
    columns: tuple[str, ...]
    told: Told
    watched: Mapping[str, Watched]
    asked: Callable[[], str] = str  # says nothing

    @property
    def version(self) -> int:
        """Another one when something has changed."""
        return self.told.version + sum(each.version for each in self.watched.values())

    def there(self, number: int) -> There:
        """A group as its server shows it now."""
        known = self.known[number]
        return there_of(known.spec, known.wanted, self.watched.get(known.spec.site.server.host))

    def servers(self, number: int | None = None) -> tuple[str, ...]:
        """How each server stands; of a group: its own, as students are told it."""
        if number is None:
            lines = tuple(server_line(each.standing, named=True) for each in self.watched.values())
            return tuple(filter(None, (self.asked(), *lines)))
        own = self.watched.get(self.known[number].spec.site.server.host)
        return (server_line(own.standing, named=False),) if own else ()

    def all_groups(self, *, live: bool) -> str:
        """The grid."""
        told = self.told.groups
        rows = [row_of(n, told.get(n, GroupTold()), self.there(n), self.columns) for n in self.known]
        facts = {"rows": rows, "summary": summary(rows), "servers": self.servers()}
        return _render("board.html", self, live=live, up="", **facts)

    def one_group(self, number: int, *, live: bool, teacher: bool, up: str = "") -> str:
        """A group's own page; `up`: where the board's files are from there (`../`)."""
        known, there = self.known[number], self.there(number)
        told = self.told.groups.get(number, GroupTold())
        row = row_of(number, told, there, tuple(known.questions))
        facts = {
            "row": row,
            "known": known,
            "there": there,
            "drawing": known.drawing(there, teacher=teacher),
            "drill": time_line(told.drill, steps=teacher),
            "summary": summary([row]),
            "servers": self.servers(None if teacher else number),
        }
        return _render("group.html", self, live=live, up=up, teacher=teacher, **facts)

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
        board=board, live=live, policy=POLICY, say=say, colon=texts.colon, language=texts.language(), **facts
    )
