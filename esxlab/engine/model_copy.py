"""The throw-away copy by which a model is looked into: a lab of one machine, in a class of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.lab import Lab
from esxlab.lab.machine import Folder, Hardware, Machine, Nic

if TYPE_CHECKING:
    from collections.abc import Iterable

CLASS = "{class_name}.model-check"
"""With a full stop, which the class of no spec has (spec/fields.py): no plan of a class sees a copy."""
TURN = "{class_name}.model-check-turn"
"""Whose lock is held from before an older copy is taken away until this run's own is gone."""
MACHINE = "model-check"


def each_model_once(labs: Iterable[Lab]) -> tuple[Lab, ...]:
    """The first lab of each model: groups of one class mostly share theirs."""
    first: dict[object, Lab] = {}
    for lab in labs:
        first.setdefault((lab.site.server.host, lab.site.datacenter, lab.site.model), lab)
    return tuple(first.values())


def with_model(lab: Lab, name: str) -> Lab:
    """The same lab, made from another machine of the inventory."""
    return replace(lab, site=replace(lab.site, model=name))


def class_of_copies(class_name: str) -> str:
    """The class that throw-away copies belong to."""
    return CLASS.format(class_name=class_name)


def turn_of(lab: Lab) -> GroupId:
    """What is locked while this lab's model is looked into."""
    return GroupId(TURN.format(class_name=lab.group.class_name), lab.group.number)


def model_copy(lab: Lab) -> Lab:
    """A copy of this lab's model, on the school's network, with the model's own hardware."""
    group = GroupId(class_of_copies(lab.group.class_name), lab.group.number)
    owner = Owner(group, MACHINE)
    name = f"{MACHINE}-{lab.group.class_name}-{lab.group.label}"
    site = lab.site
    card = Nic("management", owner.mac_address(0), site.staging, kind=site.staging_kind)
    machine = Machine(owner, name, site.datastore, name, Hardware(), (card,))
    folder = Folder(site.datastore, name, owner)
    return Lab(group, site, folders=(folder,), machines=(machine,))
