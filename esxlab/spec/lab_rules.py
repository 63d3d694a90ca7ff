"""What must hold inside one group's lab, whatever the other groups are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.spec.draft import SIDES
from esxlab.spec.findings import dotted
from esxlab.spec.hints import hint
from esxlab.spec.parts import family_of, parts_of
from esxlab.spec.problems import show_value
from esxlab.spec.shell_rules import check_shell

if TYPE_CHECKING:
    from esxlab.spec.draft import Draft
    from esxlab.spec.findings import Findings
    from esxlab.spec.source import Path


def check_lab(draft: Draft, findings: Findings) -> None:
    """Ask every rule of this file."""
    for rule in RULES:
        rule(draft, findings)


def warn_lab(draft: Draft, findings: Findings) -> None:
    """What deserves a look in one group's lab: W601, and the warnings of the exercise's own parts."""
    parts, number, layer = draft.parts, draft.group.number, draft.layer
    path: Path
    for side in ("inside", "outside"):
        path = (side, "network")
        network = getattr(parts, side).network
        if network.is_global:
            findings.add("W601", layer.position(path), path, group=number, network=network)
    for part in parts_of(parts.scenario).values():
        for rule in part.warnings:
            rule(draft, findings)


def _networks(draft: Draft, findings: Findings) -> None:
    inside, outside = draft.parts.inside.network, draft.parts.outside.network
    if inside.overlaps(outside):
        path = ("outside", "network") if draft.layer.given(("outside", "network")) else ("inside", "network")
        position = draft.layer.position(path)
        findings.add("E304", position, path, group=draft.group.number, inside=inside, outside=outside)


def _addresses(draft: Draft, findings: Findings) -> None:
    """No address twice in the lab; what overlapping networks bring along is E304 already."""
    if draft.parts.inside.network.overlaps(draft.parts.outside.network):
        return
    seen: dict[str, Path] = {}
    for path, interface in draft.addresses.items():
        if path[0] == "school":
            continue
        first = seen.setdefault(str(interface.ip), path)
        if first != path:
            place = path if draft.layer.given(path) else first
            position, number = draft.layer.position(place), draft.group.number
            other = dotted(first if place == path else path)
            findings.add("E303", position, place, group=number, address=interface.ip, other=other)


def _names(draft: Draft, findings: Findings) -> None:
    hosts: dict[str, str] = {}
    keys: dict[str, str] = {}
    for section, members in (("machines", draft.parts.machines), ("clients", draft.clients)):
        for key, member in members.items():
            number = draft.group.number
            if (first := keys.setdefault(key.lower(), key)) != key or (section, key) in _twice(draft):
                position = draft.layer.key_position((section, key))
                findings.add("E308", position, (section, key), group=number, name=key, other=first)
            first = hosts.setdefault(member.hostname.lower(), key)
            if first != key:
                path = (section, key, "hostname")
                position = draft.layer.position(path)
                findings.add("E307", position, path, group=number, name=member.hostname, other=first)


def _twice(draft: Draft) -> set[tuple[str, str]]:
    return {("machines", key) for key in draft.clients if key in draft.parts.machines}


def _roles(draft: Draft, findings: Findings) -> None:
    """Each role has its cards, and no others."""
    roles = list(family_of(draft.parts.scenario).cards)
    for path, member, sides in draft.members():
        role = getattr(member, "role", None)
        if role is not None and role not in roles:
            here = (*path, "role")
            position, meant = draft.layer.position(here), hint(role, roles)
            findings.add("E202", position, here, group=draft.group.number, value=show_value(role), hint=meant)
            continue
        for side in SIDES:
            value = getattr(member, side)
            if side in sides and value is None:
                position = draft.layer.key_position(path)
                findings.add(
                    "E305", position, (*path, side), group=draft.group.number, name=path[1], side=side
                )
            here = (*path, side)
            if side not in sides and value is not None and draft.layer.given(here):
                position = draft.layer.key_position(here)
                findings.add("E306", position, here, group=draft.group.number, name=path[1], side=side)


def _exercises(draft: Draft, findings: Findings) -> None:
    """What the exercises ask of their own parts."""
    for part in parts_of(draft.parts.scenario).values():
        for rule in part.rules:
            rule(draft, findings)


def _router(draft: Draft, findings: Findings) -> None:
    router = draft.parts.router
    if router is None:
        return
    number = draft.group.number
    if router.inside == router.outside or "." in router.outside:
        path = ("router", "outside")
        findings.add("E313", draft.layer.position(path), path, group=number, name=router.outside)
    serial = router.device == "cisco_ios_serial"
    if serial != router.host.startswith(("/dev/", "COM")):
        path = ("router", "host")
        findings.add(
            "E315", draft.layer.position(path), path, group=number, host=router.host, device=router.device
        )
    if router.key and router.device != "cisco_ios":
        path = ("router", "key")
        findings.add("E321", draft.layer.position(path), path, group=number, device=router.device)


def _port_groups(draft: Draft, findings: Findings) -> None:
    inside, outside, number = draft.parts.inside, draft.parts.outside, draft.group.number
    staging = draft.parts.vsphere.staging
    path: Path
    for side, part in (("inside", inside), ("outside", outside)):
        if part.port_group.lower() == staging.lower():
            path = (side, "port_group")
            position = draft.layer.position(path)
            findings.add("E314", position, path, group=number, name=part.port_group, other="vsphere.staging")
    if inside.port_group.lower() == outside.port_group.lower():
        path = ("outside", "port_group")
        position = draft.layer.position(path)
        findings.add("E314", position, path, group=number, name=outside.port_group, other="inside.port_group")
    vlan = draft.vlan("inside")
    if vlan is not None and vlan == draft.vlan("outside"):
        path = ("outside", "vlan") if draft.layer.given(("outside", "vlan")) else ("inside", "vlan")
        findings.add("E316", draft.layer.position(path), path, group=number, vlan=vlan)
    for side, part in (("inside", inside), ("outside", outside)):
        if part.kind and not part.existing:
            path = (side, "kind")
            findings.add("E319", draft.layer.position(path), path, group=number, side=side)
    router = draft.parts.router
    if router is not None and "." in router.inside and vlan is None:
        path = ("router", "inside")
        findings.add("E320", draft.layer.position(path), path, group=number, interface=router.inside)


def _login(draft: Draft, findings: Findings) -> None:
    """Only root may write what the exercise writes; another login would fail after the machines are made."""
    path, user = ("guest", "user"), draft.parts.guest.user
    if user != "root":
        findings.add("E317", draft.layer.position(path), path, group=draft.group.number, user=user)


RULES = (
    _networks,
    _addresses,
    _names,
    _roles,
    _exercises,
    _router,
    _port_groups,
    _login,
    check_shell,
)
