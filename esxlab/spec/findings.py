"""Collects what is wrong while a spec is read, and says each thing once, whichever groups it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esxlab.foreign import visible_line
from esxlab.spec.limits import MAX_FACT, MAX_FINDINGS
from esxlab.spec.problems import Phrase, SpecProblem, mask_secrets, show_value
from esxlab.spec.ranges import format_groups

if TYPE_CHECKING:
    from esxlab.spec.source import Path, Position


@dataclass(slots=True)
class _Finding:
    facts: dict[str, object]
    groups: set[int] = field(default_factory=set)


class TooMany(Exception):  # noqa: N818 - it is named for what it says
    """There are more problems than are looked for: what was found so far is told."""


class Findings:
    """Problems (E...) and warnings (W...) of one file, keyed by code, place and path."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self._file = file
        self._lines = lines
        self._found: dict[tuple[str, Position, Path], _Finding] = {}
        self._count = {"E": 0, "W": 0}
        self._shown: dict[int, str] = {}

    def add(
        self, code: str, position: Position, path: Path, *, group: int | None = None, **facts: Any
    ) -> None:
        """Note a problem; `group` None: it is not one group's. The first group's facts are kept.

        TooMany when there are more problems than anybody reads; of more warnings nothing is said.
        """
        if (code, position, path) not in self._found:
            if self._count[code[0]] >= MAX_FINDINGS:
                if code[0] == "E":
                    raise TooMany
                return
            self._count[code[0]] += 1
        finding = self._found.setdefault((code, position, path), _Finding(facts))
        if group is not None:
            finding.groups.add(group)

    def again(self, code: str, position: Position, path: Path, *, group: int) -> bool:
        """Whether this was noted already, of another group; now it is of this one too."""
        finding = self._found.get((code, position, path))
        if finding is not None:
            finding.groups.add(group)
        return finding is not None

    @property
    def refused(self) -> bool:
        """Whether anything found is more than a warning."""
        return any(code.startswith("E") for code, _, _ in self._found)

    def problems(self, kind: str, all_groups: tuple[int, ...]) -> tuple[SpecProblem, ...]:
        """Those whose code begins with `kind` (E or W), in the order of the file."""
        mine = [(key, value) for key, value in self._found.items() if key[0].startswith(kind)]
        mine.sort(key=lambda item: (item[0][1], item[0][0]))
        return tuple(self._problem(*key, finding, all_groups) for key, finding in mine)

    def _problem(
        self, code: str, position: Position, path: Path, finding: _Finding, all_groups: tuple[int, ...]
    ) -> SpecProblem:
        some = finding.groups and finding.groups != set(all_groups)
        within = 1 <= position.line <= len(self._lines)
        facts = {"key": dotted(path), **finding.facts}
        return SpecProblem(
            code=code,
            file=self._file,
            line=position.line,
            column=position.column,
            source_line=self._masked(position.line) if within else "",
            key=dotted(path),
            groups=_short(format_groups(tuple(finding.groups))) if some else "",
            facts=tuple((name, _fact(value)) for name, value in facts.items()),
        )

    def _masked(self, line: int) -> str:
        """Each line once: a spec may be one line of its whole length, with all problems on it."""
        if line not in self._shown:
            self._shown[line] = mask_secrets(self._lines[line - 1])
        return self._shown[line]


def dotted(path: Path) -> str:
    """machines.srvweb1.inside, as messages name a place in the spec."""
    return show_value(".".join(str(step) for step in path))


def _fact(value: object) -> object:
    return value if isinstance(value, int | Phrase) else _short(visible_line(mask_secrets(str(value))))


def _short(text: str) -> str:
    return text if len(text) <= MAX_FACT else f"{text[:MAX_FACT]}…"
