"""`make demo`: the main job on the embedded school, by the commands that a teacher types."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
SPEC = ROOT / "specs" / "demo.yaml"

STEPS = (
    ("plan", "--group", "1"),
    ("provision", "--yes"),
    ("verify",),
    ("status",),
    ("provision", "--yes"),
    ("teardown", "--group", "2", "--yes"),
    ("status",),
    ("verify", "--group", "1,3"),
)


def esxlab(*words: str, timeout_s: float = 300) -> None:
    """Show the command, run it, stop the demonstration when it fails."""
    print(
        f"\n\033[1m$ esxlab {shlex.join(words)}\033[0m"
        if sys.stdout.isatty()
        else f"\n$ esxlab {shlex.join(words)}",
        flush=True,
    )
    command = [sys.executable, "-m", "esxlab", *words]
    subprocess.run(
        command, check=True, timeout=timeout_s, cwd=ROOT, env=os.environ | {"ESXLAB_FILE": str(SPEC)}
    )


def main() -> int:
    """Run every step; the school is gone at the end, whatever happened."""
    subprocess.run([sys.executable, "-m", "esxlab.sim.build"], check=True, timeout=1200, cwd=ROOT)
    began = time.monotonic()
    try:
        esxlab("sim", "up")
        for step in STEPS:
            esxlab(*step)
    except subprocess.CalledProcessError as error:
        print(f"\nthis step failed (exit {error.returncode}); the school is taken down", file=sys.stderr)
        return 1
    finally:
        esxlab("sim", "down")
    print(f"\nall of it in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
