"""What packages from outside add to the simulated Debian, registered as `esxlab.sim.programs`."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeVar

from esxlab.sim.light.commands import COMMANDS
from esxlab.sim.light.packages import OWNERS, PACKAGES
from esxlab.sim.light.services import STARTERS, STOPPERS
from esxlab.sim.light.units import PORTS, UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.sim.light.call import Verb
    from esxlab.sim.light.packages import Package
    from esxlab.sim.light.services import Hook

T = TypeVar("T")
GROUP = "esxlab.sim.programs"


@dataclass(frozen=True, slots=True)
class Programs:
    """Debian packages with what they bring, by name; the tables are those of packages, commands, services."""

    packages: Mapping[str, Package]
    commands: Mapping[str, Verb] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)  # unit -> its description
    ports: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # unit -> TCP ports that it listens on
    starters: Mapping[str, Hook] = field(default_factory=dict)
    stoppers: Mapping[str, Hook] = field(default_factory=dict)


def install_registered() -> None:
    """Put what is registered into the tables; what is there already stays as it is."""
    for entry in entry_points(group=GROUP):
        found: Programs = entry.load()
        _add(PACKAGES, found.packages)
        _add(COMMANDS, found.commands)
        _add(UNITS, found.units)
        _add(PORTS, found.ports)
        _add(STARTERS, found.starters)
        _add(STOPPERS, found.stoppers)
        for name, package in found.packages.items():
            for command in package.commands:
                OWNERS[command] = tuple(dict.fromkeys((*OWNERS.get(command, ()), name)))


def _add(table: dict[str, T], added: Mapping[str, T]) -> None:
    for name, thing in added.items():
        table.setdefault(name, thing)
