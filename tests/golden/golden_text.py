"""Compares a text with its golden file; UPDATE_GOLDEN=1 writes the file instead."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


def check_golden(name: str, text: str) -> None:
    path = TEXTS / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    kept = path.read_text(encoding="utf-8")
    if text != kept:
        lines = difflib.unified_diff(kept.splitlines(), text.splitlines(), path.name, "now", lineterm="")
        raise AssertionError("\n".join((*lines, "UPDATE_GOLDEN=1 accepts the new text")))
