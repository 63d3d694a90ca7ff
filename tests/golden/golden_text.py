"""Compares a text with its golden file; UPDATE_GOLDEN=1 writes the file instead."""

from __future__ import annotations

import os
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


def check_golden(name: str, text: str) -> None:
    path = TEXTS / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), (
        f"{path.name} differs; UPDATE_GOLDEN=1 accepts the new text"
    )
