"""What a spec says of the whole class: name, groups, class list, overrides; and that it holds no secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.spec.fields import PATTERNS
from esxlab.spec.problems import SENSITIVE_WORDS, Phrase, show_value
from esxlab.spec.ranges import format_groups, parse_groups

if TYPE_CHECKING:
    from esxlab.spec.findings import Findings
    from esxlab.spec.layers import Layer
    from esxlab.spec.source import Path

_SECRET_KEY = re.compile(SENSITIVE_WORDS, re.IGNORECASE)
_SECRET_VALUE = re.compile(r"//[^/@\s]+@")
_SORTS = ("model", "generated")
_VARIABLES = (
    (("vsphere",), "ESXLAB_VSPHERE_PASSWORD"),
    (("router", "enable"), "ESXLAB_ROUTER_PASSWORD, ESXLAB_ROUTER_SECRET"),
    (("guest", "machines", "clients"), "ESXLAB_GUEST_PASSWORD"),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The class-wide part of a spec. `overrides` is group number -> key of its entry in the document.

    `students`: the class list's path as it is written; empty: there is none.
    """

    class_name: str
    numbers: tuple[int, ...]
    embedded: bool
    overrides: dict[int, str]
    students: str = ""


def read_heading(layer: Layer, findings: Findings) -> Heading:
    """Read class, groups, school and overrides; what is wrong goes to findings, with a stand-in returned."""
    tree = layer.tree
    name = tree.get("class")
    if ("class",) in layer.broken:
        name = None
    elif name is None:
        findings.add(
            "E106",
            layer.key_position(("class",)),
            ("class",),
            advice=Phrase("spec.add_top", (("name", "class"),)),
        )
    elif not (isinstance(name, str) and re.fullmatch(PATTERNS["class"], name)):
        findings.add("E208", layer.position(("class",)), ("class",), value=show_value(name))
        name = None
    numbers = _read_groups(layer, findings)
    return Heading(
        class_name=name or "class",
        numbers=numbers or (1,),
        embedded=_read_embedded(layer, findings),
        overrides=_read_overrides(layer, numbers, findings),
        students=_read_students(layer, findings),
    )


def note_secrets(tree: Any, layer: Layer, findings: Findings, path: Path = ()) -> None:
    """Every key that names a secret, and every address with a login in it, is an error where it stands."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in pairs:
        here = (*path, key)
        a_machine = path[-1:] in {("machines",), ("weights",)}
        if here[-2:] == ("guest", "password") and value in _SORTS:
            continue  # says which password, not what it is
        if isinstance(key, str) and not a_machine and _SECRET_KEY.search(key):
            findings.add(
                "E501", layer.key_position(here), here, name=show_value(key), variable=_variable(here)
            )
            layer.broken.add(here)
        elif isinstance(value, str) and _SECRET_VALUE.search(value):
            findings.add("E502", layer.position(here), here)
            layer.broken.add(here)
        else:
            note_secrets(value, layer, findings, here)


def _variable(path: Path) -> Phrase:
    """Where this secret belongs instead."""
    if path[-2:] == ("guest", "password"):
        return Phrase("spec.guest_password")
    for parts, variable in _VARIABLES:
        if any(str(step) in parts for step in path):
            return Phrase("spec.from_environment", (("variable", variable),))
    if "cluster" in path:
        return Phrase("spec.made_by_esxlab")
    return Phrase("spec.from_environment", (("variable", "ESXLAB_..._PASSWORD"),))


def _read_groups(layer: Layer, findings: Findings) -> tuple[int, ...]:
    path: Path = ("groups",)
    value = layer.tree.get("groups")
    if path in layer.broken:
        return ()
    if value is None:
        findings.add(
            "E106", layer.key_position(path), path, advice=Phrase("spec.add_top", (("name", "groups"),))
        )
        return ()
    pieces = value if isinstance(value, list) else [value]
    text = ",".join(str(piece) for piece in pieces)
    try:
        return parse_groups(text)
    except LabError:
        findings.add("E209", layer.position(path), path, text=show_value(text))
        return ()


def _read_embedded(layer: Layer, findings: Findings) -> bool:
    school = layer.tree.get("school")
    if school == "embedded":
        return True
    embedded = school.get("embedded", False) if isinstance(school, dict) else False
    if isinstance(embedded, bool):
        return embedded
    path: Path = ("school", "embedded")
    findings.add(
        "E107", layer.position(path), path, value=show_value(embedded), kind=Phrase("spec.kind.truth")
    )
    return False


def _read_students(layer: Layer, findings: Findings) -> str:
    """Whether the file is there is asked by who reads it: a colleague's computer need not have the names."""
    path: Path = ("students",)
    value = layer.tree.get("students")
    if value is None or path in layer.broken:
        return ""
    if not isinstance(value, str):
        kind = Phrase("spec.kind.text")
        findings.add("E107", layer.position(path), path, value=show_value(value), kind=kind)
        return ""
    if not re.fullmatch(PATTERNS["class_list"], value):
        allowed = Phrase("spec.allowed.class_list")
        findings.add("E201", layer.position(path), path, value=show_value(value), allowed=allowed)
        return ""
    return value


def _read_overrides(layer: Layer, numbers: tuple[int, ...], findings: Findings) -> dict[int, str]:
    table = layer.tree.get("overrides")
    if table is None:
        return {}
    path: Path = ("overrides",)
    if not isinstance(table, dict):
        kind = Phrase("spec.kind.table")
        findings.add("E107", layer.position(path), path, value=show_value(table), kind=kind)
        return {}
    taken: dict[int, str] = {}
    there = frozenset(numbers)
    for key, part in table.items():
        here = (*path, key)
        try:
            wanted = parse_groups(key)
        except LabError:
            findings.add("E209", layer.key_position(here), here, text=show_value(key))
            continue
        if not isinstance(part, dict | None):
            kind = Phrase("spec.kind.table")
            findings.add("E107", layer.position(here), here, value=show_value(part), kind=kind)
            continue
        absent = tuple(number for number in wanted if number not in there)
        if absent and numbers:
            known = format_groups(numbers)
            findings.add("E423", layer.key_position(here), here, absent=format_groups(absent), known=known)
        for number in wanted:
            if number in taken:
                position = layer.key_position(here)
                findings.add("E421", position, path, group=number, first=taken[number], second=key)
            taken.setdefault(number, key)
    return {number: key for number, key in taken.items() if table[key] is not None}
