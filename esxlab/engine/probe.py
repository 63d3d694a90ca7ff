"""Tries the verbs of one host on things of its own, and takes them away again: for `doctor --probe`.

They bear the marks of a class that no spec has, so that what a killed probe has left is found by them alone.
"""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from esxlab.actions.vsphere import DeleteFolder
from esxlab.bugs import attempt
from esxlab.engine.locks import Locks
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.lab import Lab
from esxlab.lab.machine import Folder, Machine, Nic, PortGroup
from esxlab.lab.record import GroupRecord
from esxlab.performing import perform
from esxlab.planning.teardown import Remains, plan_removal

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from esxlab.backends.protocols import Backends
    from esxlab.backends.vsphere_protocol import VSphere
    from esxlab.engine.locks import Locking

PROBE = GroupId("esxlab-probe", 1)
NAME = "esxlab-probe"
"""Of the folder, the port group and the machine."""
SWEEP = "sweep"
"""Not one verb, but all that take away, of what a probe has left that did not come to its end."""
DIGEST = "0" * 64


class ProbeStep(NamedTuple):
    """One verb: how long it took with the look that checked it, and what became of it (None: done and seen).

    `seconds` is None of a verb that was not tried, because one before it had failed.
    """

    verb: str
    seconds: float | None
    error: LabError | None = None


class Probe(NamedTuple):
    """What a host did; `left`: whether there was something that an earlier probe had not taken away."""

    left: bool
    steps: tuple[ProbeStep, ...]

    @property
    def error(self) -> LabError | None:
        """The first that failed."""
        return next((step.error for step in self.steps if step.error is not None), None)


def refusal(error: LabError) -> Probe:
    """What is told of a host on which nothing could be tried."""
    return Probe(left=False, steps=(ProbeStep(SWEEP, 0.0, error),))


class _Trial(NamedTuple):
    verb: str
    act: Callable[[], None]
    is_seen: Callable[[Lab], bool]


def probe_lab(lab: Lab) -> Lab:
    """One folder, one port group and one machine, where a group's lab would be made.

    The port group has a VLAN of the group's: nothing that runs is ever on it.
    """
    site, owner = lab.site, Owner(PROBE, "probe")
    port_group = PortGroup(NAME, lab.port_groups[0].vlan if lab.port_groups else 0, site.vswitch)
    machine = Machine(
        owner,
        NAME,
        site.datastore,
        NAME,
        lab.machines[0].hardware,
        (Nic("inside", owner.mac_address(0), port_group.name),),
        powered_on=False,
        config_digest=DIGEST,
    )
    return Lab(PROBE, site, (port_group,), (Folder(site.datastore, NAME, owner),), (machine,))


def probe(
    backends: Backends, lab: Lab, locking: Locking, *, stop: threading.Event, tell: Callable[[str], None]
) -> Probe:
    """Take away what an earlier probe has left; make, look at and take away one thing of each kind.

    After a verb that fails no other is tried: what is there by then is swept away.

    Args:
        backends: of whose vSphere one host is tried.
        lab: a group's on that host.
        locking: the probe is locked as a group is.
        stop: when set, nothing more is tried.
        tell: hears each verb before it is tried.

    Raises:
        LabError: when somebody else probes this host, when something of somebody's has one of the names, or
            when what is left of an earlier probe cannot be removed.
    """
    wanted, vsphere = probe_lab(lab), backends.vsphere
    with closing(Locks(vsphere, locking, stop=stop)) as locks:
        if refused := locks.take({PROBE: wanted.site}):
            raise refused[PROBE]
        tell(SWEEP)
        left = sweep(backends, wanted)
        if problems := vsphere.observe([wanted])[PROBE].problems:
            raise problems[0]  # before a record says that it is ours
        steps: list[ProbeStep] = []
        for trial in (*_making(vsphere, wanted), *_removal(vsphere, wanted)):
            if stop.is_set() or any(step.error for step in steps):
                steps.append(ProbeStep(trial.verb, None))
                continue
            locks.check(PROBE)
            tell(trial.verb)
            steps.append(_try(vsphere, wanted, trial))
        if any(step.seconds is None or step.error for step in steps):
            tell(SWEEP)
            steps.append(_timed(SWEEP, lambda: sweep(backends, wanted)))
    return Probe(left, tuple(steps))


def sweep(backends: Backends, wanted: Lab) -> bool:
    """Tear down what bears the probe's marks on the server of this lab; whether there was anything.

    Raises:
        LabError: what stands in the way, by its name.
    """
    swept = False
    for lab, record in backends.vsphere.find_class(wanted.site.server, PROBE.class_name).values():
        if lab.problems:
            raise lab.problems[0]
        swept |= bool(lab.machines or lab.folders or lab.port_groups or record)
        for action in plan_removal(Remains(lab, record)):
            if isinstance(action, DeleteFolder) and not lab.machines:  # a copy may go on, its disk is half
                folder = action.folder
                machine = replace(wanted.machines[0], datastore=folder.datastore, folder=folder.path)
                backends.vsphere.delete_disk(lab.site, machine)
            perform(action, backends)
    return swept


def _making(vsphere: VSphere, wanted: Lab) -> Iterator[_Trial]:
    site, machine = wanted.site, wanted.machines[0]
    record = GroupRecord(wanted.group, site, wanted.port_groups)
    yield _Trial("record", lambda: vsphere.write_group_record(record), lambda seen: seen.has_record)
    yield _Trial(
        "port_group",
        lambda: vsphere.add_port_group(site, wanted.port_groups[0]),
        lambda seen: seen.port_groups == wanted.port_groups,
    )
    yield _Trial("folder", lambda: vsphere.make_folder(site, wanted.folders[0]), _has_disk("absent"))
    yield _Trial("copy", lambda: vsphere.copy_disk(site, machine), _has_disk("partial"))
    yield _Trial("register", lambda: vsphere.create_machine(site, machine), lambda seen: bool(seen.machines))
    yield _Trial(
        "reconfigure",
        lambda: vsphere.reconfigure_machine(site, machine),
        lambda seen: seen.machines == wanted.machines,
    )


def _removal(vsphere: VSphere, wanted: Lab) -> Iterator[_Trial]:
    site, machine = wanted.site, wanted.machines[0]
    record = GroupRecord(wanted.group, site, wanted.port_groups)
    yield _Trial("unregister", lambda: vsphere.destroy_machine(site, machine), lambda seen: not seen.machines)
    yield _Trial(
        "delete_folder",
        lambda: vsphere.delete_folder(site, wanted.folders[0]),
        lambda seen: not seen.folders,
    )
    yield _Trial(
        "remove_port_group",
        lambda: vsphere.remove_port_group(site, wanted.port_groups[0]),
        lambda seen: not seen.port_groups,
    )
    yield _Trial(
        "delete_record", lambda: vsphere.delete_group_record(record), lambda seen: not seen.has_record
    )


def _has_disk(state: str) -> Callable[[Lab], bool]:
    return lambda seen: [folder.disk for folder in seen.folders] == [state]


def _try(vsphere: VSphere, wanted: Lab, trial: _Trial) -> ProbeStep:
    def act_and_look() -> None:
        trial.act()
        seen = vsphere.observe([wanted])[wanted.group]
        if seen.problems:
            raise seen.problems[0]
        if not trial.is_seen(seen):
            raise LabError("probe.not_seen")

    return _timed(trial.verb, act_and_look)


def _timed(verb: str, act: Callable[[], object]) -> ProbeStep:
    began = time.monotonic()
    answer = attempt(act)
    return ProbeStep(verb, time.monotonic() - began, answer if isinstance(answer, LabError) else None)
