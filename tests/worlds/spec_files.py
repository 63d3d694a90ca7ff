"""How a teacher's editor keeps the spec: its encoding, its line ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.worlds.values import Value

if TYPE_CHECKING:
    from pathlib import Path

ENCODINGS = {"UTF-8": "utf-8", "BOM": "utf-8-sig", "UTF-16": "utf-16", "CRLF": "utf-8"}
SOURCE = "worlds.md, teacher's computer; cases.md, guests and the spec"
DIMENSIONS = {"spec_file": {name: Value(source=SOURCE) for name in ENCODINGS}}


def write_spec(path: Path, content: dict[str, Any], how: str) -> None:
    """JSON is YAML: indented, so that lines mean something."""
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    if how == "CRLF":
        text = text.replace("\n", "\r\n")
    path.write_bytes(text.encode(ENCODINGS[how]))
