"""`make torture`: every break of every command, and kills at random times; how many trials and failures.

    python -m tests.torture [--resume] [--only provision|switch|teardown|random] [--every N] [--like TEXT]
    python -m tests.torture --road ssh [--api none] [--only provision|teardown] [--every N] [--like TEXT]

Each trial is written down as it ends, so that a run that was stopped goes on with `--resume`. The trials are
shared among four times as many schools as there are processors: most of a trial is waiting.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from esxlab.sim.build import cache_directory
from tests.kill_harness import COMMANDS, Bench, Story, Trial, TroubleError, bench, stories
from tests.random_kills import KILLS, kill_at_random
from tests.ssh_torture import torture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.strikes import Point

ROOT = Path(__file__).parent.parent
RANDOM = "random"
OK, FAILED, MISSED = "ok", "FAILED", "missed"
SLOWEST = 10
"""`missed`: the command was done before it came to that point; no trial."""


def main() -> int:
    """Start a process for each share of the trials; 1 when a trial has failed."""
    options = read_options()
    if options.road == "ssh":
        return torture(options)
    if options.share:
        return take_share(options)
    results: Path = options.results
    results.parent.mkdir(parents=True, exist_ok=True)
    if not options.resume:
        results.unlink(missing_ok=True)
    began = time.monotonic()
    print(f"seed of the kills at random times: {options.seed}", flush=True)
    with results.open("a", encoding="utf-8") as kept:
        ended = run_shares(options, kept)
    told = read_results(results)
    print(table(told.values()))
    print(slowest(told.values()))
    count = Counter(result["how"] for result in told.values())
    trials = count[OK] + count[FAILED]
    print(f"{trials} trials, {count[FAILED]} failures, {count[MISSED]} not reached,", end=" ")
    spent = sum(result["s"] for result in told.values())
    print(f"{time.monotonic() - began:.0f} s now, {spent:.0f} s of trials in all; {results}")
    return 1 if count[FAILED] or ended != {0} or not trials else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--road", choices=["api", "ssh"], default="api", help="how the servers are changed")
    parser.add_argument("--api", choices=["use", "none"], default="use", help="of a road ssh: who looks")
    parser.add_argument("--resume", action="store_true", help="go on where the last run was stopped")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th point")
    parser.add_argument("--only", choices=[*COMMANDS, RANDOM], help="only the points of this command")
    parser.add_argument("--like", default="", metavar="TEXT", help="only points of such names")
    parser.add_argument("--kills", type=int, default=KILLS, help="how many at random times")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the kills at random times")
    parser.add_argument("--jobs", type=int, default=4 * (os.cpu_count() or 1), help="schools side by side")
    parser.add_argument("--results", type=Path, default=cache_directory() / "torture.jsonl")
    parser.add_argument("--share", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def run_shares(options: argparse.Namespace, kept: Any) -> set[int]:
    """Every share in a process of its own; how they ended."""
    words = [sys.executable, "-m", "tests.torture", *sys.argv[1:], "--seed", str(options.seed)]
    guard, ended = threading.Lock(), set()

    def follow(share: int) -> None:
        with subprocess.Popen(
            [*words, "--share", f"{share}/{options.jobs}"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as part:
            for line in part.stdout or ():
                with guard:
                    kept.write(line)
                    kept.flush()
                    result = json.loads(line)
                    if result["how"] != OK:
                        print(result["how"], result["point"], result["what"], flush=True)
        ended.add(part.returncode)

    threads = [threading.Thread(target=follow, args=(n,)) for n in range(options.jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def read_results(file: Path) -> dict[str, dict[str, Any]]:
    """Point -> its result; of a point that was tried twice, the later one."""
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return {result["point"]: result for result in map(json.loads, lines)}


def take_share(options: argparse.Namespace) -> int:
    """This process's part of what is not done yet; 0 unless it could not be carried out."""
    share, shares = map(int, options.share.split("/"))
    done = {point for point, result in read_results(options.results).items() if result["how"] == OK}
    if options.only != RANDOM:
        break_everywhere(options, done, share, shares)
    if options.only in {None, RANDOM} and not options.like:
        left = [n for n in range(share, options.kills, shares) if f"random {n}" not in done]
        kill_at_random(left, seed=options.seed, tell=tell_of_kill)
    return 0


def break_everywhere(options: argparse.Namespace, done: set[str], share: int, shares: int) -> None:
    """A school in which a trial has failed makes way for a new one."""
    left: list[Story] | None = None
    while left is None or left:
        with tempfile.TemporaryDirectory() as scratch, bench(Path(scratch)) as trials:
            if left is None:
                chosen = [p for p in trials.points() if options.only in {None, p.command}][:: options.every]
                missing = [p for p in chosen if str(p) not in done and options.like in str(p)]
                left = stories(missing)[share::shares]
            live_until_trouble(trials, left)


def live_until_trouble(trials: Bench, left: list[Story]) -> None:
    """Take the stories off the list, one after the other; what a failed one has left undone goes back."""
    while left:
        story = left.pop(0)
        began = time.monotonic()

        def done(point: Point, trial: Trial, story: Story = story) -> None:
            nonlocal began
            how = OK if trial.struck else MISSED
            again = {"again_s": round(trial.again_s, 1), "waited": trial.waited}
            tell(str(point), how, trial.struck, time.monotonic() - began, **again)
            began = time.monotonic()
            story[point.command] = None

        try:
            trials.live(story, done)
        except TroubleError as trouble:
            tell(str(trouble.point), FAILED, str(trouble), time.monotonic() - began)
            if trouble.point:
                story[trouble.point.command] = None
            if any(story.values()):
                left.append(story)
            return


def tell_of_kill(number: int, trouble: str, seconds: float) -> None:
    tell(f"{RANDOM} {number}", FAILED if trouble else OK, trouble, seconds)


def tell(point: str, how: str, what: str, seconds: float, **more: object) -> None:
    line = {"point": point, "how": how, "what": what, "s": round(seconds, 1), **more}
    print(json.dumps(line), flush=True)


def table(results: Iterable[dict[str, Any]]) -> str:
    """Trials and failures by command, world, mode and pace."""
    trials: Counter[tuple[str, ...]] = Counter()
    failures: Counter[tuple[str, ...]] = Counter()
    for result in results:
        command, *rest = result["point"].split(", ")
        key = (command, rest[0].split()[0], *rest[1:]) if rest else (RANDOM, "any", "kill", "any")
        trials[key] += result["how"] != MISSED
        failures[key] += result["how"] == FAILED
    rows = [(*key, count, failures[key]) for key, count in sorted(trials.items())]
    return tabulate(rows, headers=("command", "world", "break", "pace", "trials", "failures"))


def slowest(results: Iterable[dict[str, Any]]) -> str:
    """The repetitions that took longest, and what they said that they waited for."""
    known = [result for result in results if "again_s" in result]
    longest = sorted(known, key=lambda result: -result["again_s"])[:SLOWEST]
    rows = [(result["again_s"], result["point"], result["waited"] or "-") for result in longest]
    return tabulate(rows, headers=("second run, s", "after", "waited for"))


if __name__ == "__main__":
    sys.exit(main())
