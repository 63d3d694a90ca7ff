"""Breaks labs on purpose, group beside group, under their locks."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from esxlab.bugs import attempt
from esxlab.engine.class_records import colleagues_of
from esxlab.engine.drill_runner import DrillRunner, GroupDrillResult
from esxlab.engine.locks import Locks
from esxlab.engine.observe import observe_labs
from esxlab.engine.run import Announcer
from esxlab.errors import LabError
from esxlab.exercises.registry import (
    build_drills,
    build_key_checks,
)
from esxlab.planning.group_plan import colleagues_group
from esxlab.planning.roster import Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.checks.base import Check
    from esxlab.drills.base import Drill
    from esxlab.engine.events import Listener
    from esxlab.engine.options import Options
    from esxlab.lab.lab import Lab
    from esxlab.planning.roster import Roster
    from esxlab.spec.resolved import GroupSpec


def list_drills(specs: Sequence[GroupSpec], wanted: Sequence[Lab], names: Sequence[str]) -> list[Drill]:
    """The drills of these names, all without names, of each group; LabError drill.unknown."""
    pairs = zip(specs, wanted, strict=True)
    return [d for spec, lab in pairs for d in build_drills(spec, wanted=lab, found=lab, names=names)]


def drill(
    specs: Sequence[GroupSpec],
    wanted: Sequence[Lab],
    backends: Backends,
    listeners: Sequence[Listener],
    options: Options,
    *,
    roster: Roster | None = None,
    names: Sequence[str] = (),
    only_mend: bool = False,
) -> tuple[GroupDrillResult, ...]:
    """Break each green lab on purpose, watch it from a client, put it back: groups side by side.

    `roster`: the whole class, of which `wanted` may be a part: where a dead run may have left the lock of a
    router that groups share. `only_mend`: break nothing, put back what these drills break. Groups that are
    locked are left alone.
    """
    with closing(
        Locks(backends.vsphere, options.locking, stop=options.stop, workers=options.parallel)
    ) as locks:
        colleagues = colleagues_of(
            wanted, backends, author=options.author, workers=options.parallel, again=True
        )
        own = {lab.group: lab.site for lab in wanted if lab.group not in colleagues}
        refused = {group: colleagues_group(group, made) for group, made in colleagues.items()}
        refused |= locks.take(own, servers=Wanted(tuple(wanted), roster).servers)
        wanted, found = observe_labs(wanted, backends)
        drills, checks = {}, {}
        for spec, lab in zip(specs, wanted, strict=True):
            if lab.group not in refused:
                ready = attempt(partial(_programme, spec, lab, found[lab.group], names))
                if isinstance(ready, LabError):
                    refused[lab.group] = ready.at(str(lab.group))
                else:
                    drills[lab.group], checks[lab.group] = ready
        runner = DrillRunner(backends, Announcer(listeners), options.stop)
        done: tuple[GroupDrillResult, ...] = ()
        if drills and only_mend:
            done = runner.recover(drills, workers=options.parallel)
        elif drills:
            done = runner.run(drills, checks, workers=options.parallel)
    left = (GroupDrillResult(group.number, error=error) for group, error in refused.items())
    return tuple(sorted((*done, *left), key=lambda group: group.group))


def _programme(
    spec: GroupSpec, wanted: Lab, found: Lab, names: Sequence[str]
) -> tuple[Sequence[Drill], Sequence[Check]]:
    """The drills of a group, and the checks that must be green before."""
    checks = build_key_checks(spec, wanted=wanted, found=found)
    return build_drills(spec, wanted=wanted, found=found, names=names), checks
