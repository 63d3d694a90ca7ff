"""`make torture`: every break of every command, one after the other; how many trials, and how many failed.

    python -m tests.torture [--every N] [--only provision|switch|teardown]

The trials are shared among as many schools as there are processors.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.kill_harness import COMMANDS, Bench, Point, TroubleError, bench

ROOT = Path(__file__).parent.parent


def main() -> int:
    """Start a process for each share of the trials; 1 when a trial has failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th point")
    parser.add_argument("--only", choices=sorted(COMMANDS), help="only the points of this command")
    parser.add_argument("--share", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.share:
        first, step = map(int, options.share.split("/"))
        return share(first, step, every=options.every, only=options.only)
    began = time.monotonic()
    count = os.cpu_count() or 1
    words = [sys.executable, "-m", "tests.torture", "--every", str(options.every)]
    words += ["--only", options.only] if options.only else []
    parts = [
        subprocess.Popen([*words, "--share", f"{n}/{count}"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for n in range(count)
    ]
    trials = failures = 0
    for part in parts:
        for line in part.stdout or ():
            word, _, rest = line.rstrip().partition(" ")
            trials += word in {"ok", "FAILED"}
            failures += word == "FAILED"
            if word != "ok":
                print(word, rest, flush=True)
        part.wait()
    broken = sum(part.returncode not in {0, 1} for part in parts)
    print(f"{trials} trials, {failures} failures, {time.monotonic() - began:.0f} s")
    return 1 if failures or broken or not trials else 0


def share(first: int, step: int, *, every: int, only: str | None) -> int:
    """Every `step`-th of the chosen points; a school in which a trial has failed makes way for a new one."""
    left: list[int] | None = None
    failed = 0
    while left is None or left:
        with tempfile.TemporaryDirectory() as scratch, bench(Path(scratch)) as trials:
            points = [p for p in trials.points() if only in {None, p.command}][::every]
            left = list(range(first, len(points), step)) if left is None else left
            trouble = attempt_until_trouble(trials, points, left)
        if trouble:
            failed += 1
            print("FAILED", trouble.replace("\n", " | "), flush=True)
    return 1 if failed else 0


def attempt_until_trouble(trials: Bench, points: list[Point], left: list[int]) -> str:
    """Take the numbers off the list, one after the other; what went wrong, empty: nothing."""
    while left:
        number = left.pop(0)
        if number < len(points):  # the next school may have counted one call less
            try:
                trials.attempt(points[number])
            except TroubleError as trouble:
                return str(trouble)
            print("ok", points[number], flush=True)
    return ""


if __name__ == "__main__":
    sys.exit(main())
