"""`make promises`: breaks one line of the program at a time, in a copy, and requires that its test fails.

    python -m tests.broken_promises [--only WORD]

The table is tests/promises.toml. A line that is not there, a test that fails in the sound copy, and one that
does not fail in the broken copy are failures of this program.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.hostile import share
from tests.promises import PROMISES, ROOT, Side, missing

WORKERS = 2
LIMIT_S = 420.0
HANGING_S = 60.0
PASSED, FAILED = 0, 1
PARTS = (
    "esxlab",
    "tests",
    "specs",
    "seeds",
    "docs",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "Makefile",
)


def main() -> int:
    """Break every line; 1 when one of them is not noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.broken_promises")
    parser.add_argument("--only", default="", metavar="WORD", help="only the lines with this in test or file")
    only = parser.parse_args().only
    sides = [s for p in PROMISES for s in p.sides if only in f"{p.name} {s.test} {s.file}"]
    if lost := missing():
        print("not there, or not once:", *lost, sep="\n  ")
        return 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="esxlab-promises-") as scratch:
        copies = [copy_of_the_program(Path(scratch) / str(number)) for number in range(WORKERS)]
        tests = sorted({side.test for side in sides})
        if (status := run(copies[0], tests, limit_s=LIMIT_S * 4)) != PASSED:
            print(f"the tests do not pass in the program as it is (pytest ended with {status})")
            return 1
        print(f"{len(tests)} tests pass in the program as it is; now without ...", flush=True)
        free: SimpleQueue[Path] = SimpleQueue()
        for copy in copies:
            free.put(copy)
        with ThreadPoolExecutor(WORKERS) as pool:
            unnoticed = sum(pool.map(lambda side: 0 if is_noticed(side, free) else 1, sides))
    print(f"{len(sides)} lines, {unnoticed} unnoticed, {time.monotonic() - began:.0f} s")
    return 1 if unnoticed or not sides else 0


def is_noticed(side: Side, free: SimpleQueue[Path]) -> bool:
    """Whether the test fails without the line."""
    copy, began = free.get(), time.monotonic()
    file = copy / side.file
    sound = file.read_text(encoding="utf-8")
    try:
        if side.hangs and run(copy, [side.test], limit_s=HANGING_S) != PASSED:
            print(f"{side.test} does not end in {HANGING_S:.0f} s with its line", flush=True)
            return False
        file.write_text(broken(sound, side), encoding="utf-8")
        status = run(copy, [side.test], limit_s=HANGING_S if side.hangs else LIMIT_S)
    finally:
        file.write_text(sound, encoding="utf-8")
        free.put(copy)
    noticed = status == FAILED or (status is None and side.hangs)
    how = {FAILED: "fails", None: "does not end"}.get(status, f"UNNOTICED ({status})")
    how = how if noticed else f"UNNOTICED ({status})"
    print(
        f"{time.monotonic() - began:4.0f} s  {side.file}: {side.line}\n        {how}: {side.test}", flush=True
    )
    return noticed


def broken(text: str, side: Side) -> str:
    """The file with the line broken; it must still be Python."""
    lines = text.splitlines()
    number = next(n for n, line in enumerate(lines) if line.strip() == side.line)
    indentation = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
    lines[number] = indentation + side.becomes if side.becomes else ""
    changed = "\n".join(lines) + "\n"
    compile(changed, side.file, "exec")
    return changed


def copy_of_the_program(target: Path) -> Path:
    """The tree, without what it leaves behind."""
    target.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, target / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target / part)
    return target


def run(copy: Path, tests: list[str], *, limit_s: float) -> int | None:
    """pytest's exit status; None: it was ended after the limit."""
    environment = {
        **os.environ,
        share.VARIABLE: share.WHOLE,  # a promise names one pair of peer and command, whatever the day
        "ESXLAB_LAW_FIRST": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(copy),
    }
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    with subprocess.Popen(
        words, cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            said, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
    if process.returncode not in {PASSED, FAILED}:
        print(said[-2000:], flush=True)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
