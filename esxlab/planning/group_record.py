"""What the record of a group will say, and whether it has to be written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.lab.provenance import Provenance
from esxlab.lab.record import GroupRecord
from esxlab.planning.router_difference import merge_record

if TYPE_CHECKING:
    from esxlab.planning.difference import Difference


def record_of_group(difference: Difference) -> GroupRecord:
    """What the record will say: a port group that the spec has renamed since is still ours to remove.

    It names the router also when that could not be read: who shares it looks there before a push.
    """
    wanted, found, earlier = difference.wanted, difference.found, difference.earlier
    record, address = found.record, earlier.router_address if earlier else None
    if wanted.router and (found.router or record is None):
        address = wanted.router.address
    if wanted.router and found.router:
        record = merge_record(found.record, wanted.router.table, found.router.table, difference.others)
    names = {port_group.name for port_group in wanted.port_groups}
    renamed = [p for p in earlier.port_groups if p.name not in names] if earlier else []
    folders = {machine.owner.machine: machine.folder for machine in wanted.machines}
    earlier_folders = dict(earlier.folders) if earlier else {}
    return GroupRecord(
        wanted.group,
        wanted.site,
        (*wanted.port_groups, *renamed),
        address,
        record,
        tuple((earlier_folders | folders).items()),
        Provenance(wanted.spec_digest),
    )


def signed_otherwise(difference: Difference) -> bool:
    """Whether the record names another author or another spec: who changes something signs."""
    if difference.earlier is None:
        return False
    made = difference.earlier.provenance
    wanted = (difference.author.computer, difference.wanted.spec_digest)
    return made is None or (made.computer, made.digest) != wanted


def is_unannounced(difference: Difference) -> bool:
    """Whether others cannot see yet in the group's record which router it is about to use."""
    address = record_of_group(difference).router_address
    named = difference.earlier.router_address if difference.earlier else None
    return address is not None and (named is None or named.host != address.host)


def must_write_record(difference: Difference) -> bool:
    """Whether the record lacks something that is about to be made, or calls its datastore by an old name."""
    wanted, found = difference.wanted, difference.found
    there = {port_group.name for port_group in found.port_groups if port_group.ours}
    record = record_of_group(difference)
    return (
        not found.has_record
        or any(pg.name not in there for pg in wanted.port_groups)
        or record.router != found.record
        or _unrecorded(difference)
        or bool(difference.earlier and difference.earlier.former)
    )


def _unrecorded(difference: Difference) -> bool:
    """Whether a folder is about to be made that no record names."""
    wanted, found, earlier = difference.wanted, difference.found, difference.earlier
    known = {path for _, path in earlier.folders} if earlier else set()
    there = {folder.path for folder in found.folders}
    return any(
        found.machine(machine.owner.machine) is None and machine.folder not in known | there
        for machine in wanted.machines
    )
