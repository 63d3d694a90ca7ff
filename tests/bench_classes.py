"""Large classes for `make bench`: what a group of a large class costs against one of a small class."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from esxlab.sim.conditions import INSTANT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bench import Ran

SMALL, LARGE, VERIFIED = 30, 300, 0
PER_HOST = 8
COMMANDS: dict[str, tuple[str, ...]] = {
    "plan": ("plan", "--only", "machines"),
    "status": ("status",),
    "provision without changes": ("provision", "--only", "machines", "--yes"),
    "teardown, its plan": ("teardown", "--all", "--dry-run"),
    "teardown": ("teardown", "--all", "--yes"),
}
EXPECTED = {"status": {0, 7}}
"""What `status` says of machines without guests is no failure."""

Row = tuple[str, str, str]


def class_spec(directory: Path, count: int) -> Path:
    """A class with an ESXi host and a datastore for every eight groups, VLANs and a router for each."""
    hosts = range(1, -(-count // PER_HOST) + 1)
    ranges = [(f"{1 + (host - 1) * PER_HOST}-{min(count, host * PER_HOST)}", host) for host in hosts]
    esxi = ", ".join(f"{groups}: esxi{host}.example" for groups, host in ranges)
    stores = ", ".join(f"{groups}: esxi{host}-local" for groups, host in ranges)
    path = directory / f"class-{count}.yaml"
    path.write_text(
        f"""
class: bench-{count}
groups: 1-{count}
vsphere: {{host: vcenter.example, user: prof, esxi: {{{esxi}}}, datastore: {{{stores}}}}}
inside: {{vlan: "{{{{ 1000 + group }}}}"}}
outside: {{vlan: "{{{{ 2000 + group }}}}"}}
router: {{host: "router{{{{ group }}}}"}}
""",
        encoding="utf-8",
    )
    return path


def costs_by_size(
    school: Callable[..., object], esxlab: Callable[..., Ran], *, small: int, large: int
) -> list[Row]:
    """Processor time of each command, for a small and a large class, machines only; teardown is the last."""
    ran: dict[int, dict[str, Ran]] = {}
    with tempfile.TemporaryDirectory() as directory:
        for count in (small, large):
            spec = class_spec(Path(directory), count)
            with school(spec, engine="idle", copies=INSTANT) as (place, _):  # type: ignore[attr-defined]
                common = ("--sim", "-f", str(spec), "-q")
                esxlab(place, "provision", "--only", "machines", "--yes", *common)
                ran[count] = {
                    name: esxlab(place, *words, *common, good=EXPECTED.get(name, {0}))
                    for name, words in COMMANDS.items()
                }
    rows = []
    for name in COMMANDS:
        one, other = ran[small][name], ran[large][name]
        ratio = (other.cpu_s / large) / (one.cpu_s / small)
        text = (
            f"{ratio:.2f} ({other.cpu_s:.1f} s of {other.elapsed_s:.1f} s, {other.rss_mib:.0f} MiB "
            f"/ {one.cpu_s:.1f} s)"
        )
        rows.append(
            (f"{name}: processor time of a group of {large} against one of {small}", text, "at most 1.2")
        )
    whole = ran[large]["provision without changes"]
    text = f"{whole.cpu_s:.1f} s, {whole.rss_mib:.0f} MiB"
    rows.append((f"{large} groups, machines only, without changes", text, "5 s of processor time, 150 MiB"))
    return rows


def verified(school: Callable[..., object], esxlab: Callable[..., Ran], *, count: int) -> list[Row]:
    """A large class on the light engine, everything; then verify of all of it."""
    with tempfile.TemporaryDirectory() as directory:
        spec = class_spec(Path(directory), count)
        with school(spec, copies=INSTANT) as (place, _):  # type: ignore[attr-defined]
            common = ("--sim", "-f", str(spec), "-q")
            made = esxlab(place, "provision", "--yes", *common)
            checked = esxlab(place, "verify", *common)
    text = (
        f"exit {checked.exit_code}, {checked.cpu_s:.1f} s of processor time of {checked.elapsed_s:.1f} s, "
        f"{checked.rss_mib:.0f} MiB"
    )
    rows = [(f"verify of {count} groups, light engine", text, "exit 0")]
    if made.exit_code:
        rows.append((f"provision of {count} groups, light engine", f"exit {made.exit_code}", "exit 0"))
    return rows


def sizes() -> tuple[int, int, int]:
    """Small, large and verified class: BENCH_GROUPS=30,100,0 with less time, 30,300,300 in a night."""
    told = os.environ.get("BENCH_GROUPS", "")
    found = [int(part) for part in told.split(",")] if told else [SMALL, LARGE, VERIFIED]
    small, large, asked = found
    return small, large, asked
