"""The record of a group: what it has outside its machines' folders, and who made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import RouterRecord
    from esxlab.lab.machine import PortGroup, Site
    from esxlab.lab.provenance import Provenance
    from esxlab.lab.router import RouterAddress


class GroupRecord(NamedTuple):
    """The record in a group's folder: JSON on the datastore, all that teardown needs without a spec.

    `port_groups` are those that this group created or was about to create. `router` is None when the group
    never pushed anything. `folders` are (machine, path) of those that it was about to make: one that is empty
    is ours, for a run may die between making a folder and signing it. `provenance` says who configured it
    last; None: an earlier esxlab did. `former` is not in the file: its datastore's name when it was written,
    if that is another now.
    """

    group: GroupId
    site: Site
    port_groups: tuple[PortGroup, ...] = ()
    router_address: RouterAddress | None = None
    router: RouterRecord | None = None
    folders: tuple[tuple[str, str], ...] = ()
    provenance: Provenance | None = None
    former: str = ""
