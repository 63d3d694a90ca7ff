"""The plan of a teardown: everything that carries a group's marks, and nothing else; no spec is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from esxlab.actions.leave_router import LeaveRouter
from esxlab.actions.machines import DestroyMachine, PowerOff
from esxlab.actions.router import ReleaseRouter
from esxlab.actions.vsphere import DeleteFolder, DeleteGroupRecord, RemovePortGroup
from esxlab.lab.record import GroupRecord
from esxlab.planning.plan import GroupPlan, Remark
from esxlab.planning.router_difference import diff_release, or_save
from esxlab.planning.sharing import router_records, shared_things, users_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from esxlab.actions.base import Action
    from esxlab.errors import LabError
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Folder, PortGroup, Server, Site
    from esxlab.lab.router import Router, RouterAddress
    from esxlab.planning.plan import Warned


T = TypeVar("T")


class Remains(NamedTuple):
    """All that is left of one group, as found by its marks."""

    lab: Lab
    record: GroupRecord | None
    login: RouterAddress | None = None  # of the router that the record names; None: nobody else knows it
    router: Router | None = None  # the line keys of the record, as they stand; None: could not be read


class Neighbours(NamedTuple):
    """The rest of the class: groups that go in the same run before and after this one, and those that stay.

    What groups share, the last of them takes away; `earlier` have let go of it by then.
    """

    earlier: Sequence[Remains] = ()
    later: Sequence[GroupRecord] = ()
    staying: Sequence[GroupRecord] = ()
    servers: tuple[Server, ...] = ()

    @property
    def keeping(self) -> tuple[GroupRecord, ...]:
        """The records of those that still need what is shared when this group goes."""
        return (*self.later, *self.staying)


def plan_removals(
    going: Sequence[Remains], staying: Sequence[GroupRecord], *, servers: tuple[Server, ...] = ()
) -> dict[GroupId, tuple[Action, ...]]:
    """The actions of every group that goes. `servers` are those of the class."""
    with_record = [remains for remains in going if remains.record]
    order = {remains.lab.group: place for place, remains in enumerate(going)}
    leaving = _by_things((_things(remains), remains) for remains in with_record)
    kept = _by_things(
        (shared_things(record.site, record.port_groups, record.router_address), record) for record in staying
    )
    plans = {}
    for place, remains in enumerate(going):
        things = list(_things(remains))
        others = {o.lab.group: o for thing in things for o in leaving.get(thing, ())}
        meeting = [others[group] for group in sorted(others, key=order.__getitem__)]
        earlier = [other for other in meeting if order[other.lab.group] < place]
        later = [other.record for other in meeting if other.record and order[other.lab.group] > place]
        still = {record.group: record for thing in things for record in kept.get(thing, ())}
        staying_here = [still[group] for group in sorted(still)]
        plans[remains.lab.group] = plan_removal(remains, Neighbours(earlier, later, staying_here, servers))
    return plans


def _things(remains: Remains) -> Iterator[tuple[str, ...]]:
    """What this group may share with others, as it is found and as its record says."""
    lab, record = remains.lab, remains.record
    yield from shared_things(lab.site, lab.port_groups, None)
    if record is not None:
        yield from shared_things(record.site, record.port_groups, record.router_address)


def _by_things(users: Iterable[tuple[Iterable[tuple[str, ...]], T]]) -> dict[tuple[str, ...], list[T]]:
    found: dict[tuple[str, ...], list[T]] = {}
    for things, user in users:
        for thing in dict.fromkeys(things):
            found.setdefault(thing, []).append(user)
    return found


def plan_removal(remains: Remains, neighbours: Neighbours = Neighbours()) -> tuple[Action, ...]:  # noqa: B008 - frozen
    """The actions that remove one group: machines, folders, port groups, router lines, its folder."""
    lab, record = remains.lab, remains.record
    machines = list(_machines(lab))
    destroyed = tuple(a.key for a in machines if isinstance(a, DestroyMachine))
    port_groups = [
        RemovePortGroup(
            group=lab.group,
            needs=destroyed,
            after=_emptied(port_group, lab.site, neighbours.earlier),
            site=lab.site,
            port_group=port_group,
        )
        for port_group in lab.port_groups
        if not users_of(port_group, lab.site, neighbours.keeping)
    ]
    router = list(_router(remains, neighbours))
    steps: list[Action] = [*machines, *port_groups, *router]
    if lab.has_record:
        needs = tuple(step.key for step in steps)
        last = record or GroupRecord(lab.group, lab.site, lab.port_groups)
        steps.append(DeleteGroupRecord(group=lab.group, needs=needs, record=last))
    return tuple(steps)


def without_router(actions: Sequence[Action]) -> tuple[Action, ...]:
    """The same without what is done to a router; the group's folder stays, for it remembers what is due."""
    router = [action for action in actions if action.backend == "router"]
    return tuple(a for a in actions if not router or not (a in router or isinstance(a, DeleteGroupRecord)))


