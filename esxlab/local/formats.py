"""The format of the JSON files that esxlab keeps on this computer: `"schema": "esxlab/secrets/1"`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from esxlab.errors import LabError
from esxlab.foreign import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEY = "schema"
FORMAT = 1
_SCHEMA = re.compile(r"esxlab/([a-z]+)/([0-9]{1,6})")


def schema(kind: str) -> str:
    """What a file of this kind says of itself."""
    return f"esxlab/{kind}/{FORMAT}"


def check_schema(content: Mapping[str, Any], kind: str, file: Path) -> None:
    """That this program knows the format. One that says nothing is of an esxlab of before formats were said.

    Raises:
        LabError: format.newer.
        Unreadable: it is a file of another kind.
    """
    said = content.get(KEY, schema(kind))
    found = _SCHEMA.fullmatch(said) if isinstance(said, str) else None
    if found is None or found[1] != kind:
        raise Unreadable("type")
    if int(found[2]) > FORMAT:
        raise LabError("format.newer", where=str(file), format=int(found[2]))
