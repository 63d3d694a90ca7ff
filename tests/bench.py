"""`make bench`: figures as ratios measured in one run; no figure passes or fails.

Some ten minutes of two processors with nothing else to do. A part that breaks is a row, and an exit code.
`python -m tests.bench small slow` measures those parts only; BENCH_GROUPS says how large the classes are.
"""

from __future__ import annotations

import compileall
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tabulate import tabulate

from esxlab.exercises.registry import build_lab
from esxlab.sim.access import read_access
from esxlab.sim.conditions import INSTANT, CopySpeed
from esxlab.sim.control import ask
from esxlab.sim.school import school_down, school_up
from esxlab.sim.shape import shape_of
from esxlab.spec.load import load_class_spec
from tests.bench_ansible import play
from tests.bench_board import board
from tests.bench_classes import Row, costs_by_size, sizes, verified
from tests.bench_shells import twelve_hosts
from tests.bench_sites import measure as many_sites

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

ROOT = Path(__file__).parent.parent
MANY_MACHINES = 100
TRANSFERS = frozenset({"GET", "PUT", "HEAD", "DELETE"})
ONE_HOST = """
class: bench
groups: 1-GROUPS
vsphere: {host: vcenter.example, user: prof, datacenter: Lab, esxi: esxi1, datastore: datastore1}
router: {host: "router{{ group }}"}
"""
CALL_DELAY_S = 0.02
COPY_S = 5.0
COPIES_AT_ONCE = 4
INTO = 32
"""Machines that `run` is in at once."""


class Ran(NamedTuple):
    """How a process went: wall clock, processor time (user and system), and its largest resident size."""

    elapsed_s: float
    cpu_s: float
    rss_mib: float
    exit_code: int


