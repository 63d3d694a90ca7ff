"""Finds the records of all classes on a server: who else uses a router."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.backends.vsphere.homes import read_homes
from esxlab.backends.vsphere.sites import site_at, usable_stores
from esxlab.backends.vsphere.survey import folders_at_root
from esxlab.errors import LabError
from esxlab.lab.ownership import MINE, judge_home

if TYPE_CHECKING:
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.lab.record import GroupRecord

HOME = re.compile(r"esxlab-.+-g\d+")


def find_all_records(server: Connection) -> tuple[GroupRecord, ...]:
    """The records in every folder that is named as a home is; a home that is somebody's copy is left out.

    Their sites are where they lie: that is where their groups are locked, wherever they are at home.
    """
    stores = usable_stores(server.inventory)
    homes = [
        (store, name)
        for store in stores.values()
        if not isinstance(names := folders_at_root(server, store), LabError)
        for name in sorted(names)
        if HOME.fullmatch(name)
    ]
    return tuple(
        record._replace(site=site_at(server.inventory, home.store, record.site))
        for home in read_homes(server, homes)
        if home.found and (record := home.found.record) and record.group.home == home.name
        if judge_home(home.found.said, record.group, server.inventory.volume(home.store)) in MINE
    )
