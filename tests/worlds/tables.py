"""The tables of docs/worlds.md, made from the dimensions and the obstacles themselves."""

from __future__ import annotations

from pathlib import Path

from tests.worlds.dimensions import DIMENSIONS
from tests.worlds.known import KNOWN
from tests.worlds.obstacles import OBSTACLES

PAGE = Path(__file__).parents[2] / "docs" / "worlds.md"
BEGIN, END = "<!-- generated: {} -->", "<!-- end of {} -->"


def tables() -> dict[str, str]:
    """Name of a block -> its text."""
    return {
        "dimensions": _table(
            ("dimension", "values", "sources"),
            [
                (name, "; ".join(values), "; ".join(dict.fromkeys(v.source for v in values.values())))
                for name, values in DIMENSIONS.items()
            ],
        ),
        "obstacles": _table(
            ("obstacle", "source"), [(name, obstacle.source) for name, obstacle in OBSTACLES.items()]
        ),
        "known": _table(
            ("surprise", "command", "why it is still there"),
            [(k.kind, k.command, k.why) for k in KNOWN],
        ),
    }


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def with_tables(text: str) -> str:
    """The page with its tables as they are now."""
    for name, table in tables().items():
        begin, end = BEGIN.format(name), END.format(name)
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{table}\n{end}{after}"
    return text


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
