"""Brings what the backends tell during a run, copies' progress and routers' remarks, to those who listen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.engine.events import RouterRemarked, StepProgressed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.engine.events import Event, Listener
    from esxlab.lab.identity import GroupId

COPY_STEP = "copy-disk {machine}"
"""The key of the step that copies a machine's disk: actions.machines.CopyDisk."""


class Relay:
    """Called from any thread; before `listeners` are set it tells nobody."""

    def __init__(self) -> None:
        self.listeners: Sequence[Listener] = ()

    def copy_progressed(self, group: GroupId, machine: str, fraction: float) -> None:
        """A machine's disk is copied so far, 0 to 1."""
        self._tell(StepProgressed(group.number, COPY_STEP.format(machine=machine), fraction))

    def router_remarked(self, host: str, remark: str) -> None:
        """A router's push has this to say; a key of the texts."""
        self._tell(RouterRemarked(host, remark))

    def _tell(self, event: Event) -> None:
        for listener in self.listeners:
            listener(event)
