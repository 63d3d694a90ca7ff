"""`make worlds`: every world, or some; surprises by kind, and each failing world as a file.

python -m tests.worlds                  all of them
python -m tests.worlds FILE ...         a world again, as it was printed
python -m tests.worlds --numbers 3,7    some of the array
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from tests.worlds.arrays import ARRAY, worlds, write
from tests.worlds.known import is_known
from tests.worlds.report import Lived, summary
from tests.worlds.shrink import lived, shrunk
from tests.worlds.world import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.worlds.world import World

LIMIT_S = 1800.0
"""For the next of the worlds. Not a ProcessPoolExecutor with max_tasks_per_child: when its workers have done
their tasks it waits for ever (python/cpython#115634), and the whole array never came to its end."""
KEPT = Path(".esxlab") / "worlds"


def main() -> int:
    """0 when nothing surprised anybody."""
    options = _options()
    if options.draw:
        print(f"{write()} worlds in {ARRAY}")
        return 0
    chosen = [from_json(Path(name).read_text(encoding="utf-8")) for name in options.files] or _of_array(
        options
    )
    results: list[Lived] = []
    began = time.monotonic()
    for result in _live_all(chosen, options.workers):
        results.append(result)
        surprises = [s for s in result.surprises if not is_known(s)]
        print(f"{time.monotonic() - began:6.0f} s  {len(results)}/{len(chosen)}  ", end="")
        print(f"world {result.world.seed}: {len(surprises) or 'no'} surprise(s)", flush=True)
        if surprises:
            _tell(result, shrink=options.shrink)
    text = summary(results)
    print(text)
    if options.report:
        Path(options.report).write_text(
            "".join(json.dumps(result.document(), ensure_ascii=False) + "\n" for result in results),
            encoding="utf-8",
        )
    return int(any(not is_known(s) for result in results for s in result.surprises))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.worlds", description=__doc__)
    parser.add_argument("files", nargs="*", help="worlds as they were printed")
    parser.add_argument("--numbers", help="worlds of the array by their numbers: 3,7")
    parser.add_argument("--workers", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--shrink", type=int, default=0, help="lives at most to make a failing world smaller")
    parser.add_argument("--draw", action="store_true", help="draw the covering array anew")
    parser.add_argument("--report", help="every world and its surprises, a line of JSON each")
    return parser.parse_args()


def _of_array(options: argparse.Namespace) -> list[World]:
    found = list(worlds())
    numbers = [int(n) for n in (options.numbers or "").split(",") if n] or range(len(found))
    return [found[number] for number in numbers]


def _live_all(chosen: Sequence[World], workers: int) -> Iterator[Lived]:
    if len(chosen) == 1:
        yield lived(chosen[0])
        return
    with get_context("spawn").Pool(workers, maxtasksperchild=8) as pool:
        results = pool.imap_unordered(lived, chosen)
        for _ in chosen:
            yield results.next(timeout=LIMIT_S)


def _tell(result: Lived, *, shrink: int) -> None:
    """Its surprises, and the file that replays it."""
    for surprise in result.surprises:
        print(f"    {surprise.kind} | {surprise.command} | {surprise.seen[:300]}")
    smallest = shrunk(result, lives=shrink) if shrink else result.world
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"world-{result.world.seed}.json"
    file.write_text(to_json(smallest), encoding="utf-8")
    print(f"    {smallest}\n    again: python -m tests.worlds {file}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
