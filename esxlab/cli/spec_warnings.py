"""What deserves a look in a spec: doctor tells all of it, plan and provision each once on this computer."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json_file, table
from esxlab.local.files import write_private
from esxlab.local.formats import KEY, check_schema, schema
from esxlab.local.lock import held
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from esxlab.local.unwritten import Unwritten
    from esxlab.show.console import Screen
    from esxlab.spec.problems import SpecProblem

FILE_NAME = "warnings.json"
KIND = "warnings"


def tell_warnings(warnings: Sequence[SpecProblem], screen: Screen) -> None:
    """The warnings with their lines; of very many the first thirty."""
    from esxlab.spec.limits import MAX_SHOWN  # noqa: PLC0415 - with the spec reader

    for warning in warnings[:MAX_SHOWN]:
        screen.note(f"{screen.err_glyphs.warning} {warning.text()}")
    if (left := len(warnings) - MAX_SHOWN) > 0:
        screen.note(say("spec.total.warnings", left=left))


def tell_new_warnings(
    warnings: Sequence[SpecProblem],
    screen: Screen,
    *,
    class_name: str,
    directory: Path,
    unwritten: Unwritten,
) -> None:
    """Those that were not told yet of this class on this computer, and a note that they are by now.

    One whose value or groups have changed is another one. With -q nothing is told, and nothing noted.
    """
    file = directory / FILE_NAME
    marks = {_mark(class_name, warning): warning for warning in warnings}
    if screen.quiet or not marks:
        return
    try:
        told = read_told(file)
        new = [mark for mark in marks if mark not in told]
        tell_warnings([marks[mark] for mark in new], screen)
        if new:
            with held(file.with_name(f"{FILE_NAME}.lock"), to_write=file, code="local.unwritten"):
                noted = {KEY: schema(KIND), "told": sorted(read_told(file) | set(new))}
                write_private(file, json.dumps(noted, indent=1) + "\n")
    except LabError as error:  # not being able to remember is no reason not to tell
        if error.code == "format.newer":
            tell_warnings(warnings, screen)
        unwritten.informs(error)


def _mark(class_name: str, warning: SpecProblem) -> str:
    said = (class_name, warning.code, warning.key, warning.groups, str(warning.facts))
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def read_told(file: Path) -> set[str]:
    """What was noted; nothing when there is no file, or somebody has spoilt it. LabError format.newer."""
    try:
        content = table(read_json_file(file))
        check_schema(content, KIND, file)
        return {str(mark) for mark in content["told"]}
    except (FileNotFoundError, KeyError, TypeError, Unreadable):
        return set()
