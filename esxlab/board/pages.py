"""The board's pages, from its templates; whatever a machine, a router or a journal says is text there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab import texts
from esxlab.board.content import columns_of, know, row_of, summary
from esxlab.board.drill import time_line
from esxlab.engine.told import GroupTold
from esxlab.lesson.html import template
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.board.content import Known
    from esxlab.engine.told import Told
    from esxlab.spec.resolved import GroupSpec

HERE = Path(__file__).parent
ASSETS = {"board.css": "text/css; charset=utf-8", "board.js": "text/javascript; charset=utf-8"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Board:
    """One class's board: what the spec says, and what the journals tell."""

    class_name: str
    known: dict[int, Known]
    columns: tuple[str, ...]
    told: Told

    def all_groups(self, *, live: bool) -> str:
        """The grid."""
        rows = [row_of(n, self.told.groups.get(n, GroupTold()), self.columns) for n in self.known]
        return _render("board.html", self, live=live, rows=rows, summary=summary(rows), up="")

    def one_group(self, number: int, *, live: bool, teacher: bool, up: str = "") -> str:
        """A group's own page; `up`: where the board's files are from there (`../`)."""
        known = self.known[number]
        row = row_of(number, self.told.groups.get(number, GroupTold()), tuple(known.questions))
        drawing = known.teacher if teacher else known.students
        drill = time_line(self.told.groups.get(number, GroupTold()).drill, steps=teacher)
        facts = {"row": row, "known": known, "drawing": drawing, "drill": drill, "summary": summary([row])}
        return _render("group.html", self, live=live, up=up, teacher=teacher, **facts)

    def files(self) -> dict[str, str]:
        """Name -> content, for a web server's directory."""
        found = {name: asset(name) for name in ASSETS}
        found["index.html"] = self.all_groups(live=False)
        for number in self.known:
            page = self.one_group(number, live=False, teacher=True, up="../")
            found[f"g{number:02d}/index.html"] = page
        return found


def build_board(class_name: str, specs: Sequence[GroupSpec], told: Told) -> Board:
    """Everything that does not change while it is shown, made once."""
    known = {spec.group.number: know(spec) for spec in specs}
    return Board(class_name, known, columns_of(known.values()), told)


def asset(name: str) -> str:
    """One of ASSETS."""
    return (HERE / name).read_text("utf-8")


def _render(name: str, board: Board, *, live: bool, **facts: object) -> str:
    return template(name, HERE).render(
        board=board, live=live, policy=POLICY, say=say, colon=texts.colon, language=texts.language(), **facts
    )
