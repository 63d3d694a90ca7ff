"""Finds the records of all classes on a server: who else uses a router."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from esxlab.backends.vsphere.group_folders import read_group_folders
from esxlab.backends.vsphere.sites import site_at, usable_stores
from esxlab.backends.vsphere.survey import folders_at_root
from esxlab.errors import LabError
from esxlab.lab.ownership import MINE, judge_group_folder

if TYPE_CHECKING:
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.lab.record import GroupRecord

HOME = re.compile(r"esxlab-.+-g\d+")


def find_all_records(server: Connection) -> tuple[GroupRecord, ...]:
    """The records in every folder named as a group folder is; one that is somebody's copy is left out.

    Their sites are where they lie: that is where their groups are locked, wherever they belong.
    """
    stores = usable_stores(server.inventory)
    group_folders = [
        (store, name)
        for store in stores.values()
        if not isinstance(names := folders_at_root(server, store), LabError)
        for name in sorted(names)
        if HOME.fullmatch(name)
    ]
    return tuple(
        record._replace(site=site_at(server.inventory, group_folder.store, record.site))
        for group_folder in read_group_folders(server, group_folders)
        if group_folder.found
        and (record := group_folder.found.record)
        and record.group.folder_name == group_folder.name
        if judge_group_folder(
            group_folder.found.said, record.group, server.inventory.volume(group_folder.store)
        )
        in MINE
    )
