"""What the scripts of asking.py have told of a host, as plain data."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING, Any

from esxlab.backends.esxi.asking import FAILED, names_in, told_in
from esxlab.backends.esxi.faults import failure
from esxlab.backends.esxi.paths import VOLUMES
from esxlab.backends.esxi.shown import read_shown
from esxlab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.backends.esxi.asking import Told
    from esxlab.backends.esxi.framing import Answer

TITLES = re.compile(r"^Vmid\b", re.MULTILINE)
Path = tuple[str, str]
"""A datastore by its name below /vmfs/volumes, and a path on it."""


@dataclass(slots=True)
class HostLook:
    """One look. Tables are lists of rows, by esxcli's names of their fields."""

    summary: dict[str, Any] = field(default_factory=dict)
    volumes: list[dict[str, str]] = field(default_factory=list)
    groups: list[dict[str, str]] = field(default_factory=list)
    switches: list[dict[str, str]] = field(default_factory=list)
    adapters: list[dict[str, str]] = field(default_factory=list)
    running: list[dict[str, str]] = field(default_factory=list)
    machines: str = ""  # as vim-cmd lists them
    tasks: str = ""  # the same
    copies: str = ""  # as ps lists vmkfstools
    task_states: dict[str, str] = field(default_factory=dict)  # by the task's key
    edition: str = ""
    version: str = ""  # of `vmware -v`: VMware ESXi 8.0.3 build-24677879
    settings: list[dict[str, str]] = field(default_factory=list)
    time_s: int = 0
    vmx: dict[Path, str] = field(default_factory=dict)
    vmsd: dict[Path, str] = field(default_factory=dict)
    extents: dict[Path, str] = field(default_factory=dict)
    taken_kib: dict[Path, int] = field(default_factory=dict)  # by folder
    numbers: dict[Path, str] = field(default_factory=dict)  # of ours, by configuration file
    states: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # by vmsvc's verb and number
    files: dict[Path, str] = field(default_factory=dict)  # small ones of ours
    roots: dict[str, set[str]] = field(default_factory=dict)  # folders at a datastore's root
    inside: dict[Path, set[str]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)  # of whatever else was asked for


def read_look(answer: Answer, *, what: str) -> HostLook:
    """All that was told. LabError, when a program of the host has failed.

    A list of machines has its titles even when it is empty: without them nobody has listed anything.
    """
    look, topics = HostLook(), set()
    for told in told_in(answer):
        topics.add(told.topic)
        if told.topic == FAILED:
            raise failure(answer._replace(status=1, text=told.text), what=what) or LabError(
                "vsphere.refused", what=what, detail=told.name
            )
        if (take := TOPICS.get(told.topic)) is not None:
            take(look, told)
    if "machines" in topics and not TITLES.search(look.machines):
        raise LabError("vsphere.refused", what=what, detail=look.machines.strip() or "vmsvc/getallvms")
    return look


def path_of(place: str) -> Path:
    """`/vmfs/volumes/datastore1/srvweb1/srvweb1.vmx` in two."""
    store, _, inside = place.removeprefix(f"{VOLUMES}/").partition("/")
    return store, inside


def table(text: str) -> list[dict[str, str]]:
    """A table of esxcli's csv; each line ends with a comma."""
    rows = list(csv.reader(StringIO(text)))
    head = rows[0] if rows else []
    return [
        {name: cell.replace("\\n", "\n") for name, cell in zip(head, row, strict=False) if name}
        for row in rows[1:]
        if row
    ]


def free_in(told: str) -> dict[str, int]:
    """Bytes that are free on each volume, by its name; each line of esxcli's table stands behind a blank."""
    rows = table("\n".join(line.removeprefix(" ") for line in told.splitlines()))
    return {row["VolumeName"]: int(row["Free"]) for row in rows if row.get("Free", "").isdecimal()}


def number_in(text: str) -> int:
    """The digits at the beginning; 0: none."""
    word = (text.split() or [""])[0]
    return int(word) if word.isascii() and word.isdigit() else 0


def _table_of(name: str) -> Callable[[HostLook, Told], None]:
    def take(look: HostLook, told: Told) -> None:
        setattr(look, name, table(told.text))

    return take


def _by_path(name: str) -> Callable[[HostLook, Told], None]:
    def take(look: HostLook, told: Told) -> None:
        getattr(look, name)[path_of(told.name)] = told.text

    return take


def _summary(look: HostLook, told: Told) -> None:
    look.summary = read_shown(told.text)


def _machines(look: HostLook, told: Told) -> None:
    look.machines = told.text


def _tasks(look: HostLook, told: Told) -> None:
    look.tasks = told.text


def _copies(look: HostLook, told: Told) -> None:
    look.copies = told.text


def _task(look: HostLook, told: Told) -> None:
    look.task_states[told.name] = str(read_shown(told.text).get("state") or "")


def _licence(look: HostLook, told: Told) -> None:
    look.edition = ", ".join(sorted(set(told.text.split())))


def _version(look: HostLook, told: Told) -> None:
    look.version = told.text.strip()


def _setting(look: HostLook, told: Told) -> None:
    look.settings += table(told.text)


def _time(look: HostLook, told: Told) -> None:
    look.time_s = number_in(told.text)


def _taken(look: HostLook, told: Told) -> None:
    look.taken_kib[path_of(told.name)] = number_in(told.text)


def _number(look: HostLook, told: Told) -> None:
    look.numbers[path_of(told.name)] = told.text.strip()


def _state(look: HostLook, told: Told) -> None:
    verb, _, number = told.name.partition(":")
    look.states[verb, number] = read_shown(told.text)


def _root(look: HostLook, told: Told) -> None:
    look.roots[path_of(told.name)[0]] = names_in(told.text)


def _inside(look: HostLook, told: Told) -> None:
    look.inside[path_of(told.name)] = names_in(told.text)
    look.lines = told.text.splitlines()


TOPICS: dict[str, Callable[[HostLook, Told], None]] = {
    "summary": _summary,
    "volumes": _table_of("volumes"),
    "groups": _table_of("groups"),
    "switches": _table_of("switches"),
    "adapters": _table_of("adapters"),
    "running": _table_of("running"),
    "machines": _machines,
    "tasks": _tasks,
    "copies": _copies,
    "task": _task,
    "licence": _licence,
    "version": _version,
    "timeout": _setting,
    "idle": _setting,
    "time": _time,
    "vmx": _by_path("vmx"),
    "vmsd": _by_path("vmsd"),
    "extents": _by_path("extents"),
    "file": _by_path("files"),
    "taken": _taken,
    "number": _number,
    "state": _state,
    "root": _root,
    "inside": _inside,
}
