"""Hosts with the free licence for `make bench`: what their shells cost against the API, equally slow."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from esxlab.sim.access import read_access
from esxlab.sim.conditions import CopySpeed
from esxlab.sim.control import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench import Ran

FREE = Path(__file__).parent.parent / "specs" / "tp-free.yaml"
"""Twelve hosts, a group of five machines on each."""
USER = "  user: root\n"
COPIES = CopySpeed(5.0, 4)
CLIENT_S, LOOK_S = 0.5, 0.3
"""Of each vim-cmd and esxcli while the class is made, and while it is looked at."""
MACHINES = ("provision", "--only", "machines", "--yes")
LOOKS: dict[str, tuple[str, ...]] = {"plan": ("plan", "--only", "machines"), "status": ("status",)}
EXPECTED = {"status": {0, 7}}

Row = tuple[str, str, str]


class Asked(NamedTuple):
    """What all hosts together were asked: commands over SSH, programs that these ran, calls of the API."""

    commands: int
    programs: int
    calls: int


def asked(place: Path, hosts: list[str]) -> Asked:
    """Since the school was started."""
    access = read_access(place)
    return Asked(
        sum(ask(access, "channels", shell=host) for host in hosts),
        sum(len(ask(access, "commands", shell=host)) for host in hosts),
        sum(len(ask(access, "calls", server=host)) for host in hosts),
    )


def waited_s(place: Path, host: str, since: int, late_s: float) -> float:
    """How long at least one program of a host was late, of those since a number: several may be at once."""
    total = until = 0.0
    for began in sorted(ask(read_access(place), "moments", shell=host)[since:]):
        total += began + late_s - max(began, until)
        until = began + late_s
    return total


def twelve_hosts(school: Callable[..., object], esxlab: Callable[..., Ran]) -> list[Row]:
    """Their machines by each road, every call and program half a second late; then what a look costs."""
    slow = {"engine": "idle", "copies": COPIES, "call_delay_s": CLIENT_S}
    free = {"licence": "free", "client_s": CLIENT_S}
    with TemporaryDirectory() as scratch:
        alone = Path(scratch) / "tp-free-alone.yaml"
        alone.write_text(FREE.read_text("utf-8").replace(USER, f"{USER}  api: none\n"), "utf-8")
        with school(FREE, **slow) as (place, groups):  # type: ignore[attr-defined]
            by_api = esxlab(place, *MACHINES, *common(FREE))
        rows: list[Row] = []
        for road, spec in (("over SSH", FREE), ("over SSH, looks too", alone)):
            with school(spec, **slow, **free) as (place, groups):  # type: ignore[attr-defined]
                by_shell = esxlab(place, *MACHINES, *common(spec))
                hosts = [group.site.server.host for group in groups]
                made, count = asked(place, hosts), sum(len(group.machines) for group in groups)
            rows += _made(f"{len(hosts)} free hosts, {count} machines {road}", by_shell, by_api, made, count)
        for road, spec in (("", FREE), (", looked at over SSH", alone)):
            rows += _looks(school, esxlab, spec, road)
        return rows


def common(spec: Path) -> tuple[str, ...]:
    """The words of every command."""
    return ("--sim", "-f", str(spec), "-q")


def _made(what: str, by_shell: Ran, by_api: Ran, made: Asked, count: int) -> list[Row]:
    ratio = f"{by_shell.elapsed_s / by_api.elapsed_s:.2f}"
    seconds = f"{by_shell.elapsed_s:.1f} s / {by_api.elapsed_s:.1f} s, load {os.getloadavg()[0]:.0f}"
    each = ", ".join(f"{number / count:.1f}" for number in made)
    return [
        (f"{what}, against the API with the same delays", f"{ratio} ({seconds})", "at most 1.2"),
        ("the same: commands over SSH, programs of the host, and calls of the API for a machine", each, ""),
    ]


def _looks(school: Callable[..., object], esxlab: Callable[..., Ran], spec: Path, road: str) -> list[Row]:
    """Each command that only looks, on the machines of all hosts, with and without a delay of their programs.

    What that delay makes one wait is counted: on a busy computer the times say more of its other work.
    """
    rows: list[Row] = []
    took: dict[tuple[str, float], float] = {}
    for late_s in (0.0, LOOK_S):
        with school(spec, engine="idle", licence="free", client_s=late_s) as (place, groups):  # type: ignore[attr-defined]
            hosts = [group.site.server.host for group in groups]
            esxlab(place, *MACHINES, *common(spec))
            for name, words in LOOKS.items():
                before = asked(place, hosts)
                known = {host: len(ask(read_access(place), "moments", shell=host)) for host in hosts}
                good = EXPECTED.get(name, {0})
                took[name, late_s] = esxlab(place, *words, *common(spec), good=good).elapsed_s
                now = asked(place, hosts)
                if late_s:
                    commands = (now.commands - before.commands) / len(hosts)
                    programs = (now.programs - before.programs) / len(hosts)
                    wait_s = max(waited_s(place, host, known[host], late_s) for host in hosts)
                    elapsed = f"{took[name, late_s]:.1f} s, without delay {took[name, 0.0]:.1f} s"
                    what = f"{name} of {len(hosts)} free hosts{road}, {late_s} s a program: waiting for them"
                    rows.append((what, f"{wait_s:.1f} s ({elapsed})", "5 s"))
                    each = f"{commands:.1f}, {programs:.1f}"
                    rows.append((f"{name}{road}: commands over SSH for a host, and its programs", each, "1"))
    return rows
