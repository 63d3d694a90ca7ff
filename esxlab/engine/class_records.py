"""The records of a class: what its groups wrote down of themselves, and who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from esxlab.backends.vsphere_protocol import Records
from esxlab.engine.observe import read_records
from esxlab.planning.roster import Wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from esxlab.backends.protocols import Backends
    from esxlab.lab.identity import GroupId
    from esxlab.lab.lab import Lab
    from esxlab.lab.provenance import Author, Provenance


def colleagues_of(
    wanted: Sequence[Lab], backends: Backends, *, author: Author, workers: int, again: bool
) -> dict[GroupId, Provenance]:
    """Those of these groups that somebody else has made. Not `again`: right after they were looked at."""
    whole = Wanted(tuple(wanted))
    records = records_of_class(whole, backends, workers=workers, again=again)
    made = whole.roster.colleagues(records, author)
    return {lab.group: made[lab.group] for lab in wanted if lab.group in made}


def records_of_class(wanted: Wanted, backends: Backends, *, workers: int, again: bool = False) -> Records:
    """The records of the class, on the servers of these groups and of those that share a router with them.

    Not `again`: right after these groups were looked at.
    """
    if not wanted.labs:
        return Records()
    return read_records(wanted.servers, wanted.class_name, backends, workers=workers, again=again)
