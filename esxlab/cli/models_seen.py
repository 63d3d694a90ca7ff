"""How the models' disks were when doctor last looked, on this computer: a changed one is told."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json_file, texts_by_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from esxlab.lab.finding import Finding

FILE_NAME = "models.json"


def compare_models(findings: Sequence[Finding], directory: Path) -> tuple[Finding, ...]:
    """The same findings; a model that is otherwise than last time is a warning. What is now is noted."""
    file = directory / FILE_NAME
    seen = _read(file)
    now = {str(f.facts["place"]): str(f.facts["disk"]) for f in findings if f.facts.get("disk")}
    compared = tuple(_compared(finding, seen) for finding in findings)
    if now.items() - seen.items():
        _write(file, seen | now)
    return compared


def _compared(finding: Finding, seen: dict[str, str]) -> Finding:
    now = finding.facts.get("disk")
    before = seen.get(str(finding.facts.get("place")))
    if finding.error is not None or not now or before in {None, now}:
        return finding
    error = LabError("doctor.model_changed", where=finding.where, before=before, now=now)
    return replace(finding, error=error, warning=True)


def _read(file: Path) -> dict[str, str]:
    """What was noted; nothing when there is no file, or when somebody has spoilt it: it is only a cache."""
    try:
        return texts_by_name(read_json_file(file))
    except (FileNotFoundError, Unreadable):
        return {}


def _write(file: Path, seen: dict[str, str]) -> None:
    draft = file.with_name(f".{FILE_NAME}.{secrets.token_hex(8)}")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.write_text(json.dumps(dict(sorted(seen.items())), indent=1) + "\n", encoding="utf-8")
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)  # not being able to remember is no reason not to tell
