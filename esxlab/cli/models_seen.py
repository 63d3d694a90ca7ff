"""How the models' disks were when doctor last looked, on this computer: a changed one is told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json_file, table, texts_by_name
from esxlab.local.files import write_private
from esxlab.local.formats import KEY, check_schema, schema
from esxlab.local.lock import held

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from esxlab.lab.finding import Finding
    from esxlab.local.unwritten import Unwritten

FILE_NAME = "models.json"
KIND = "models"


def compare_models(findings: Sequence[Finding], directory: Path, unwritten: Unwritten) -> tuple[Finding, ...]:
    """The same findings; a model that is otherwise than last time is a warning. What is now is noted."""
    file = directory / FILE_NAME
    try:
        seen = _read(file)
    except LabError as newer:
        unwritten.informs(newer)
        return tuple(findings)
    now = {str(f.facts["place"]): str(f.facts["disk"]) for f in findings if f.facts.get("disk")}
    compared = tuple(_compared(finding, seen) for finding in findings)
    if now.items() - seen.items():
        _note(file, now, unwritten)
    return compared


def _compared(finding: Finding, seen: dict[str, str]) -> Finding:
    now = finding.facts.get("disk")
    before = seen.get(str(finding.facts.get("place")))
    if finding.error is not None or not now or before in {None, now}:
        return finding
    error = LabError("doctor.model_changed", where=finding.where, before=before, now=now)
    return replace(finding, error=error, warning=True)


def _read(file: Path) -> dict[str, str]:
    """What was noted; nothing when there is no file, or when somebody has spoilt it: it is only a cache.

    The file of before formats were said has the models alone. LabError format.newer.
    """
    try:
        content = table(read_json_file(file))
        check_schema(content, KIND, file)
        return texts_by_name(content["models"] if KEY in content else content)
    except (FileNotFoundError, KeyError, Unreadable):
        return {}


def _note(file: Path, now: dict[str, str], unwritten: Unwritten) -> None:
    try:
        with held(file.with_name(f"{FILE_NAME}.lock"), to_write=file, code="local.unwritten"):
            content = {KEY: schema(KIND), "models": dict(sorted((_read(file) | now).items()))}
            write_private(file, json.dumps(content, indent=1) + "\n")
    except LabError as error:  # not being able to remember is no reason not to tell
        unwritten.informs(error)
