"""Collects what is wrong while a spec is read, and says each thing once, whichever groups it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from esxlab.spec.problems import Phrase, SpecProblem, mask_secrets, show_value
from esxlab.spec.ranges import format_groups

if TYPE_CHECKING:
    from esxlab.spec.source import Mark, Path


@dataclass(slots=True)
class _Finding:
    facts: dict[str, object]
    groups: set[int] = field(default_factory=set)


class Findings:
    """Problems (E...) and warnings (W...) of one file, keyed by code, place and path."""

    def __init__(self, file: str, lines: tuple[str, ...]) -> None:
        self._file = file
        self._lines = lines
        self._found: dict[tuple[str, Mark, Path], _Finding] = {}

    def add(self, code: str, mark: Mark, path: Path, *, group: int | None = None, **facts: Any) -> None:
        """Note a problem; `group` None: it is not one group's. The first group's facts are kept."""
        finding = self._found.setdefault((code, mark, path), _Finding(facts))
        if group is not None:
            finding.groups.add(group)

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
        self, code: str, mark: Mark, path: Path, finding: _Finding, all_groups: tuple[int, ...]
    ) -> SpecProblem:
        some = finding.groups and finding.groups != set(all_groups)
        within = 1 <= mark.line <= len(self._lines)
        facts = {"key": dotted(path), **finding.facts}
        return SpecProblem(
            code=code,
            file=self._file,
            line=mark.line,
            column=mark.column,
            source_line=mask_secrets(self._lines[mark.line - 1]) if within else "",
            key=dotted(path),
            groups=format_groups(tuple(finding.groups)) if some else "",
            facts=tuple((name, _fact(value)) for name, value in facts.items()),
        )


def dotted(path: Path) -> str:
    """machines.srvweb1.inside, as messages name a place in the spec."""
    return show_value(".".join(str(step) for step in path))


def _fact(value: object) -> object:
    return value if isinstance(value, int | Phrase) else mask_secrets(str(value))
