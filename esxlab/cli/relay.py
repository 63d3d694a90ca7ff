"""Brings the progress of disk copies, which vSphere tells by machine, to those who listen to the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.engine.events import StepProgressed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.engine.events import Listener
    from esxlab.lab.identity import GroupId

COPY_STEP = "copy-disk {machine}"
"""The key of the step that copies a machine's disk: actions.vsphere.CopyDisk."""


class Relay:
    """Called with (group, machine, 0 to 1) from any thread; before `listeners` are set it tells nobody."""

    def __init__(self) -> None:
        self.listeners: Sequence[Listener] = ()

    def __call__(self, group: GroupId, machine: str, fraction: float) -> None:
        """Tell the listeners."""
        event = StepProgressed(group.number, COPY_STEP.format(machine=machine), fraction)
        for listener in self.listeners:
            listener(event)
