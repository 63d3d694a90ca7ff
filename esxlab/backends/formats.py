"""The format of the JSON files that esxlab keeps on datastores: records, owner files, locks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "esxlab"
FORMAT = 1
"""New keys do not raise it: unknown ones are passed over. What changes a meaning does."""


def rendered(content: Mapping[str, Any]) -> str:
    """A whole file: the format first, what is inside indented (vsphere/torn.py relies on both)."""
    return json.dumps({KEY: FORMAT, **content}, indent=1) + "\n"


def newer(found: Mapping[str, Any], file: str) -> LabError | None:
    """LabError record.newer when this file, at this path, says a format that this program does not know."""
    said = found.get(KEY)
    if type(said) is not int or said <= FORMAT:  # a bool is an int to isinstance
        return None
    return LabError("record.newer", file=file, format=min(said, 10**6))
