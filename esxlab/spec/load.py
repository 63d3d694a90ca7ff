"""Loads a class spec: file -> every problem at once, or the resolved specs of all groups."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from esxlab import registered
from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_file
from esxlab.lab.identity import GroupId
from esxlab.spec.class_rules import check_class
from esxlab.spec.composing import Flaw, Position, too_large
from esxlab.spec.draft import Draft, place_addresses
from esxlab.spec.expressions import has_expression
from esxlab.spec.faults import note_faults
from esxlab.spec.findings import Findings, TooMany
from esxlab.spec.heading import Heading, note_secrets, read_heading
from esxlab.spec.lab_rules import check_lab, warn_lab
from esxlab.spec.layers import compute, cut, layer_class, layer_group
from esxlab.spec.lettering import NotUtf8, decode_spec
from esxlab.spec.limits import MAX_BYTES, MAX_EXPRESSIONS, MAX_VALUES
from esxlab.spec.model import GroupParts
from esxlab.spec.naming import name_machines
from esxlab.spec.problems import SpecProblem, SpecProblems
from esxlab.spec.ranges import format_groups, parse_groups
from esxlab.spec.resolve import resolve_groups
from esxlab.spec.source import Document, read_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from esxlab.spec.layers import Layer
    from esxlab.spec.resolved import GroupSpec


@dataclass(frozen=True, slots=True)
class LoadedSpec:
    """A class spec without problems: its groups, and what deserves a look."""

    path: Path
    class_name: str
    group_numbers: tuple[int, ...]
    embedded_school: bool
    warnings: tuple[SpecProblem, ...]
    students: Path | None  # the class list; None: the spec names none
    _groups: dict[int, GroupSpec] = field(repr=False)
    _document: Document = field(repr=False)

    def group(self, number: int) -> GroupSpec:
        """The spec of one group; LabError spec.no_group when the class has no such group."""
        if number not in self._groups:
            known = format_groups(self.group_numbers)
            raise LabError("spec.no_group", where=str(self.path), number=number, known=known)
        return self._groups[number]

    def groups(self, selection: str | Iterable[int] | None = None) -> tuple[GroupSpec, ...]:
        """Some groups (`1-3,7`, or numbers), or all; LabError spec.groups or spec.no_group."""
        if selection is None:
            return tuple(self._groups.values())
        numbers = parse_groups(selection) if isinstance(selection, str) else selection
        return tuple(self.group(number) for number in numbers)

    def with_scenario(self, name: str) -> LoadedSpec:
        """The same class with this scenario for every group; LabError spec.no_scenario, or SpecProblems."""
        if name not in registered.names():
            raise LabError("spec.no_scenario", name=name, known=", ".join(registered.names()))
        return _load(self.path, self._document, scenario=name)


def load_class_spec(path: Path) -> LoadedSpec:
    """Read, check and resolve a class spec; raises SpecProblems with every problem of the file."""
    try:
        content = read_file(path, limit=MAX_BYTES)
    except FileNotFoundError:
        raise SpecProblems((SpecProblem("E101", str(path)),)) from None
    except Unreadable as error:
        if error.reason == "size":
            return _load(path, Document((), flaws=[too_large("size", MAX_BYTES)]))
        raise SpecProblems((SpecProblem("E112", str(path), facts=(("reason", str(error)),)),)) from error
    try:
        text = decode_spec(content)
    except NotUtf8 as error:
        facts = (("byte", f"0x{error.byte:02X}"), ("guess", error.guess))
        problem = SpecProblem("E113", str(path), *error.position, error.line, facts=facts)
        raise SpecProblems((problem,)) from error
    return _load(path, read_document(text))


def _load(path: Path, document: Document, *, scenario: str = "") -> LoadedSpec:
    findings = Findings(str(path), document.lines)
    try:
        return _checked(path, document, findings, scenario)
    except TooMany:
        raise SpecProblems(findings.problems("E", ()), more=True) from None


def _checked(path: Path, document: Document, findings: Findings, scenario: str) -> LoadedSpec:
    for flaw in document.flaws:
        findings.add(flaw.code, flaw.position, flaw.path, **flaw.facts)
    if not document.tree:
        if not findings.refused:
            findings.add("E104", Position(0, 0), ())
        raise SpecProblems(findings.problems("E", ()))
    root = min(document.keys.values())
    whole = cut(document, (), root)
    flaws = [flaw for flaw in document.flaws if flaw.code != "E103"]
    whole.broken |= {flaw.path for flaw in flaws}
    note_secrets(document.tree, whole, findings)
    heading = read_heading(whole, findings)
    for flaw in too_much(document, heading.numbers):
        findings.add(flaw.code, flaw.position, flaw.path, **flaw.facts)
        raise SpecProblems(findings.problems("E", heading.numbers))
    reported = _reported(document, whole, flaws)
    drafts = _draft_groups(document, heading, findings, scenario=scenario, reported=reported)
    whole_class = len(drafts) == len(heading.numbers)
    for draft in drafts:
        place_addresses(draft, findings)
        check_lab(draft, findings)
        warn_lab(draft, findings)
        _check_seeds(draft, path.parent, findings)
    named = name_machines(drafts, findings)
    check_class(drafts, findings)
    if findings.refused or not whole_class:
        raise SpecProblems(findings.problems("E", heading.numbers))
    return LoadedSpec(
        path=path,
        class_name=heading.class_name,
        group_numbers=heading.numbers,
        embedded_school=heading.embedded,
        warnings=findings.problems("W", heading.numbers),
        students=path.parent / heading.students if heading.students else None,
        _groups=resolve_groups(drafts, named, path.parent),
        _document=document,
    )


class _Reported(NamedTuple):
    """Places of keys and values about which everything has been said."""

    keys: set[Position]
    values: set[Position]


def _reported(document: Document, whole: Layer, flaws: list[Flaw]) -> _Reported:
    return _Reported(
        keys={document.keys[each] for each in whole.broken if each in document.keys},
        values={document.positions[flaw.path] for flaw in flaws if flaw.path in document.positions},
    )


def _draft_groups(
    document: Document, heading: Heading, findings: Findings, *, scenario: str, reported: _Reported
) -> list[Draft]:
    """The groups whose own parts are valid."""
    base = layer_class(document, min(document.keys.values()))
    drafts = []
    for number in heading.numbers:
        variables = {"group": number, "class_name": heading.class_name}
        override = heading.overrides.get(number)
        layer = layer_group(
            document, base, number, override, findings, variables=variables, scenario=scenario
        )
        if reported.keys or reported.values:
            layer.broken |= {path for path, position in layer.keys.items() if position in reported.keys}
            layer.broken |= {
                path for path, position in layer.positions.items() if position in reported.values
            }
        compute(layer, variables, number, findings)
        try:
            parts = GroupParts.model_validate(layer.tree)
        except ValidationError as error:
            errors = error.errors(include_url=False)
            note_faults(errors, layer, number, findings)
            continue
        drafts.append(Draft(GroupId(heading.class_name, number), layer, parts))
    return drafts


def too_much(document: Document, numbers: tuple[int, ...]) -> Iterator[Flaw]:
    """E109 for what would take too long to compute, although each part of it is right."""
    expressions = {text for text in _texts(document.tree) if has_expression(text)}
    if len(expressions) > MAX_EXPRESSIONS:
        yield too_large("expressions", MAX_EXPRESSIONS)
    shared = sum(path[:1] not in {("overrides",), ("vsphere",)} for path in document.positions)
    if shared * len(numbers) > MAX_VALUES:
        yield too_large("values", MAX_VALUES)


def _texts(value: Any) -> Iterator[str]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from (each,) if isinstance(each, str) else _texts(each)


def _check_seeds(draft: Draft, directory: Path, findings: Findings) -> None:
    seeds = draft.parts.seeds
    if seeds is not None and not os.path.isdir(directory / seeds):  # noqa: PTH112 - False for a name too long
        position = draft.layer.position(("seeds",))
        findings.add("E212", position, ("seeds",), group=draft.group.number, value=seeds)
