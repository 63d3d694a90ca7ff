"""The board before a class of thirty groups: how soon a browser shows it, what it takes, what it asks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from esxlab.sim.access import read_access
from esxlab.sim.control import ask

if TYPE_CHECKING:
    from tests.bench_classes import Row

SPEC = Path(__file__).parent.parent / "specs" / "class-30.yaml"
WAIT_S, IDLE_S, OPENINGS = 60.0, 60.0, 5
PAINT = (
    "new Promise(done => new PerformanceObserver(list => done(list.getEntries()[0].startTime))"
    ".observe({type: 'paint', buffered: true}))"
)
"""Milliseconds from the navigation to the first paint (Paint Timing)."""


@contextmanager
def serving(place: Path):
    """A board of the school's class: its process and its address."""
    command = [sys.executable, "-m", "esxlab", "board", "--sim", "-f", str(SPEC), "--port", "0"]
    environment = {**os.environ, "ESXLAB_SCHOOL": str(place), "XDG_STATE_HOME": str(place / "state")}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as found:
        try:
            yield found, found.stdout.readline().decode().strip()
        finally:
            found.terminate()


def size_mib(process: subprocess.Popen[bytes], what: str) -> float:
    """VmHWM (the most so far) or VmRSS (now) of a process (proc(5))."""
    told = Path(f"/proc/{process.pid}/status").read_text("ascii")
    return int(re.search(rf"^{what}:\s*(\d+) kB", told, re.MULTILINE)[1]) / 1024


def asked_when_idle(place: Path) -> str:
    """What the school's server is asked in a minute in which nothing happens."""

    def calls() -> Counter[str]:
        servers = read_access(place)["servers"]
        return Counter(c["method"] for s in servers for c in ask(read_access(place), "calls", server=s))

    before = calls()
    time.sleep(IDLE_S)
    return ", ".join(f"{name} {count}" for name, count in (calls() - before).items())


def board(school, esxlab) -> list[Row]:
    """150 machines that a vCenter shows and nothing lives in, thirty groups, a browser."""
    from tests.browser import browsing  # fcntl is not everywhere

    if shutil.which("chromium") is None:
        return [("board", "no chromium on this computer", "")]
    with school(SPEC, engine="idle") as (place, groups), tempfile.TemporaryDirectory() as directory:
        esxlab(place, "provision", "--sim", "-f", str(SPEC), "--only", "machines", "--yes")
        with serving(place) as (process, address), browsing(Path(directory)) as page:
            page.open(address)
            page.until("document.getElementById('g30-there').textContent.includes('5/5')")
            paints = []
            for _ in range(OPENINGS):
                page.open("about:blank")
                page.open(address)
                paints.append(page.evaluate(PAINT))
            idle = asked_when_idle(place)
            rss, most = size_mib(process, "VmRSS"), size_mib(process, "VmHWM")
    return [
        (f"board of {len(groups)} groups: first paint", f"{median(paints):.0f} ms ({OPENINGS})", "under 1 s"),
        ("the same, its server", f"{rss:.0f} MiB, at most {most:.0f}", "under 100 MiB"),
        (f"the same, calls in {IDLE_S:.0f} s without news", idle, "one outstanding"),
    ]
