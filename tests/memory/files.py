"""The vSphere in memory: group folders with their records, folders and disks on its datastores."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from esxlab.backends.refusals import foreign_folder
from esxlab.errors import LabError
from esxlab.lab.ownership import MINE, USABLE, Ownership
from tests.memory.acting import NOBODY, Acting
from tests.memory.world import Directory

if TYPE_CHECKING:
    from esxlab.lab.machine import Folder, Machine, Site
    from esxlab.lab.record import GroupRecord


class MemoryFiles(Acting):
    """The protocol `Files`."""

    __slots__ = ()

    def write_group_record(self, record: GroupRecord) -> None:
        """Write the record."""
        with self._acting("write_group_record", record.group, record.group.folder_name, record.site):
            where = (record.site.server.host, record.site.datastore)
            group_folder = self.world.group_folder(*where, record.group)
            if group_folder and group_folder[0] not in USABLE:
                raise foreign_folder(record.site.datastore, record.group.folder_name, None)
            if group_folder and group_folder[0] is Ownership.RENAMED:
                self.world.sign_again(*where, record.group)
            if record.provenance:
                record = record._replace(provenance=record.provenance.by(self.author, ""))
            self.world.group_folders[*where, record.group] = record

    def delete_group_record(self, record: GroupRecord) -> None:
        """Delete the record."""
        with self._acting("delete_group_record", record.group, record.group.folder_name, record.site):
            self.world.group_folders.pop((record.site.server.host, record.site.datastore, record.group), None)

    def make_folder(self, site: Site, folder: Folder) -> None:
        """Empty and unowned: ours to use; anything else that is not ours: refused."""
        if site.method != "copy":
            return
        if folder.owner is None:
            raise foreign_folder(folder.datastore, folder.path, None)
        with self._acting("make_folder", folder.owner, folder.path, site):
            at = (folder.datastore, folder.path)
            ownership = self.world.folder(site.server.host, at, folder.owner)
            if ownership in MINE:
                return
            if ownership not in {None, Ownership.UNSIGNED}:
                raise foreign_folder(*at, self.world.directories[site.server.host, *at].owner)
            self.world.directories[site.server.host, *at] = Directory(owner=folder.owner)

    def copy_disk(self, site: Site, machine: Machine) -> None:
        """Half a copy first, then the whole."""
        if site.method != "copy":
            return
        with self._acting("copy_disk", machine.owner, machine.disk_path, site):
            directory = self._owned(site, machine)
            if ("model", site.model) in self.world.lacking:
                raise LabError("vsphere.model_missing", name=site.model, known="-")
            if directory.disk == "complete":
                return
            key = (site.server.host, machine.datastore, machine.folder)
            self.world.directories[key] = replace(directory, disk="partial")
            self._maybe_fail("copy_disk", machine.owner)
            self.world.directories[key] = replace(directory, disk="partial", whole=True)

    def confirm_disk(self, site: Site, machine: Machine) -> None:
        """Whoever marks half a copy is a bug."""
        if site.method != "copy":
            return
        with self._acting("confirm_disk", machine.owner, machine.disk_path, site):
            self._complete(site, machine)

    def delete_disk(self, site: Site, machine: Machine) -> None:
        """Delete the half copy."""
        with self._acting("delete_disk", machine.owner, machine.disk_path, site):
            directory = self._owned(site, machine)
            if self.world.with_uuid(site.server.host, machine.owner.instance_uuid):
                raise LabError("vsphere.in_use", what=machine.disk_path)
            key = (site.server.host, machine.datastore, machine.folder)
            self.world.directories[key] = replace(directory, disk="absent", whole=False)

    def delete_folder(self, site: Site, folder: Folder) -> None:
        """Delete a folder of ours."""
        with self._acting("delete_folder", folder.owner or NOBODY, folder.path, site):
            key = (site.server.host, folder.datastore, folder.path)
            there = self.world.directories.get(key)
            if there is None:
                return
            at = (folder.datastore, folder.path)
            if folder.owner is None or self.world.folder(key[0], at, folder.owner) not in USABLE:
                raise foreign_folder(folder.datastore, folder.path, there.owner)
            del self.world.directories[key]