def run(*command: str, order: object = None, environment: dict[str, str] | None = None) -> Ran:
    """Run a process quietly and measure it. Modules are compiled, as pip installs them."""
    compiled = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=compiled | (environment or {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    process.stdin.write(json.dumps(order).encode() if order else b"")
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu_s = usage.ru_utime + usage.ru_stime
    return Ran(time.monotonic() - began, cpu_s, usage.ru_maxrss / 1024, process.returncode)


@contextmanager
def school(spec: Path, **conditions):
    """A school of the spec's shape; gives its directory."""
    loaded = load_class_spec(spec)
    groups = loaded.groups(None)
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "school"
        school_up(shape_of(groups, loaded.class_name), place, **conditions)
        try:
            yield place, groups
        finally:
            school_down(place)


def esxlab(place: Path, *words: str, good: AbstractSet[int] = frozenset({0})) -> Ran:
    """A command on this school."""
    ran = run("-m", "esxlab", *words, environment={"ESXLAB_SCHOOL": str(place)})
    if ran.exit_code not in good:
        print(f"esxlab {' '.join(words)}: exit {ran.exit_code}", file=sys.stderr)
    return ran


def one_host(directory: Path, groups: int) -> Path:
    """The class spec of so many groups on one ESXi host."""
    spec = directory / f"{groups}.yaml"
    spec.write_text(ONE_HOST.replace("GROUPS", str(groups)), encoding="utf-8")
    return spec


def bare_order(place: Path, groups) -> dict[str, object]:
    """What bare pyVmomi is to build: the same port groups and machines."""
    labs = [build_lab(group, phrase="bench") for group in groups]
    access = read_access(place)
    return {
        "access": {"servers": access["servers"], "passwords": access["passwords"]},
        "server": "vcenter.example",
        "user": "prof",
        "datastore": "datastore1",
        "port_groups": [{"name": pg.name, "vlan": pg.vlan} for lab in labs for pg in lab.port_groups],
        "machines": [
            {
                "name": machine.name,
                "folder": machine.folder,
                "networks": ["VM Network", *(nic.network for nic in machine.nics[1:])],
                "macs": [nic.mac for nic in machine.nics],
            }
            for lab in labs
            for machine in lab.machines
        ],
    }


def calls_of(place: Path) -> Counter[str]:
    """What the school's vCenter was asked: SOAP calls, and `PUT` for the files that were written."""
    calls = ask(read_access(place), "calls", server="vcenter.example")
    return Counter(call["method"] if call["method"] in TRANSFERS else "SOAP" for call in calls)


def machines_against_bare(spec: Path, *, ansible: bool = False) -> list[Row]:
    """Whole processes: esxlab's machines of a class, bare pyVmomi's, and Ansible's."""
    words = ("provision", "--sim", "-f", str(spec), "--only", "machines", "--yes")
    with school(spec, engine="idle") as (place, groups):
        ours = esxlab(place, *words)
        calls, count = calls_of(place), sum(len(group.machines) for group in groups)
    with school(spec, engine="idle") as (place, groups):
        bare = run("-m", "tests.bare_pyvmomi", order=bare_order(place, groups))
        bare_calls = calls_of(place)
    others = [by_ansible(spec, ours.elapsed_s)] if ansible else []
    soap, puts = calls["SOAP"] / count, calls["PUT"] / count
    return [
        (
            f"{count} machines, whole process, against bare pyVmomi with 8 threads",
            f"{ours.elapsed_s / bare.elapsed_s:.2f} ({ours.elapsed_s:.2f} s / {bare.elapsed_s:.2f} s)",
            "at most 1.5" if count < MANY_MACHINES else "at most 1.3",
        ),
        (f"the same, processor time, {count} machines", f"{ours.cpu_s / bare.cpu_s:.2f}", ""),
        (f"SOAP calls per VM, {count} machines", f"{soap:.1f} (bare: {bare_calls['SOAP'] / count:.1f})", "6"),
        (f"files written per VM, {count} machines", f"{puts:.1f}", "1.5"),
        *others,
    ]


def by_ansible(spec: Path, ours_s: float) -> Row:
    """The same machines by Ansible, where it can be installed, against the seconds that esxlab took."""
    with school(spec, engine="idle") as (place, groups), tempfile.TemporaryDirectory() as directory:
        order = bare_order(place, groups)
        elapsed_s, problem = play(order, Path(directory))
    text = problem or f"{elapsed_s / ours_s:.1f} ({elapsed_s:.1f} s / {ours_s:.2f} s)"
    count = len(order["machines"])
    return (f"{count} machines by Ansible (community.vmware), 8 forks, against esxlab", text, "")


def slow_vsphere(spec: Path) -> list[Row]:
    """20 ms on every call, 5 s per copy, 4 at a time: against the shortest way through."""
    words = ("provision", "--sim", "-f", str(spec), "--only", "machines", "--yes")
    conditions = {"call_delay_s": CALL_DELAY_S, "copies": CopySpeed(COPY_S, COPIES_AT_ONCE)}
    with school(spec, engine="idle", **conditions) as (place, groups):
        ran = esxlab(place, *words)
        copies = sum(len(group.machines) for group in groups)
    # every copy waits for its turn; before the first: login, one read, claim, port groups, folder; after the
    # last: create, second card, power on: a call and a look at the task each
    around = (3 + 4 + 2 + 1 + 1 + 2 * 3) * CALL_DELAY_S
    critical = math.ceil(copies / COPIES_AT_ONCE) * COPY_S + around
    text = f"{ran.elapsed_s / critical:.2f} ({ran.elapsed_s:.1f} s / {critical:.1f} s)"
    return [(f"20 ms a call, {COPY_S:.0f} s a copy, against the critical path", text, "at most 1.05")]


def thirty_groups() -> list[Row]:
    """A large class on the light engine: everything, then everything again."""
    spec = ROOT / "specs" / "class-30.yaml"
    words = ("provision", "--sim", "-f", str(spec), "--yes")
    with school(spec, copies=INSTANT) as (place, groups):
        first, second = esxlab(place, *words), esxlab(place, *words)
        checked = esxlab(place, "verify", "--sim", "-f", str(spec))
        into = ("run", "--sim", "-f", str(spec), "--parallel", str(INTO))
        one = esxlab(place, *into, "-g", "1", "srvweb1", "--", "true")
        every = esxlab(place, *into, "all", "--", "true")
        count = sum(len(group.machines) for group in groups)
    rounds = count / INTO
    text = f"{every.elapsed_s / one.elapsed_s / rounds:.2f} ({every.elapsed_s:.1f} s / {one.elapsed_s:.1f} s)"
    return [
        (f"30 groups, {count} VMs, 30 routers, light engine", f"{first.elapsed_s:.1f} s", "under 90 s"),
        ("largest resident size of esxlab", f"{first.rss_mib:.0f} MiB", "under 250"),
        ("the same command again", f"{second.elapsed_s:.1f} s", "under 5 s"),
        ("verify of all of it", f"{checked.elapsed_s:.1f} s, exit {checked.exit_code}", "exit 0"),
        (f"run -- true on {count} machines, {INTO} at once, against one x {count}/{INTO}", text, "1.2"),
        ("the same, processor time", f"{every.cpu_s:.1f} s / {one.cpu_s:.1f} s", ""),
    ]


def start_up() -> list[Row]:
    """`esxlab --help` against `python -c pass`: the medians of eleven runs each."""
    front = "import sys; sys.argv = ['esxlab', '--help']; from esxlab.cli.main import main; main()"

    def median(*command: str) -> float:
        return sorted(run(*command).elapsed_s for _ in range(11))[5]

    ours, bare = median("-c", front), median("-c", "pass")
    text = f"{ours / bare:.2f} ({ours * 1000:.0f} ms / {bare * 1000:.0f} ms)"
    return [("esxlab --help against python -c pass", text, "at most 4")]


def parts(directory: Path) -> dict[str, Callable[[], list[Row]]]:
    """What can be measured, by name."""
    eight, thirty = one_host(directory, 8), one_host(directory, 30)
    small, large, asked = sizes()
    found: dict[str, Callable[[], list[Row]]] = {
        "start": start_up,
        "small": lambda: machines_against_bare(eight, ansible=True),
        "large": lambda: machines_against_bare(thirty),
        "slow": lambda: slow_vsphere(eight),
        "light": thirty_groups,
        "board": lambda: board(school, esxlab),
        "sites": lambda: many_sites(directory / "sites"),
        "free": lambda: twelve_hosts(school, esxlab),
        "sizes": lambda: costs_by_size(school, esxlab, small=small, large=large),
    }
    return found | ({"verify": lambda: verified(school, esxlab, count=asked)} if asked else {})


def main(names: list[str]) -> int:
    """Measure, and print a table; 1 when a part broke, 2 when there is no part of such a name."""
    rows: list[Row] = []
    broken = False
    if not all(compileall.compile_dir(ROOT / name, quiet=1) for name in ("esxlab", "tests")):
        return 1
    with tempfile.TemporaryDirectory() as directory:
        known = parts(Path(directory))
        if strangers := sorted(set(names) - set(known)):
            print(f"no such part: {', '.join(strangers)}; there are {', '.join(known)}", file=sys.stderr)
            return 2
        for name, measure in known.items():
            if names and name not in names:
                continue
            print(f"{name} ...", file=sys.stderr, flush=True)
            try:
                rows += measure()
            except Exception as error:  # noqa: BLE001 - the others are measured all the same
                traceback.print_exc()
                rows.append((name, f"broke: {error}", ""))
                broken = True
    print(tabulate(rows, headers=("what", "measured", "asked for")))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
