"""The whole class as its spec has it: also the groups that a command was not asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from esxlab.spec.digest import spec_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Server
    from esxlab.lab.provenance import Author, Provenance
    from esxlab.lab.record import GroupRecord
    from esxlab.spec.resolved import GroupSpec


class Wanted(NamedTuple):
    """The labs that are wanted, and the whole class that they belong to; None: there are no other groups."""

    labs: tuple[Lab, ...]
    whole: Roster | None = None

    @property
    def roster(self) -> Roster:
        """Every group of the class."""
        return self.whole or roster_of_labs(self.labs)

    @property
    def class_name(self) -> str:
        """The class's name; empty when nothing is wanted of it."""
        return self.labs[0].group.class_name if self.labs else ""

    @property
    def servers(self) -> tuple[Server, ...]:
        """Where these labs are, and those that share a router with them."""
        return self.roster.servers(lab.group for lab in self.labs)


class Member(NamedTuple):
    """One group: its vSphere server, its router's host (empty: none), and its part of the spec."""

    group: GroupId
    server: Server
    router: str = ""
    spec_digest: str = ""


class Sharing(NamedTuple):
    """The groups of a class that are behind one router, and their vSphere servers."""

    groups: tuple[GroupId, ...] = ()
    servers: tuple[Server, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """Every group of a class."""

    members: tuple[Member, ...]

    def servers(self, groups: Iterable[GroupId]) -> tuple[Server, ...]:
        """The servers of these groups, and of those that share a router with them: no others are asked."""
        chosen = set(groups)
        routers = {m.router for m in self.members if m.group in chosen and m.router}
        return tuple(
            sorted(
                {m.server for m in self.members if m.group in chosen or (m.router and m.router in routers)}
            )
        )

    def sharing(self) -> dict[GroupId, Sharing]:
        """For each group with a router all those of the class that are behind it, itself among them."""
        behind: dict[str, list[Member]] = {}
        for member in self.members:
            if member.router:
                behind.setdefault(member.router, []).append(member)
        found = {
            router: Sharing(tuple(m.group for m in members), tuple(sorted({m.server for m in members})))
            for router, members in behind.items()
        }
        return {member.group: found[member.router] for member in self.members if member.router}

    def colleagues(
        self, records: Mapping[GroupId, GroupRecord | None], author: Author
    ) -> dict[GroupId, Provenance]:
        """The groups of this class name that somebody else has made, from another spec than this."""
        digests = {member.group: member.spec_digest for member in self.members}
        made = {group: record.provenance for group, record in records.items() if record}
        return {
            group: who
            for group, who in sorted(made.items())
            if who and who.is_colleagues(author, digests.get(group, ""))
        }

    def orphans(self, there: Iterable[GroupId]) -> tuple[int, ...]:
        """Numbers of the groups that are there although the spec no longer has them."""
        numbers = {member.group.number for member in self.members}
        return tuple(sorted({group.number for group in there} - numbers))


def roster_of(specs: Sequence[GroupSpec]) -> Roster:
    """The roster of a class, from all its groups' specs."""
    return Roster(tuple(_member(spec, spec_digest(spec)) for spec in specs))


def roster_of_labs(labs: Sequence[Lab]) -> Roster:
    """The roster of a class that consists of these groups."""
    return Roster(tuple(_member(lab, lab.spec_digest) for lab in labs))


def _member(of: GroupSpec | Lab, digest: str) -> Member:
    return Member(of.group, of.site.server, of.router.address.host if of.router else "", digest)
