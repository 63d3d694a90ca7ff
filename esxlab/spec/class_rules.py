"""What must hold between the groups of a class: shared servers, datastores and routers keep them apart."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from esxlab.spec.draft import SIDES
from esxlab.spec.ranges import format_groups

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from esxlab.spec.draft import Draft
    from esxlab.spec.findings import Findings
    from esxlab.spec.model import RouterPart
    from esxlab.spec.source import Path

_Use = tuple["Draft", "Path"]


def check_class(drafts: Sequence[Draft], findings: Findings) -> None:
    """Ask every rule of this file."""
    shared = _outside_shares(drafts)
    _segments(drafts, shared, findings)
    _shared_outside(shared, findings)
    _shared_routers(drafts, findings)


def _outside_shares(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """Groups behind one outside interface of one router: they share the outside network on purpose."""
    found: dict[Hashable, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.parts.router is not None:
            found[draft.router_key, draft.parts.router.outside].append(draft)
    return [members for members in found.values() if len(members) > 1]


def _segments(drafts: Sequence[Draft], shared: list[list[Draft]], findings: Findings) -> None:
    """A VLAN, and a port group's name, belong to one group of a vSphere server (E401, E402)."""
    share_of = {draft.group: index for index, members in enumerate(shared) for draft in members}
    vlans: dict[Hashable, list[_Use]] = defaultdict(list)
    names: dict[Hashable, list[_Use]] = defaultdict(list)
    for draft in drafts:
        for side in SIDES:
            part = getattr(draft.parts, side)
            if draft.vlan(side) is not None:
                vlans[draft.server_key, part.vlan].append((draft, (side, "vlan")))
            names[draft.server_key, part.port_group.lower()].append((draft, (side, "port_group")))
    for code, uses_of, field in (("E401", vlans, "vlan"), ("E402", names, "port_group")):
        for uses in uses_of.values():
            owners = {draft.group for draft, _ in uses}
            shares = {share_of.get(group) for group in owners}
            on_purpose = len(shares) == 1 and None not in shares and all(p[0] == "outside" for _, p in uses)
            if len(owners) > 1 and not on_purpose:
                value = getattr(getattr(uses[-1][0].parts, str(uses[-1][1][0])), field)
                _note(code, uses, findings, value=value, server=uses[-1][0].parts.vsphere.host)


def _shared_outside(shared: list[list[Draft]], findings: Findings) -> None:
    """Behind one outside interface each group has its own port (E403) and its own stations (E409)."""
    for members in shared:
        _same_interface(members, findings)
        host = _router(members[0]).host
        ports: dict[Hashable, list[_Use]] = defaultdict(list)
        stations: dict[Hashable, list[_Use]] = defaultdict(list)
        for draft in members:
            ports[_router(draft).outside_port].append((draft, ("router", "outside_port")))
            for path, address in draft.addresses.items():
                if draft.sides[path] == "outside" and path[0] != "router":
                    stations[address.ip].append((draft, path))
        for code, uses_of in (("E403", ports), ("E409", stations)):
            for value, uses in uses_of.items():
                if len({draft.group for draft, _ in uses}) > 1:
                    _note(code, uses, findings, value=value, host=host)


def _same_interface(members: list[Draft], findings: Findings) -> None:
    """One interface has one network, one VLAN and one address (E406)."""
    first = members[0]
    readings: tuple[tuple[Path, Callable[[Draft], object]], ...] = (
        (("outside", "network"), lambda draft: draft.parts.outside.network),
        (("outside", "vlan"), lambda draft: draft.vlan("outside")),
        (("router", "outside_address"), lambda draft: draft.addresses["router", "outside_address"]),
    )
    for path, read in readings:
        other = next((draft for draft in members if read(draft) != read(first)), None)
        if other is not None:
            uses = [(first, path), (other, path)]
            router = _router(first)
            _note("E406", uses, findings, interface=router.outside, host=router.host)


def _shared_routers(drafts: Sequence[Draft], findings: Findings) -> None:
    """On one router each group has its own inside interface (E404), and no networks overlap (E405)."""
    routers: dict[Hashable, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.router_key is not None:
            routers[draft.router_key].append(draft)
    for members in routers.values():
        inside: dict[str, list[_Use]] = defaultdict(list)
        networks: dict[tuple[str, object], list[_Use]] = defaultdict(list)
        for draft in members:
            router, parts = _router(draft), draft.parts
            inside[router.inside].append((draft, ("router", "inside")))
            networks[router.inside, parts.inside.network].append((draft, ("inside", "network")))
            networks[router.outside, parts.outside.network].append((draft, ("outside", "network")))
        host = _router(members[0]).host
        for interface, uses in inside.items():
            if len(uses) > 1:
                _note("E404", uses, findings, value=interface, host=host)
        if len(members) > 1:
            _overlaps(networks, host, findings)


def _overlaps(networks: dict[tuple[str, object], list[_Use]], host: str, findings: Findings) -> None:
    """Networks overlap only when one lies in the other: in their order, each meets only those around it."""
    known = [
        (interface, getattr(use[0].parts, str(use[1][0])).network, use)
        for (interface, _), (use, *_) in networks.items()
    ]
    order = sorted(range(len(known)), key=lambda at: (known[at][1], at))
    around: list[int] = []
    for at in order:
        interface, network, (draft, _) = known[at]
        while around and not network.subnet_of(known[around[-1]][1]):
            around.pop()
        for outer in around:
            if known[outer][0] != interface and known[outer][2][0].group != draft.group:
                one, two = sorted((outer, at))
                facts = {"value": known[one][1], "other": known[two][1], "host": host}
                _note("E405", [known[one][2], known[two][2]], findings, **facts)
                break
        around.append(at)


def _router(draft: Draft) -> RouterPart:
    assert draft.parts.router is not None  # noqa: S101 - callers have looked
    return draft.parts.router


def _note(code: str, uses: list[_Use], findings: Findings, **facts: Any) -> None:
    """One finding for all groups that use the same thing, at the last one's place."""
    draft, path = uses[-1]
    groups = format_groups(tuple({each.group.number for each, _ in uses}))
    findings.add(code, draft.layer.position(path), path, **facts, groups=groups)
