"""Planted faults, for tests: machines that never boot, lack a layer up to SSH, or have another password."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Fault = Literal[
    "never_boots",
    "no_tools",
    "no_address",
    "no_ssh",
    "mute",
    "wrong_password",
    "install_is_cut",
    "install_hangs",
    "install_asks",
    "install_fails",
]
"""install_*: its installer is powered off, stands still, is stopped by a question of vSphere's, has a step
that fails; no_address: Tools run but tell none; no_ssh: nothing listens; mute: what listens says nothing."""
Moment = Literal["before", "after"]


@dataclass(slots=True)
class Faults:
    """Machine name -> its faults. `file` (JSON, name -> list of faults) is looked at each time.

    `cuts` is asked (machine, command, moment) before and after each command over SSH: True cuts the
    connection, so that the command never comes, or its answer never arrives.
    """

    planted: dict[str, set[Fault]] = field(default_factory=dict)
    file: Path | None = None
    cuts: Callable[[str, str, Moment], bool] = lambda *_: False

    def plant(self, machine: str, *faults: Fault) -> None:
        """Give a machine these faults; none: heal it. They count from its next power-on, mute at once."""
        self.planted[machine] = set(faults)

    def cut(self, machine: str, command: str, moment: Moment) -> bool:
        """Whether the connection that carries this command breaks now."""
        return self.cuts(machine, command, moment)

    def of(self, machine: str) -> set[Fault]:
        """The faults of this machine."""
        found = set(self.planted.get(machine, ()))
        if self.file is not None and self.file.exists():
            named = json.loads(self.file.read_text(encoding="utf-8")).get(machine, [])
            found |= {fault for fault in get_args(Fault) if fault in named}
        return found
