"""How an embedded school runs: its engine, the speed of the guests' clock, and how slow vSphere is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

EngineName = Literal["light", "idle", "qemu"]
Licence = Literal["evaluation", "free"]
Release = Literal["6.7", "7.0", "8.0"]


class CopySpeed(NamedTuple):
    """How long a disk copy takes, and how many run side by side on one datastore (4 on a real ESXi)."""

    seconds: float = 0.0
    per_datastore: int = 4


INSTANT = CopySpeed()


class Pace(NamedTuple):
    """How long things take, in seconds of the guests' clock.

    A shutdown ends its services in the first half of its time and is silent in the second. Tools come so much
    later than the login prompt, and tell for a while after a power-on what they told before it.
    """

    boot_s: float = 18.0  # from power-on to the login prompt (a real one under QEMU takes 15 to 18)
    shutdown_s: float = 0.0
    tools_late_s: float = 0.0
    tools_stale_s: float = 0.0
    copy_s: float = 0.0
    install_s: float = 360.0  # an installer (6 to 15 min on a school's disk)
    task_s: float = 0.0  # each other task that changes something


ORDINARY = Pace()


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of one school."""

    engine: EngineName = "light"
    speed: float = 1.0  # of the guests' clock
    call_delay_s: float = 0.0  # of every call to vSphere
    copies: CopySpeed = INSTANT
    licence: Licence = "evaluation"  # of lone ESXi hosts; free: their API is read-only, and they have a shell
    release: Release = "8.0"  # of those with a shell
    client_s: float = 0.0  # of every vim-cmd and esxcli, in seconds of the guests' clock
    lacking: tuple[str, ...] = ()  # privileges that the class's user has not, by their API names
