"""`make demo-sites`: three embedded schools, a runner in each, and a centre that asks them over a folder."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.demo import ROOT, SPEC

SITES = ("lycee-a", "lycee-b", "lycee-c")
CLASS = "classes:\n  demo: {spec: demo.yaml, allow: [provision, teardown]}\n"
STEPS = (
    ("plan", "--all"),
    ("provision", "--all", "--yes"),
    ("verify", "--all"),
    ("teardown", "--sites", "lycee-b", "-g", "2", "--yes"),
    ("status", "--all"),
)
ESXLAB = [sys.executable, "-m", "esxlab"]
LIMIT_S = 600


def environment(home: Path) -> dict[str, str]:
    """A computer of its own: its school, its secrets, its journals."""
    own = {
        "ESXLAB_SCHOOL": home / "school",
        "XDG_DATA_HOME": home / "data",
        "XDG_STATE_HOME": home / "state",
        "PYTHONPATH": ROOT,
    }
    return os.environ | {name: str(path) for name, path in own.items()}


def main() -> int:
    """Every step; schools and runners are gone at the end, whatever happened."""
    subprocess.run([sys.executable, "-m", "esxlab.sim.build"], check=True, timeout=1200, cwd=ROOT)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="esxlab-sites-") as made:
        try:
            run(Path(made))
        except subprocess.CalledProcessError as error:
            print(f"\nthis step failed (exit {error.returncode})", file=sys.stderr)
            return 1
    print(f"\nall of it in {time.monotonic() - began:.0f} s")
    return 0


def run(directory: Path) -> None:
    """Three schools up, the centre's commands, everything down."""
    fleet, stick = directory / "fleet", directory / "stick"
    say("site", "keys", *SITES, "--fleet", str(fleet), env=environment(directory / "centre"))
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda site: school(fleet, site), SITES))
    runners = [runner(fleet, site, stick) for site in SITES]
    try:
        for verb, *words in STEPS:
            ways = ("--fleet", str(fleet), "--folder", str(stick))
            say("fleet", verb, *words, *ways, env=environment(directory / "centre"))
    finally:
        for process in runners:
            process.send_signal(signal.SIGTERM)
        for process in runners:
            process.wait(LIMIT_S)
        for site in SITES:
            place = fleet / "sites" / site
            down = [*ESXLAB, "sim", "down"]
            subprocess.run(down, check=False, timeout=LIMIT_S, env=environment(place), capture_output=True)


def school(fleet: Path, site: str) -> None:
    """The administrator's part: the spec, the permission, and here an embedded school instead of an ESXi."""
    place = fleet / "sites" / site
    shutil.copy(SPEC, place / "demo.yaml")
    text = (place / "site.yaml").read_text()
    (place / "site.yaml").write_text(text.replace("classes: {}\n", CLASS))
    up = [*ESXLAB, "sim", "up", "-f", str(place / "demo.yaml")]
    subprocess.run(up, check=True, timeout=LIMIT_S, env=environment(place), capture_output=True)


def runner(fleet: Path, site: str, stick: Path) -> subprocess.Popen[bytes]:
    """`esxlab site run`, which a systemd unit would start in the school."""
    place = fleet / "sites" / site
    words = ["site", "run", site, "--directory", str(place), "--folder", str(stick), "--sim"]
    print(f"(in {site}) $ esxlab {shlex.join(words[:3])} ...", flush=True)
    with (place / "log").open("wb") as log:
        return subprocess.Popen([*ESXLAB, *words], env=environment(place), stderr=log)


def say(*words: str, env: dict[str, str]) -> None:
    """Show the command, run it, stop the demonstration when it fails."""
    shown = [word for word in words if not word.startswith("/") and word not in {"--fleet", "--folder"}]
    print(f"\n$ esxlab {shlex.join(shown)}", flush=True)
    subprocess.run([*ESXLAB, *words], check=True, timeout=LIMIT_S, env=env)


if __name__ == "__main__":
    sys.exit(main())
