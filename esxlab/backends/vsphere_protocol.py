"""What esxlab needs of vSphere, as small protocols: looking, networks, files, machines, locks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from esxlab.backends.model_protocol import ModelPlace
    from esxlab.errors import LabError
    from esxlab.lab.finding import Finding
    from esxlab.lab.identity import GroupId, Owner
    from esxlab.lab.in_flight import InFlight
    from esxlab.lab.lab import Lab
    from esxlab.lab.lock import LockClaim, LockHolder
    from esxlab.lab.machine import Folder, Machine, PortGroup, Server, Site
    from esxlab.lab.model_build import WantedModel
    from esxlab.lab.record import GroupRecord


class Leftovers(dict["GroupId", "tuple[Lab, GroupRecord | None]"]):
    """What is left of each group of a class.

    `unread` says which datastores could not be read, and why; `silent` which servers could not be asked.
    """

    def __init__(
        self,
        groups: Mapping[GroupId, tuple[Lab, GroupRecord | None]] | None = None,
        unread: Sequence[LabError] = (),
    ) -> None:
        super().__init__(groups or {})
        self.unread = tuple(unread)
        self.silent: tuple[LabError, ...] = ()


class Records(dict["GroupId", "GroupRecord | None"]):
    """The groups of a class and their records; `unread` says which datastores could not be read, and why."""

    def __init__(
        self, groups: Mapping[GroupId, GroupRecord | None] | None = None, unread: Sequence[LabError] = ()
    ) -> None:
        super().__init__(groups or {})
        self.unread = tuple(unread)


class Looking(Protocol):
    """Looks at servers, and changes nothing on them."""

    def observe(self, wanted: Sequence[Lab]) -> dict[GroupId, Lab]:
        """What is there of these labs: one read per server for all of them.

        Objects that stand in the way (somebody else's machine, folder or port group with a wanted name; a
        missing model, datastore or network) come back as `problems` of the group, never as an exception;
        an unreachable server or a refused login is a problem of each of its groups.

        A port group with a wanted name is `ours` when this group's record names it. It is no obstacle when
        the record of another group of the class on the same ESXi host does: the groups share it.
        """
        ...

    def await_rest(
        self, labs: Sequence[Lab], unfinished: AbstractSet[GroupId], *, tell: Callable[[InFlight], None]
    ) -> dict[GroupId, LabError | None]:
        """Wait for what goes on although this run has not asked for it: tasks, guests that shut down.

        Args:
            labs: as the last `observe` or `find_class` has found them.
            unfinished: those of their groups of which a disk or a machine may still be in the making.
            tell: hears of each thing before it is waited for.

        Returns:
            The groups that were waited for, which have to be looked at again; and why a wait was in vain.
        """
        ...

    def find_class(self, server: Server, class_name: str) -> Leftovers:
        """Everything on this server that carries marks of this class, without any spec: teardown, orphans.

        Every site is on this server, whatever the files say. A group whose record belongs to another one
        has the problem record.elsewhere; one that has something on a datastore that could not be read, why.
        """
        ...

    def find_records(
        self,
        server: Server,
        class_name: str,
        *,
        groups: AbstractSet[GroupId] | None = None,
        again: bool = True,
    ) -> Records:
        """Those of these groups of a class (None: all) that have a folder or a machine here, with records.

        A short look: no machine's folder is looked into, and machines are those of the last `observe`.
        Not `again`: what that has read of records is not read once more, for a plan that is made of both.
        """
        ...

    def find_all_records(self, server: Server) -> tuple[GroupRecord, ...]:
        """The records of the groups of every class on this server: who else uses a router."""
        ...

    def examine(self, wanted: Sequence[Lab]) -> tuple[Finding, ...]:
        """What each server of these labs is fit for: reached or not, licence, privileges, clock, space ..."""
        ...

    def find_lacking(self, wanted: Sequence[Lab]) -> dict[GroupId, tuple[LabError, ...]]:
        """The privileges that the account lacks on what each of these labs uses.

        Call it after `observe`, of labs that had no problem.
        """
        ...

    def await_address(self, site: Site, owner: Owner, *, timeout_s: float) -> tuple[str, int]:
        """Wait until Tools reports an address of the machine: (address, SSH port). LabError vsphere.off."""
        ...

    def check_on(self, site: Site, owner: Owner, *, dialled: str = "", port: int = 0) -> None:
        """LabError vsphere.off when the machine has no power, vsphere.unreachable when the server is gone.

        vsphere.new_address when Tools tell another address of the machine by now than the one dialled, or,
        on the loopback, another port of its SSH server.
        """
        ...


class Networks(Protocol):
    """The port groups of a site's ESXi host."""

    def add_port_group(self, site: Site, port_group: PortGroup) -> None:
        """Add a port group to the vSwitch of the site's ESXi host."""
        ...

    def remove_port_group(self, site: Site, port_group: PortGroup) -> None:
        """Remove a port group; refused (vsphere.in_use) while anybody uses it."""
        ...


