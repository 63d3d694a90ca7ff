"""The answers of a verify: a table of groups and checks, below it what helps to find each failure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from esxlab.show.tables import draw, fits, in_bands
from esxlab.show.words import count, indent, lines_below, numbers, verdict
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
    """A block for each failure; what keeps several questions from being asked is told once, below them."""
    blocks: dict[object, list[CheckResult]] = {}
    for number, result in enumerate(results):
        if result.answer.verdict not in {"ok", "skipped"}:
            alone = result.answer.verdict == "failed" or result.answer.look or not result.answer.error
            blocks.setdefault(number if alone else "\n".join(_body(result)), []).append(result)
    return ["\n".join([*_heads(alike, glyphs), *_body(alike[0])]) for alike in blocks.values()]


def _heads(results: Sequence[CheckResult], glyphs: Glyphs) -> list[str]:
    glyph = glyphs.failed if results[0].answer.verdict == "failed" else glyphs.warning
    asked: dict[tuple[str, str], list[int]] = {}
    for result in results:
        asked.setdefault((result.check, result.question), []).append(result.group)
    return [f"{glyph} {_head(groups, *question)}" for question, groups in asked.items()]


def _head(groups: Sequence[int], check: str, question: str) -> str:
    return count("checks.failure", len(groups), groups=numbers(groups), check=check, question=question)


def _body(result: CheckResult) -> list[str]:
    answer, lines = result.answer, []
    if answer.seen and not answer.error:
        lines.append(indent(say("checks.seen", seen=answer.seen), 4))
    if answer.error:
        lines.append(indent(lines_below(answer.error, result.group), 4))
    if answer.look:
        lines.append(indent(say("checks.look", command=answer.look), 4))
    return lines


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
