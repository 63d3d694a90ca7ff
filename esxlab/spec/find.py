"""Where the class spec is: esxlab.yaml, in this directory or one above."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from esxlab.errors import LabError
from esxlab.local.places import is_file

if TYPE_CHECKING:
    from pathlib import Path

VARIABLE = "ESXLAB_FILE"
"""Names the spec of all commands; who calls `find_spec` has found nothing in it."""
FILE_NAMES = ("esxlab.yaml", "esxlab.yml")


def find_spec(start: Path) -> Path:
    """The nearest esxlab.yaml or esxlab.yml from `start` upward; LabError spec.not_found if there is none."""
    for directory in (start, *start.parents):
        for name in FILE_NAMES:
            candidate = directory / name
            if is_file(candidate):
                return candidate
    code = "spec.not_found" if os.environ.get(VARIABLE) is None else "spec.variable_empty"
    raise LabError(code, variable=VARIABLE, names=" / ".join(FILE_NAMES), start=start)