class Files(Protocol):
    """What lies on a datastore: a group's folder with its record, folders, disks."""

    def write_group_record(self, record: GroupRecord) -> None:
        """Create the group's folder if need be and write its record, signed by this author and now."""
        ...

    def delete_group_record(self, record: GroupRecord) -> None:
        """Delete the group's folder on the datastore, and its inventory folder when it is empty."""
        ...

    def make_folder(self, site: Site, folder: Folder) -> None:
        """MakeDirectory on the datastore, then the owner file in it."""
        ...

    def copy_disk(self, site: Site, machine: Machine) -> None:
        """Copy the model's disk to machine.disk_path (thin), wait.

        Until its machine is created, or it is marked, nobody can tell that the disk is whole.
        """
        ...

    def confirm_disk(self, site: Site, machine: Machine) -> None:
        """Mark the copied disk as whole in the owner file: its machine will not be created now."""
        ...

    def delete_disk(self, site: Site, machine: Machine) -> None:
        """Wait for a copy that still runs, then delete the half copy."""
        ...

    def delete_folder(self, site: Site, folder: Folder) -> None:
        """Delete a datastore folder, only when its owner file is ours."""
        ...


class Machines(Protocol):
    """Virtual machines that are ours: any other is refused (vsphere.not_ours)."""

    def create_machine(self, site: Site, machine: Machine) -> None:
        """CreateVM on the existing disk (or CloneVM): instanceUuid, owner marks, the cards not `added` later.

        The first card is on the site's staging network; it is the management card of a client, and of the
        others the one that will later be moved. A disk whose machine the server refuses is marked.
        """
        ...

    def add_nic(self, site: Site, machine: Machine, role: str) -> None:
        """Add the card with this role of the machine, on the network that the machine's Nic names."""
        ...

    def reconfigure_machine(self, site: Site, machine: Machine) -> None:
        """One reconfiguration: every card to its network; config digest, host key, password.

        Cards that no Nic names stay as they are; an empty config digest takes back the one that is there.

        The config digest goes with the bootTime of that moment, so that a later look knows whether the
        machine has been restarted since.
        """
        ...

    def set_nic_connected(self, site: Site, machine: Machine, role: str, *, connected: bool) -> None:
        """Connect or disconnect the card with this role, now and at the next start; nothing else changes."""
        ...

    def power_on(self, site: Site, machine: Machine) -> None:
        """Power on; no-op when it is on."""
        ...

    def set_hardware(self, site: Site, machine: Machine) -> None:
        """Give a machine that is off the RESIZABLE hardware that its spec says; the rest stays."""
        ...

    def power_off(self, site: Site, machine: Machine, *, gently_s: float = 30.0) -> None:
        """Shut the guest down through Tools, power off when that is not possible or takes too long.

        `gently_s` 0 is a power cut: the guest is not told.
        """
        ...

    def suspend(self, site: Site, machine: Machine) -> None:
        """Suspend a machine that is on; nothing is done to any other."""
        ...

    def take_picture(self, site: Site, machine: Machine) -> bytes:
        """The screen of a machine that is on, as a PNG; what was written on the datastore for it is gone."""
        ...

    def console_address(self, site: Site, machine: Machine) -> str:
        """Where a browser shows the machine's console, or leads to it: https, without any ticket."""
        ...

    def destroy_machine(self, site: Site, machine: Machine) -> None:
        """Detach disks outside the machine's own folder, then destroy it."""
        ...


class Models(Protocol):
    """Machines that groups are copied from, as far as esxlab makes them itself."""

    def model_place(self, wanted: WantedModel, lab: Lab) -> ModelPlace:
        """Where this model is built; `lab` is one of those that are made from it. Changes nothing."""
        ...


class LockFiles(Protocol):
    """Locks of groups on a datastore; lock_holder only looks."""

    def lock(self, site: Site, name: str, claim: LockClaim) -> bool:
        """Take the lock of this name on the site's datastore, or take it over when it may pass to us.

        Returns:
            Whether it was taken over: its run died, and may have left more behind.

        Raises:
            LabError: lock.held, naming who holds it, since when and until when; lock.passing while a third
                one is taking it over.
        """
        ...

    def renew_lock(self, site: Site, name: str, claim: LockClaim) -> None:
        """Say that the holder is alive; lock.lost when it is somebody else's by now, or was broken."""
        ...

    def unlock(self, site: Site, name: str, claim: LockClaim | None, *, sure: bool = False) -> None:
        """Give a lock back, unless it is somebody else's by now; `claim` None breaks it, whosever it is.

        `sure`: it was renewed a moment ago, there is no need to look whose it is.
        """
        ...

    def lock_holder(self, site: Site, name: str) -> LockHolder | None:
        """Who holds it; None when nobody does."""
        ...


class VSphere(Looking, Networks, Files, Machines, Models, LockFiles, Protocol):
    """vCenter or lone ESXi servers; every method names the Site, which names its Server."""

    def close(self) -> None:
        """Log out of every server; what was in flight is not waited for."""
        ...
