"""What the truth lab saw: the records of its runs, and docs/what-was-seen.md, which is made from them.

`write_record` keeps one part of a run in .esxlab/seen. `python -m tests.seen` takes the parts that are there
into docs/what-was-seen.json and writes the document; a part that was not run again stays as it was.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.seen_tables import PARTS

ROOT = Path(__file__).parents[1]
RECORDS = Path(os.environ.get("ESXLAB_RECORDS", ROOT / ".esxlab" / "seen"))
KEPT = ROOT / "docs" / "what-was-seen.json"
DOCUMENT = ROOT / "docs" / "what-was-seen.md"
HEAD = """\
# What was seen

<!-- made by `python -m tests.seen` from docs/what-was-seen.json; do not edit -->

This is no promise and no plan: it is what the *truth lab* saw when it was last run, written down by a
program. The truth lab is the embedded school's engine `qemu`: its machines are real Debian systems,
booted by QEMU from the disks that esxlab copied; Heartbeat, Apache, IPVS, the kernel and the packets are
the real ones, and all that is typed are the commands that a teacher types. vSphere (govmomi's vcsim
behind a proxy) and the router's command line are simulated; the router's packets are not. It is neither
Debian 9 nor ESXi: see the [limits](../README.md#limits).

`make seen` runs it again and writes this page anew.
"""

NAMES = {
    "course": "the whole course, from an empty school to the teardown (`make test-real`)",
    "french": "the course in French (`make test-french`)",
    "matrix": "other models, other exercises (`make test-matrix`)",
    "installer": "a model from an installer (`make test-model MODEL=hybrid`)",
    "two_groups": "two groups at once against one (`make test-real-class`)",
    "killed": "machines and the school's process killed in the middle of a provision (`make test-real-kill`)",
    "rootless": "a school without root (`make test-real-rootless`)",
}


def write_record(part: str, seen: dict[str, Any]) -> None:
    """Keep what a run has seen, as JSON."""
    RECORDS.mkdir(parents=True, exist_ok=True)
    dated = {"when": datetime.now(UTC).date().isoformat(), **seen}
    text = json.dumps(dated, indent=1, ensure_ascii=False)
    (RECORDS / f"{part}.json").write_text(text + "\n", encoding="utf-8")


def write_row(name: str, found: dict[str, Any]) -> None:
    """Keep what a row of the matrix has seen beside the others."""
    file = RECORDS / "matrix.json"
    rows = json.loads(file.read_text(encoding="utf-8"))["rows"] if file.exists() else {}
    write_record("matrix", {"rows": {**rows, name: found}})


def take_over() -> None:
    """The parts that were run since, into the kept JSON."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    for part in PARTS:
        file = RECORDS / f"{part}.json"
        if file.exists():
            found = json.loads(file.read_text(encoding="utf-8"))
            if "rows" in found:  # those that were not run again stay
                found["rows"] = {**kept.get(part, {}).get("rows", {}), **found["rows"]}
            kept[part] = found
    text = json.dumps(kept, indent=1, ensure_ascii=False)
    KEPT.write_text(text + "\n", encoding="utf-8")


def document() -> str:
    """docs/what-was-seen.md, from what is kept."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    parts = [render(kept[part]) for part, render in PARTS.items() if part in kept]
    missing = [NAMES[part] for part in PARTS if part not in kept]
    told = [f"**Not seen yet, or not to the end:** {'; '.join(missing)}."] if missing else []
    return "\n\n".join([HEAD.rstrip(), *told, *parts]) + "\n"


def main() -> int:
    """Take over and write."""
    take_over()
    DOCUMENT.write_text(document(), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
