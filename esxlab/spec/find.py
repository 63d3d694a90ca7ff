"""Where the class spec is: esxlab.yaml, in this directory or one above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.local.places import is_file

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAMES = ("esxlab.yaml", "esxlab.yml")


def find_spec(start: Path) -> Path:
    """The nearest esxlab.yaml or esxlab.yml from `start` upward; LabError spec.not_found if there is none."""
    for directory in (start, *start.parents):
        for name in FILE_NAMES:
            candidate = directory / name
            if is_file(candidate):
                return candidate
    raise LabError("spec.not_found", names=" / ".join(FILE_NAMES), start=start)
