"""A school inside the test's own process."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from esxlab.local.files import write_private
from esxlab.sim.access import ACCESS_FILE
from esxlab.sim.build import vcsim_binary
from esxlab.sim.conditions import Conditions
from esxlab.sim.loop_thread import LoopThread
from esxlab.sim.running import RunningSchool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from esxlab.sim.contracts import SchoolShape


@contextlib.contextmanager
def running_school(
    shape: SchoolShape, directory: Path, **conditions: Any
) -> Iterator[tuple[RunningSchool, Mapping[str, Any]]]:
    """A school on a thread of its own: (the school, its access file).

    The access file also lies in the directory as `school.json`. `conditions` are the fields of Conditions.
    """
    school = RunningSchool(
        shape, directory=directory, binary=vcsim_binary(), conditions=Conditions(**conditions)
    )
    with LoopThread("school") as loop:
        loop.call(school.start())
        try:
            access = school.access()
            write_private(directory / ACCESS_FILE, json.dumps(access))
            yield school, access
        finally:
            (directory / ACCESS_FILE).unlink(missing_ok=True)
            loop.call(school.close())
