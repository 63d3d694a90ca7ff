"""One group's lab, whole: the type that is wanted, and the type that is found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from esxlab.errors import LabError
    from esxlab.lab.identity import GroupId
    from esxlab.lab.machine import Folder, Machine, Network, PortGroup, Site
    from esxlab.lab.router import Router, RouterTable


@dataclass(frozen=True, slots=True)
class RouterRecord:
    """What a group's record says about its router: the line keys it uses, and what stood there before."""

    uses: RouterTable
    before: RouterTable  # what stood in each of these line keys before any group's push


@dataclass(frozen=True, slots=True)
class Lab:
    """One group's lab in vSphere and on the router. Found labs also say what is in the way."""

    group: GroupId
    site: Site
    port_groups: tuple[PortGroup, ...] = ()
    folders: tuple[Folder, ...] = ()
    machines: tuple[Machine, ...] = ()
    router: Router | None = None
    has_record: bool = True  # the group's folder with its record exists
    record: RouterRecord | None = None
    networks: tuple[Network, ...] = field(default=(), compare=False)
    """Wanted labs only: those of its networks that an administrator has made; `port_groups` are esxlab's."""
    problems: tuple[LabError, ...] = field(default=(), compare=False)
    remarks: tuple[LabError, ...] = field(default=(), compare=False)
    """Found labs only: what is not as it should be, and is in nobody's way."""
    seen: bool = field(default=True, compare=False)
    """Found labs only: False when its place could not be looked at: what is not listed may be there."""
    spec_digest: str = field(default="", compare=False)
    """Wanted labs only: of the group's part of the spec (spec/digest.py)."""
    record_problem: LabError | None = field(default=None, compare=False)
    """Found labs only: why nothing is known of what its record said; the folder is used all the same."""
    locked: bool = field(default=False, compare=False)
    """Found labs only: the group's lock is there: a run is at work, or has died."""

    def machine(self, name: str) -> Machine | None:
        """The machine with this name of the exercise (srvweb1), if there is one."""
        return next((m for m in self.machines if m.owner.machine == name), None)

    def with_problem(self, problem: LabError | None) -> Lab:
        """The same lab with one more thing in its way, if there is one."""
        return replace(self, problems=(*self.problems, problem)) if problem else self
