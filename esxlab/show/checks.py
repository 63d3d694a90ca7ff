"""The answers of a verify: a table of groups and checks, below it what helps to find each failure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from esxlab.show.tables import draw, fits, in_bands
from esxlab.show.words import error_lines, indent, verdict
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.checks.base import CheckResult
    from esxlab.show.glyphs import Glyphs

Grid = dict[tuple[int, str], str]


def render_checks(results: Sequence[CheckResult], glyphs: Glyphs, *, width: int = 0) -> str:
    """Table, failures, summary; with a line end.

    Groups are rows and checks columns; when that is wider than `width` (0: no limit) checks become rows, and
    the groups are spread over several tables.
    """
    groups = sorted({result.group for result in results})
    checks = list(dict.fromkeys(result.check for result in results))
    grid = {(result.group, result.check): verdict(result.answer.verdict, glyphs) for result in results}
    blocks = [_table(groups, checks, grid, width=width), *_failures(results, glyphs), _summary(results)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def passed(results: Sequence[CheckResult]) -> bool:
    """True when no check failed and every question could be asked."""
    return all(result.answer.verdict in {"ok", "skipped"} for result in results)


def _table(groups: Sequence[int], checks: Sequence[str], grid: Grid, *, width: int) -> str:
    rows = [[str(group), *(grid.get((group, check), "") for check in checks)] for group in groups]
    table = draw([say("column.group"), *checks], rows)
    if fits(table, width):
        return table
    turned = [[check, *(grid.get((group, check), "") for group in groups)] for check in checks]
    return in_bands([say("column.check"), *map(str, groups)], turned, width=width)


def _failures(results: Sequence[CheckResult], glyphs: Glyphs) -> list[str]:
    blocks = []
    for result in results:
        answer = result.answer
        if answer.verdict in {"ok", "skipped"}:
            continue
        head = say("checks.failure", group=result.group, check=result.check, question=result.question)
        lines = [f"{getattr(glyphs, 'failed' if answer.verdict == 'failed' else 'warning')} {head}"]
        if answer.seen and not answer.error:
            lines.append(indent(say("checks.seen", seen=answer.seen), 4))
        if answer.error:
            lines.append(indent(error_lines(answer.error), 4))
        if answer.look:
            lines.append(indent(say("checks.look", command=answer.look), 4))
        blocks.append("\n".join(lines))
    return blocks


def _summary(results: Sequence[CheckResult]) -> str:
    counts = Counter(result.answer.verdict for result in results)
    groups = {result.group for result in results}
    bad = {result.group for result in results if result.answer.verdict in {"failed", "error"}}
    return say(
        "checks.summary",
        ok=counts["ok"],
        failed=counts["failed"] + counts["error"],
        skipped=counts["skipped"],
        green=len(groups - bad),
        groups=len(groups),
    )
