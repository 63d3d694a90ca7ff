"""The SSH routes into the guests of a lab, as it stands now and as it is meant to be."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from esxlab.lab.password import password_at_birth
from esxlab.lab.planned_route import PlannedHop, PlannedRoute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Machine


def is_client(machine: Machine) -> bool:
    """A client keeps a management card on the school's network; the others are isolated."""
    return machine.nic("management") is not None


def on_staging(machine: Machine, lab: Lab) -> bool:
    """The machine's first card is (still) on the school's network, so that it answers there."""
    return bool(machine.nics) and machine.nics[0].network == lab.site.staging


def plan_route(machine: Machine, *, wanted: Lab, found: Lab) -> PlannedRoute:
    """The route to this wanted machine: direct while it is on the school's network, else by jump hosts.

    An isolated machine is reached through a client whose lab card shares a network with it now; failing
    that, through a client outside and the director, which has a foot on both sides.
    """
    there = found.machine(machine.owner.machine)
    direct = PlannedRoute((_hop(machine, wanted, found),))
    if is_client(machine) or there is None or on_staging(there, found):
        return direct
    routes = list(_routes_by_jump_hosts(machine, wanted, found))
    ready = (route for route in routes if is_ready(route, wanted=wanted, found=found))
    return next(ready, routes[0] if routes else direct)


def _routes_by_jump_hosts(machine: Machine, wanted: Lab, found: Lab) -> Iterator[PlannedRoute]:
    """The SSH routes into an isolated machine, shortest first: now, or as the lab is meant to stand."""
    for segment in ("inside", "outside"):
        client = _client_on(segment, wanted, found)
        if client and machine.address(segment) and machine.nic(segment):
            yield PlannedRoute((_hop(client, wanted, found), _hop(machine, wanted, found, segment)))
    client, director = _client_on("outside", wanted, found), _director(wanted)
    if client and director and director is not machine:
        outside = _hop(director, wanted, found, "outside")
        yield PlannedRoute((_hop(client, wanted, found), outside, _hop(machine, wanted, found, "inside")))


def is_ready(route: PlannedRoute, *, wanted: Lab, found: Lab) -> bool:
    """Every jump host of the route stands where it is needed."""
    return all(jump_is_ready(*pair, wanted=wanted, found=found) for pair in pairwise(route.hops))


def jump_is_ready(jump: PlannedHop, next_hop: PlannedHop, *, wanted: Lab, found: Lab) -> bool:
    """The jump host is on, configured, and has a card now on the network where the next hop is."""
    there, target = found.machine(jump.owner.machine), wanted.machine(next_hop.owner.machine)
    if there is None or target is None or not _is_settled(there):
        return False
    segment = "inside" if target.address("inside") == next_hop.address else "outside"
    return any(nic.network == _network_of(segment, wanted) and nic.connected for nic in there.nics)


def _is_settled(there: Machine) -> bool:
    """It has been configured, and restarted since its cards were moved."""
    return bool(there.config_digest) and not there.restart_pending


def _client_on(segment: str, wanted: Lab, found: Lab) -> Machine | None:
    """A client on this segment: preferably one that is there now, else one that is meant to be there."""
    segment_network = _network_of(segment, wanted)
    clients = [machine for machine in wanted.machines if is_client(machine)]
    for client in clients:
        there = found.machine(client.owner.machine)
        if there and _is_settled(there) and any(nic.network == segment_network for nic in there.nics):
            return client
    return next((c for c in clients if any(nic.network == segment_network for nic in c.nics)), None)


def _network_of(segment: str, lab: Lab) -> str:
    """The port group of this segment, as a server's or the director's card of that role names it."""
    nics = (machine.nic(segment) for machine in lab.machines)
    return next((nic.network for nic in nics if nic), "")


def _director(lab: Lab) -> Machine | None:
    return next((m for m in lab.machines if m.nic("inside") and m.nic("outside")), None)


def _hop(machine: Machine, wanted: Lab, found: Lab, segment: str = "") -> PlannedHop:
    there = found.machine(machine.owner.machine)
    state = there.password if there else password_at_birth(machine.password.settled)
    return PlannedHop(
        owner=machine.owner,
        address=machine.address(segment) if segment else "",
        host_keys=there.host_keys if there else (),
        model=wanted.site.model_id,
        passwords=state.names,
    )