def nothing_but_left(actions: Sequence[Action]) -> LabError | None:
    """Why there is nothing to do in a group of which only a router's lines are left, and nobody knows it."""
    left = next((action for action in actions if isinstance(action, LeaveRouter)), None)
    others = any(not isinstance(action, LeaveRouter | DeleteGroupRecord) for action in actions)
    return left.reason if left and not others else None


def removal_of(lab: Lab, actions: tuple[Action, ...], silent: Sequence[LabError]) -> GroupPlan:
    """What goes of one group. Router lines stay while a server is silent: its groups may need them too."""
    warnings: tuple[Warned, ...] = (lab.record_problem,) if lab.record_problem else ()
    if silent and (shared := without_router(actions)) != actions:
        hosts = ", ".join(error.where for error in silent)
        warnings = (*warnings, Remark("plan.router_later", {"servers": hosts}))
        return GroupPlan(lab.group, shared, lab.problems, warnings)
    if left := nothing_but_left(actions):
        return GroupPlan(lab.group, (), (left,))
    return GroupPlan(lab.group, actions, lab.problems, warnings)


def _machines(lab: Lab) -> Iterator[Action]:
    folders: dict[str, Folder] = {folder.path: folder for folder in lab.folders}
    for machine in lab.machines:
        name = machine.owner.machine
        needs: tuple[str, ...] = ()
        if machine.powered_on:
            yield PowerOff(group=lab.group, site=lab.site, machine=machine)
            needs = (f"{PowerOff.verb} {name}",)
        yield DestroyMachine(group=lab.group, needs=needs, site=lab.site, machine=machine)
        folder = folders.pop(machine.folder, None)
        if folder:
            needs = (f"{DestroyMachine.verb} {name}",)
            yield DeleteFolder(group=lab.group, needs=needs, site=lab.site, folder=folder)
    for folder in folders.values():
        yield DeleteFolder(group=lab.group, site=lab.site, folder=folder)


def _emptied(port_group: PortGroup, site: Site, earlier: Sequence[Remains]) -> tuple[tuple[int, str], ...]:
    """What must be done in the other groups on this port group before it is empty."""
    sharing = users_of(port_group, site, [r.record for r in earlier if r.record])
    groups = {record.group for record in sharing}
    return tuple(
        (remains.lab.group.number, f"{DestroyMachine.verb} {machine.owner.machine}")
        for remains in earlier
        if remains.lab.group in groups
        for machine in remains.lab.machines
    )


def _router(remains: Remains, neighbours: Neighbours) -> Iterator[Action]:
    record = remains.record
    if record is None or record.router is None or record.router_address is None:
        return
    if remains.login is None:
        yield LeaveRouter(group=remains.lab.group, said=record.router_address)
        return
    others = router_records(record.router_address, neighbours.keeping)
    change = None
    if remains.router:
        change = or_save(diff_release(record.router, remains.router.table, others), remains.router)
    if change is None or change:
        yield ReleaseRouter(
            group=remains.lab.group,
            address=remains.login,
            record=record.router,
            others=others,
            change=change,
            servers=neighbours.servers,
        )
