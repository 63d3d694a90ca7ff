"""The plan of a provision: what is wanted against what is found, as the actions that close the difference."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from esxlab.actions.base import STAGES
from esxlab.actions.guest import ConfigureGuest
from esxlab.actions.machines import (
    AddNic,
    CopyDisk,
    CreateMachine,
    DeleteDisk,
    PowerCycle,
    PowerCycleFirst,
    PowerOn,
    ReconfigureMachine,
    SetHardware,
)
from esxlab.actions.router import PushRouter
from esxlab.actions.vsphere import AddPortGroup, MakeFolder, WriteGroupRecord
from esxlab.errors import LabError
from esxlab.lab.machine import RESIZABLE, Folder
from esxlab.lab.password import password_at_birth
from esxlab.lab.route_planning import jump_is_ready, on_staging, plan_route
from esxlab.planning.group_record import is_unannounced, must_write_record, record_of_group, signed_otherwise
from esxlab.planning.guest_difference import diff_guest
from esxlab.planning.router_difference import diff_router, or_save

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.actions.base import Action
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine
    from esxlab.lab.planned_route import PlannedRoute
    from esxlab.planning.difference import Difference


PART_OF_STAGE = {"networks": "machines", "machines": "machines", "guests": "guests", "cutover": "guests"}
"""Stage of an action -> what --only calls its part."""


def plan_group(difference: Difference) -> tuple[Action, ...]:
    """The actions for one group, in an order in which they may be done; empty when nothing differs."""
    actions = _actions(difference, writes_record=must_write_record(difference))
    pushes = any(isinstance(action, PushRouter) for action in actions)
    if (pushes and is_unannounced(difference)) or (actions and signed_otherwise(difference)):
        return _actions(difference, writes_record=True)
    return actions


def touches_vsphere(difference: Difference) -> bool:
    """Whether `plan_group` will have an action in vSphere, as far as vSphere alone can tell."""
    return (
        must_write_record(difference)
        or router_unrecorded(difference.wanted, difference.found)
        or any(True for _ in _port_groups(difference))
        or any(
            _machine(difference, machine, ()) or _lacking(machine, difference.found)
            for machine in difference.wanted.machines
        )
    )


def router_unrecorded(wanted: Lab, found: Lab) -> bool:
    """Whether a router is wanted whose lines no push has ever recorded; the router itself is not asked."""
    if wanted.router is None:
        return False
    recorded = found.record.uses.line_keys if found.record else frozenset()
    return any(line and line_key not in recorded for line_key, line in wanted.router.table.lines)


def _actions(difference: Difference, *, writes_record: bool) -> tuple[Action, ...]:
    record = WriteGroupRecord(
        group=difference.wanted.group,
        record=record_of_group(difference),
        there=difference.found.has_record,
    )
    steps = [*([record] if writes_record else []), *_port_groups(difference)]
    before = tuple(step.key for step in steps)
    for machine in difference.wanted.machines:
        steps += _machine(difference, machine, before)
    planned = {step.key for step in steps}
    return (*steps, *_guests(difference, planned), *_router(difference, planned))


def _port_groups(difference: Difference) -> Iterator[Action]:
    wanted, found = difference.wanted, difference.found
    there = {port_group.name for port_group in found.port_groups}
    for port_group in wanted.port_groups:
        if port_group.name not in there:
            yield AddPortGroup(group=wanted.group, needs=("claim",), site=wanted.site, port_group=port_group)


def _machine(difference: Difference, machine: Machine, before: tuple[str, ...]) -> list[Action]:
    """From the folder to the power switch, for one machine: a chain."""
    wanted, found = difference.wanted, difference.found
    there = found.machine(machine.owner.machine)
    group, site = difference.wanted.group, difference.wanted.site
    chain: list[Action] = []
    if there is None:
        if wanted.site.method == "copy":
            chain += _disk(difference, machine)
        chain.append(CreateMachine(group=group, site=site, machine=machine))
    here = {nic.role for nic in (there.nics if there else machine.first_nics)}
    chain += [
        AddNic(group=group, site=site, machine=machine, role=n.role)
        for n in machine.nics
        if n.role not in here
    ]
    asleep = there is not None and there.is_suspended
    differs = machine.hardware.changed(there.hardware, RESIZABLE) if there else {}
    if differs:
        told = tuple((name, *pair) for name, pair in differs.items())
        chain.append(SetHardware(group=group, site=site, machine=machine, differs=told, suspended=asleep))
    if machine.powered_on and not (there and there.powered_on and not differs):
        chain.append(PowerOn(group=group, site=site, machine=machine, suspended=asleep and not differs))
    return _chained(chain, before)


def _disk(difference: Difference, machine: Machine) -> Iterator[Action]:
    folder = next((f for f in difference.found.folders if f.path == machine.folder), None)
    group, site = difference.wanted.group, difference.wanted.site
    if folder is None or folder.owner is None:
        yield MakeFolder(
            group=group, site=site, folder=Folder(machine.datastore, machine.folder, machine.owner)
        )
    if folder and folder.disk == "partial":
        yield DeleteDisk(group=group, site=site, machine=machine)
    if not (folder and folder.owner and folder.disk == "complete"):
        yield CopyDisk(group=group, site=site, machine=machine)


def _chained(chain: list[Action], before: tuple[str, ...]) -> list[Action]:
    """Each action needs the one before it; the first needs what the whole group begins with."""
    needs = [before, *((action.key,) for action in chain)]
    return [replace(action, needs=need) for action, need in zip(chain, needs, strict=False)]


def _guests(difference: Difference, planned: set[str]) -> list[Action]:
    """Configure, connect, restart: for each machine as much of it as it still lacks."""
    wanted, found = difference.wanted, difference.found
    still = {machine.owner.machine: _lacking_inside(difference, machine) for machine in wanted.machines}
    if not any(still.values()):
        return []
    routes = {m.owner.machine: plan_route(m, wanted=wanted, found=found) for m in wanted.machines}
    group, site = wanted.group, wanted.site
    port_groups = tuple(sorted(key for key in planned if key.startswith(AddPortGroup.verb)))
    actions: list[Action] = []
    for machine in wanted.machines:
        name = machine.owner.machine
        chain: list[Action] = []
        lacking = still[name]
        if ConfigureGuest in lacking:
            there = found.machine(name)
            if there and _is_cut_off(there, found):
                chain.append(PowerCycleFirst(group=group, site=site, machine=machine))
            configure = ConfigureGuest(
                group=group,
                site=site,
                machine=_with_known_keys(machine, found),
                route=routes[name],
                has_config_digest=bool(there and there.config_digest),
                password_state=there.password if there else password_at_birth(machine.password.settled),
            )
            chain.append(replace(configure, boot_timeout_s=difference.boot_timeout_s))
        if ReconfigureMachine in lacking:
            chain.append(ReconfigureMachine(group=group, site=site, machine=_with_known_keys(machine, found)))
        if PowerCycle in lacking:
            chain.append(PowerCycle(group=group, site=site, machine=machine))
        powered = f"{PowerOn.verb} {name}"
        actions += _chained(chain, (*port_groups, powered) if powered in planned else port_groups)
    return _in_order_of_routes(actions, routes, difference, planned)


def _is_cut_off(there: Machine, found: Lab) -> bool:
    """A run died between the move of its cards and its restart: its addresses do not fit its networks."""
    return there.restart_pending and there.powered_on and not on_staging(there, found)


def _in_order_of_routes(
    actions: list[Action], routes: Mapping[str, PlannedRoute], difference: Difference, planned: set[str]
) -> list[Action]:
    """A jump host that stands already moves after those behind it; one that does not, before them."""
    keys = planned | {action.key for action in actions}
    extra: dict[str, set[str]] = {action.key: set() for action in actions}
    for name, route in routes.items():
        configure = f"{ConfigureGuest.verb} {name}"
        if configure not in extra:
            continue
        for jump, next_hop in pairwise(route.hops):
            host = jump.owner.machine
            connect, restart = f"{ReconfigureMachine.verb} {host}", f"{PowerCycle.verb} {host}"
            if not jump_is_ready(jump, next_hop, wanted=difference.wanted, found=difference.found):
                extra[configure].add(restart)
                continue
            extra[configure].add(f"{PowerOn.verb} {host}")
            if connect in extra:
                extra[connect].add(f"{PowerCycle.verb} {name}")
    return [replace(a, needs=tuple(dict.fromkeys((*a.needs, *sorted(extra[a.key] & keys))))) for a in actions]


_Kinds = tuple[type[ConfigureGuest | ReconfigureMachine | PowerCycle], ...]


def _lacking_inside(difference: Difference, machine: Machine) -> _Kinds:
    """What `_lacking` says, or everything when its guest was asked and is another one."""
    state = difference.guests.get(machine.owner.machine)
    if machine.guest and state and diff_guest(machine.guest, state):
        return (ConfigureGuest, ReconfigureMachine, PowerCycle)
    return _lacking(machine, difference.found)


def _lacking(machine: Machine, found: Lab) -> _Kinds:
    """Which of configuring, connecting and restarting this machine still needs, by what vSphere shows."""
    there = found.machine(machine.owner.machine)
    if machine.guest is None:
        return ()
    if there is None or there.config_digest != machine.config_digest:
        return (ConfigureGuest, ReconfigureMachine, PowerCycle)
    if _wiring(machine) != _wiring(there) or machine.password != there.password:
        return (ReconfigureMachine, PowerCycle)
    return (PowerCycle,) if there.restart_pending and there.powered_on else ()


def _with_known_keys(machine: Machine, found: Lab) -> Machine:
    """The machine with the host keys that were pinned last: they hold unless the guest makes a new one."""
    there = found.machine(machine.owner.machine)
    return replace(machine, host_keys=there.host_keys) if there else machine


def _wiring(machine: Machine) -> set[tuple[str, str, str, bool]]:
    return {(nic.mac, nic.network, nic.kind, nic.connected) for nic in machine.nics}


def _router(difference: Difference, planned: set[str]) -> Iterator[Action]:
    wanted, found = difference.wanted, difference.found
    if wanted.router is None:
        return
    change = None
    if found.router:
        change = diff_router(wanted.router.table, found.router.table, found.record, difference.others)
        change = or_save(change, found.router)
    if change is None or change:
        yield PushRouter(
            group=wanted.group,
            needs=("claim",) if "claim" in planned else (),
            router=wanted.router,
            change=change,
            record=record_of_group(difference),
            others=difference.others,
            servers=difference.sharing.servers or (wanted.site.server,),
            sharing=difference.sharing.groups,
        )


def select(actions: Sequence[Action], *, only: AbstractSet[str], until: str) -> tuple[Action, ...]:
    """Those of the actions that --only (machines, guests, router) and --until (a stage) leave."""
    stages = STAGES[: STAGES.index(until) + 1] if until else STAGES
    chosen = [a for a in actions if a.stage in stages and PART_OF_STAGE.get(a.stage, a.stage) in only]
    needed = {need for action in chosen for need in action.needs}
    return tuple(a for a in actions if a in chosen or (isinstance(a, WriteGroupRecord) and a.key in needed))


def router_moved(difference: Difference) -> LabError | None:
    """The group's lines are on another router than the spec names now: only a teardown gets them back."""
    router, earlier = difference.wanted.router, difference.earlier
    if router is None or earlier is None or earlier.router is None or earlier.router_address is None:
        return None
    if router.address.host == earlier.router_address.host:
        return None
    return LabError("plan.router_moved", old=earlier.router_address.host, new=router.address.host)


def machines_missing(actions: Sequence[Action], chosen: Sequence[Action]) -> tuple[str, ...]:
    """Machines that chosen actions would configure although they are not there, or not on."""
    kept = {action.key for action in chosen}
    lacking = {
        a.subject: None for a in actions if isinstance(a, CreateMachine | PowerOn) and a.key not in kept
    }
    asked = {a.subject for a in chosen if isinstance(a, ConfigureGuest)}
    return tuple(name for name in lacking if name in asked)
