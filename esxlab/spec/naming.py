"""The names that machines get in vSphere, and their MACs; the exercise's own names where possible."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from esxlab.lab.identity import Owner
from esxlab.spec.expressions import ExpressionError, render_expression
from esxlab.spec.fields import PATTERNS
from esxlab.spec.parts import CLIENT, cards_of
from esxlab.spec.problems import Phrase, say_groups, show_value
from esxlab.spec.ranges import format_groups

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from esxlab.lab.identity import GroupId
    from esxlab.spec.draft import Draft
    from esxlab.spec.findings import Findings
    from esxlab.spec.source import Path


class Names(NamedTuple):
    """A machine's inventory name and its datastore folder."""

    vm: str
    folder: str


def roster(draft: Draft) -> Iterator[tuple[str, str]]:
    """(machine, role) of a group: servers in the order of the spec, then the clients."""
    for key, machine in draft.parts.machines.items():
        yield key, machine.role
    for key in draft.clients:
        yield key, CLIENT


def name_machines(drafts: Sequence[Draft], findings: Findings) -> dict[Owner, Names]:
    """Names of every machine of the class; E201, E210, E211, E407, E408, E410 when they cannot be used.

    A group alone on its datastore (and, on a lone ESXi, alone on the server) has the exercise's names; the
    others have the group in front: g07-srvweb1.
    """
    datastores = Counter(draft.datastore_key for draft in drafts)
    servers = Counter(draft.server_key for draft in drafts)
    named: dict[Owner, Names] = {}
    for draft in drafts:
        alone = datastores[draft.datastore_key] == 1 and (draft.in_vcenter or servers[draft.server_key] == 1)
        for key, _ in roster(draft):
            automatic = key if alone else f"{draft.group.label}-{key}"
            vm = _render(draft, "vm", key, findings) or automatic
            folder = _render(draft, "folder", key, findings) or automatic
            named[Owner(draft.group, key)] = Names(vm, folder)
    _refuse_twins(drafts, named, findings)
    return named


def _render(draft: Draft, kind: str, machine: str, findings: Findings) -> str:
    """The explicit name of a machine; empty when the spec leaves it to esxlab, or it cannot be used."""
    template = getattr(draft.parts.names, kind)
    if template is None:
        return ""
    path: Path = ("names", kind)
    position, number = draft.layer.position(path), draft.group.number
    variables = {"group": number, "class_name": draft.group.class_name, "machine": machine}
    try:
        name = render_expression(template, variables)
    except ExpressionError as error:
        findings.add(error.code, position, path, group=number, **error.facts)
        return ""
    if not re.fullmatch(PATTERNS["path_name"], name):
        allowed = Phrase("spec.allowed.path_name")
        findings.add("E201", position, path, group=number, value=show_value(name), allowed=allowed)
        return ""
    return name


def _refuse_twins(drafts: Sequence[Draft], named: dict[Owner, Names], findings: Findings) -> None:
    """E407: a datastore folder for two machines; E408: an inventory name; E410: it is the model's."""
    folders: dict[Hashable, list[tuple[Draft, str]]] = defaultdict(list)
    inventory: dict[Hashable, list[tuple[Draft, str]]] = defaultdict(list)
    for draft in drafts:
        for key, _ in roster(draft):
            names = named[Owner(draft.group, key)]
            folder = draft.group.folder_name if draft.in_vcenter else ""
            folders[draft.datastore_key, names.folder.lower()].append((draft, key))
            inventory[draft.server_key, folder, names.vm.lower()].append((draft, key))
            model = draft.parts.vsphere.model.lower()
            for kind in ("folder",) if folder else ("folder", "vm"):
                if getattr(names, kind).lower() == model:
                    path = ("names", kind)
                    position = draft.layer.position(path)
                    findings.add("E410", position, path, group=draft.group.number, name=getattr(names, kind))
    for code, kind, buckets in (("E407", "folder", folders), ("E408", "vm", inventory)):
        for users in buckets.values():
            if len({(draft.group, key.lower()) for draft, key in users}) > 1:
                _note_twins(code, kind, users, named, findings)


def _note_twins(
    code: str, kind: str, users: list[tuple[Draft, str]], named: dict[Owner, Names], findings: Findings
) -> None:
    draft, key = users[-1]
    path: Path = ("names", kind)
    position = draft.layer.position(path)
    findings.add(
        code,
        position,
        path,
        name=getattr(named[Owner(draft.group, key)], kind),
        machines=", ".join(sorted({key for _, key in users})),
        groups=say_groups(format_groups(tuple({each.group.number for each, _ in users}))),
        datastore=draft.parts.vsphere.datastore,
        server=draft.parts.vsphere.host,
    )


def assign_macs(drafts: Sequence[Draft]) -> dict[Owner, dict[str, str]]:
    """A MAC for every card, unique in the whole class; the lower group keeps its own when two collide."""
    taken: set[str] = set()
    assigned: dict[Owner, dict[str, str]] = {}
    for draft in sorted(drafts, key=_group):
        for key, role in roster(draft):
            owner = Owner(draft.group, key)
            cards = cards_of(draft.parts.scenario, role)
            assigned[owner] = {card: _free_mac(owner, slot, taken) for slot, card in enumerate(cards)}
    return assigned


def _group(draft: Draft) -> GroupId:
    return draft.group


def _free_mac(owner: Owner, slot: int, taken: set[str]) -> str:
    attempt = 0
    while (mac := owner.mac_address(slot, attempt=attempt)) in taken:
        attempt += 1
    taken.add(mac)
    return mac
