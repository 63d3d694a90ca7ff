"""The one place of esxlab that knows its neighbour, the embedded school (esxlab.sim).

Here `esxlab sim` and `--sim` come in, and here the school's addresses, keys and passwords become what a user
might have written down by hand; no other room hears of it.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from esxlab.cli import exit_codes
from esxlab.cli.places import user_directory
from esxlab.errors import LabError
from esxlab.lab.machine import Server
from esxlab.local.places import is_file, is_there, working_directory
from esxlab.sim.access import ACCESS_FILE, load_access
from esxlab.sim.exit_codes import EXIT_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.show.glyphs import Glyphs
    from esxlab.sim.access import SchoolAccess
    from esxlab.spec.resolved import GroupSpec

__all__ = ["ACCESS_FILE"]  # of the neighbour, for the other rooms of the command line
EXTRA = "esxlab[sim]"
NEEDED = ("asyncssh",)
"""What the extra brings along; every other command works without."""

exit_codes.add(EXIT_CODES)


def require_extra() -> None:
    """LabError sim.not_installed, with the line to type, when the packages of the extra are not here."""
    if not all(map(importlib.util.find_spec, NEEDED)):
        raise LabError("sim.not_installed", command=install_line())


def install_line() -> str:
    """What adds the extra to this very Python: by pip, or by uv where the environment has no pip."""
    pip = [sys.executable, "-m", "pip", "install"]
    if importlib.util.find_spec("pip") is None:
        pip = ["uv", "pip", "install", "--python", sys.executable]
    return (subprocess.list2cmdline if os.name == "nt" else shlex.join)([*pip, EXTRA])


def school_directory() -> Path:
    """The school's files: ESXLAB_SCHOOL, else .esxlab/school here or above, else a new one here."""
    named = os.environ.get("ESXLAB_SCHOOL")
    if named and Path(named).is_absolute():
        return Path(named)
    here = working_directory()
    if named:
        return here / named
    places = [directory / ".esxlab" / "school" for directory in (here, *here.parents)]
    return next((place for place in places if is_file(place / ACCESS_FILE)), places[0])


def pins_directory(*, sim: bool) -> Path:
    """Where host keys are pinned; the school has its own, which live as long as the school does."""
    return school_directory() / "pins" if sim else user_directory()


def school_access() -> SchoolAccess:
    """What the running school tells its clients. LabError sim.not_installed, school.*."""
    require_extra()
    return load_access(school_directory() / ACCESS_FILE)


def school_servers(user: str) -> tuple[Server, ...]:
    """All servers of the school; the user is the command line's, else the one that the access file names."""
    access = school_access()
    return tuple(Server(host, user or access.users.get(host, "root")) for host in access.endpoints.servers)


def step_into_school() -> None:
    """A school on engine qemu is a namespace: this command begins again inside it, and here alone it ends.

    LabError sim.not_installed.
    """
    require_extra()
    directory = school_directory()
    if sys.platform == "linux" and is_there(directory / ACCESS_FILE):
        from esxlab.sim.qemu.namespace import step_inside  # noqa: PLC0415 - only where there is a school

        step_inside(directory)


def start_school(groups: Sequence[GroupSpec], class_name: str, **conditions: Any) -> dict[str, Any]:
    """Build the school that these groups need, and start it. LabError sim.*.

    `conditions` are the fields of esxlab.sim.conditions.Conditions.
    """
    from esxlab.sim.school import school_up  # noqa: PLC0415 - slow, and only when it is run
    from esxlab.sim.shape import shape_of  # noqa: PLC0415 - as above

    found = school_up(shape_of(groups, class_name), school_directory(), **conditions)
    _forget_pins()
    return found


def school_status() -> dict[str, Any]:
    """What runs of it."""
    from esxlab.sim import school  # noqa: PLC0415 - only when it is run

    step_into_school()
    return school.school_status(school_directory())


def end_school() -> dict[str, Any]:
    """End every process of it."""
    from esxlab.sim.school import school_down  # noqa: PLC0415 - only when it is run

    found = school_down(school_directory())
    _forget_pins()
    return found


def build_model() -> Path:
    """The model disk of engine qemu, built where it is not there yet. LabError sim.*."""
    from esxlab.sim.qemu.model import model_pair  # noqa: PLC0415 - only when it is run

    require_extra()
    return model_pair()


def render_school(school: Mapping[str, Any], glyphs: Glyphs, *, width: int) -> str:
    """What the three functions above answer, as a table."""
    from esxlab.sim import tables  # noqa: PLC0415 - only when it is run

    return tables.render_school(school, glyphs, width=width)


def _forget_pins() -> None:
    """A school that comes up, or has gone, shows new host keys: those of the one before prove nothing."""
    shutil.rmtree(pins_directory(sim=True), ignore_errors=True)
