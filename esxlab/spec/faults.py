"""From pydantic's errors to ours: one table, so that no English sentence of pydantic reaches a reader."""

from __future__ import annotations

import re
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel

from esxlab.spec.fields import PATTERNS
from esxlab.spec.hints import hint
from esxlab.spec.layers import CLASS_KEYS
from esxlab.spec.model import GroupParts
from esxlab.spec.problems import Phrase, show_value

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from esxlab.spec.findings import Findings
    from esxlab.spec.layers import Layer
    from esxlab.spec.source import Path

FAULTS = {
    "extra_forbidden": "E105",
    "missing": "E106",
    "string_type": "E107",
    "string_unicode": "E107",
    "int_type": "E107",
    "int_parsing": "E107",
    "int_parsing_size": "E107",
    "int_from_float": "E107",
    "finite_number": "E107",
    "bool_type": "E107",
    "bool_parsing": "E107",
    "dict_type": "E107",
    "model_type": "E107",
    "model_attributes_type": "E107",
    "tuple_type": "E107",
    "string_pattern_mismatch": "E201",
    "literal_error": "E202",
    "greater_than_equal": "E203",
    "less_than_equal": "E203",
    **{code: code for code in ("E204", "E205", "E206", "E207")},
}
"""pydantic's error type -> our code."""

_KINDS = {"string": "text", "int": "whole", "finite": "whole", "bool": "truth", "tuple": "list"}
_PATTERN_NAMES = {pattern: name for name, pattern in PATTERNS.items()}


def note_faults(errors: list[ErrorDetails], layer: Layer, number: int, findings: Findings) -> None:
    """Turn one group's pydantic errors into findings with their places in the file."""
    for error in errors:
        path: Path = tuple(step for step in error["loc"] if step != "[key]")
        if any(path[:size] in layer.broken for size in range(1, len(path) + 1)):
            continue
        code = FAULTS[error["type"]]
        if code == "E107" and error["input"] is None:
            code = "E106"
        on_key = code == "E105" or "[key]" in error["loc"]
        position = layer.key_position(path) if on_key else layer.position(path)
        if not findings.again(code, position, path, group=number):
            findings.add(code, position, path, group=number, **_facts(code, error, path))


def _facts(code: str, error: ErrorDetails, path: Path) -> dict[str, Any]:
    """The values that the code's sentences name."""
    context = error.get("ctx", {})
    facts: dict[str, Any] = {"value": show_value(error["input"])}
    match code:
        case "E105":
            facts = {"name": show_value(path[-1]), "hint": hint(str(path[-1]), known_keys(path[:-1]))}
        case "E106":
            facts = {"advice": _missing_advice(path)}
        case "E107":
            kind = _KINDS.get(error["type"].partition("_")[0], "table")
            if kind == "table" and re.match(r"\w+:\S", str(error["input"])):
                kind = "spaced_table"  # `user:prof` below its key is one word
            facts["kind"] = Phrase(f"spec.kind.{kind}")
        case "E201":
            facts["allowed"] = Phrase(f"spec.allowed.{_PATTERN_NAMES[context['pattern']]}")
        case "E202":
            facts["hint"] = hint(str(error["input"]), re.findall(r"'([^']*)'", str(context["expected"])))
        case "E203":
            bound = "ge" if "ge" in context else "le"
            key = {"ge": "spec.at_least", "le": "spec.at_most"}[bound]
            facts["bound"] = Phrase(key, (("limit", context[bound]),))
        case "E206":
            facts["network"] = context["network"]
    return facts


def _missing_advice(path: Path) -> Phrase:
    name, parent = str(path[-1]), ".".join(str(step) for step in path[:-1])
    if path == ("router", "host"):
        return Phrase("spec.add_router")
    if not parent:
        return Phrase("spec.add_top", (("name", name),))
    return Phrase("spec.add_below", (("name", name), ("parent", parent)))


def known_keys(path: Path) -> list[str]:
    """The keys that the table at this path may have; empty when any name will do."""
    current: Any = GroupParts
    for step in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            found = current.model_fields.get(str(step))
            current = found.annotation if found else None
        else:
            current = get_args(current)[-1] if get_origin(current) is dict else None
        if isinstance(current, UnionType):
            current = get_args(current)[0]
    if not (isinstance(current, type) and issubclass(current, BaseModel)):
        return []
    extra = {(): CLASS_KEYS, ("vsphere",): ("hosts",)}.get(tuple(str(step) for step in path), ())
    return [*current.model_fields, *extra]
