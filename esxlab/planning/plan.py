"""A plan as data: the actions of each group, its checksum, and what was found that forbids a group's plan."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Union

from esxlab.actions.guest import ConfigureGuest
from esxlab.lab.router_logins import RouterLogins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from esxlab.actions.base import Action
    from esxlab.errors import LabError
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Server
    from esxlab.lab.provenance import Provenance
    from esxlab.planning.roster import Wanted


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that is worth reading before a plan is carried out: a key of the texts, and its facts."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


Warned = Union[Remark, "LabError"]
"""A warning: words come at the end, in the language of who reads."""


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """What has to be done for one group. With problems, nothing is (promise 1: in doubt, refuse)."""

    group: GroupId
    actions: tuple[Action, ...] = ()
    problems: tuple[LabError, ...] = ()
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What vSphere showed when a plan was made, and by what it is looked at again: wanted labs, or marks."""

    labs: Mapping[GroupId, Lab] = field(default_factory=dict)
    wanted: Wanted | None = None
    servers: tuple[Server, ...] = ()
    logins: RouterLogins = field(default_factory=RouterLogins)


def is_within(actions: Sequence[Action], shown: Sequence[Action]) -> bool:
    """Whether these actions do nothing that the shown ones would not have done.

    A restart is also a power-on: its machine may have gone off meanwhile.
    """
    told = {(action.describe(), action.details()) for action in shown}
    restarted = {action.subject for action in shown if action.verb in {"restart", "reboot", "set-hardware"}}
    return all(
        (action.describe(), action.details()) in told
        or (action.verb == "power-on" and action.subject in restarted)
        for action in actions
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a command for a class; `kind` is provision, teardown, pause or resume."""

    kind: str
    class_name: str
    groups: tuple[GroupPlan, ...]
    orphans: tuple[int, ...] = field(default=())  # groups that exist in vSphere but not in the spec
    colleagues: Mapping[GroupId, Provenance] = field(
        default_factory=dict
    )  # groups of this class name that somebody else has made
    unread: tuple[LabError, ...] = field(default=(), compare=False)
    """Why some datastores could not be looked at: what lies there, if anything, is not in this plan."""
    silent: tuple[LabError, ...] = field(default=(), compare=False)
    """Why some servers could not be asked: the groups that they may have are not in this plan."""
    seen: Seen = field(default_factory=Seen, compare=False, repr=False)

    @property
    def changes(self) -> int:
        """How many actions there are, in all groups."""
        return sum(len(group.actions) for group in self.groups)

    @property
    def reconfigures(self) -> bool:
        """Whether guests that were configured already are configured again."""
        return any(
            isinstance(a, ConfigureGuest) and a.has_config_digest
            for group in self.groups
            for a in group.actions
        )

    @property
    def checksum(self) -> str:
        """First 16 hex digits of the SHA-256 over all actions; the same plan has the same checksum."""
        text = "\n".join(repr(action) for group in self.groups for action in group.actions)
        return hashlib.sha256(f"{self.kind}\n{self.class_name}\n{text}".encode()).hexdigest()[:16]
