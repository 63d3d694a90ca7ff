"""What the truth lab saw: the records of its runs, and docs/what-was-seen.md, which is made from them.

`write_record` keeps one part of a run in .esxlab/seen; `python -m tests.seen` puts those parts that are there
into docs/what-was-seen.json and writes the document; a part that was not run again stays as it was.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RECORDS = ROOT / ".esxlab" / "seen"


def write_record(part: str, seen: dict[str, Any]) -> None:
    """Keep what a run has seen, as JSON."""
    records = Path(os.environ.get("ESXLAB_RECORDS", RECORDS))
    records.mkdir(parents=True, exist_ok=True)
    text = json.dumps(seen, indent=1, ensure_ascii=False)
    (records / f"{part}.json").write_text(text + "\n", encoding="utf-8")
