"""Datastores that are full, read-only, or hold half a file, a link, or somebody else's things."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - a field's type
from dataclasses import dataclass
from typing import Any

from esxlab.backends.locking import holder_of, lock_file
from esxlab.backends.vsphere.records import owner_file, record_file
from esxlab.lab.lock import LockClaim, group_lock
from esxlab.sim.proxy.rules import Rule
from esxlab.sim.proxy.soap import Fault
from tests.hostile.peers import Peer
from tests.vsphere_worlds import record_of

CUT_PUT = "measured: a PUT to vcsim that is killed between its header and its body leaves a file of 0 bytes"
HUGE = 3 << 20
ODD = ("a\nb", "\x1b[2J", "[x] y", "%2e%2e", "é" * 40, "\u202egp", "esxlab-", ".lock")


@dataclass(frozen=True)
class Play:
    """How a peer is played.

    `plant` puts it there before the first command: (world, lab). `finishes`: a provision comes to its end
    in spite of it; else it is refused, and what was planted stays byte for byte.
    """

    plant: Callable[[Any, Any], None]
    finishes: bool = True


def folder_of(world: Any, lab: Any) -> Any:
    return world.datastore / lab.machines[0].folder


def group_folder_of(world: Any, lab: Any) -> Any:
    return world.datastore / lab.group.folder_name


def owner_bytes(lab: Any) -> bytes:
    machine = lab.machines[0]
    return owner_file(machine.owner, folder=f"[datastore1] {machine.folder}", complete=True)


def record_bytes(lab: Any) -> bytes:
    machine = lab.machines[0]
    return record_file(record_of(lab)._replace(folders=((machine.owner.machine, machine.folder),)))


def owner(content: Callable[[bytes], bytes], *beside: str, recorded: bool = False) -> Callable[..., None]:
    """A machine's folder with an owner file that was made of a whole one, and other files beside it."""

    def plant(world: Any, lab: Any) -> None:
        folder = folder_of(world, lab)
        folder.mkdir()
        (folder / "esxlab.json").write_bytes(content(owner_bytes(lab)))
        for name in beside:
            (folder / name.format(lab.machines[0].name)).write_bytes(b"half of something")
        if recorded:
            group_folder_of(world, lab).mkdir()
            (group_folder_of(world, lab) / "record.json").write_bytes(record_bytes(lab))

    return plant


def record(content: Callable[[bytes], bytes], *beside: str) -> Callable[..., None]:
    """The group's folder with such a record, and other files beside it."""

    def plant(world: Any, lab: Any) -> None:
        group_folder_of(world, lab).mkdir()
        (group_folder_of(world, lab) / "record.json").write_bytes(content(record_bytes(lab)))
        for name in beside:
            (group_folder_of(world, lab) / name).write_bytes(b"of somebody")

    return plant


def lock(content: Callable[[bytes], bytes] | None) -> Callable[..., None]:
    """The group's lock, of a run that is dead, with such an owner file; None: without one."""

    def plant(world: Any, lab: Any) -> None:
        folder = world.datastore / group_lock(lab.group)
        folder.mkdir()
        if content is not None:
            dead = holder_of(LockClaim("t" * 32, "prof@dead", ""), now=world.session.CurrentTime())
            (folder / "lock.json").write_bytes(content(lock_file(dead)))

    return plant


def rule(**what: Any) -> Callable[..., None]:
    """The datastore answers one kind of call in this way."""

    def plant(world: Any, _lab: Any) -> None:
        world.proxy.rules.add(Rule(**what))

    return plant


def link_to_others(world: Any, lab: Any) -> None:
    """As on NFS, where an administrator may make one."""
    elsewhere = world.datastore / f"of-others-{lab.group.class_name}"
    elsewhere.mkdir()
    (elsewhere / "thesis.txt").write_bytes(b"of somebody")
    folder_of(world, lab).symlink_to(elsewhere)


def file_in_place(world: Any, lab: Any) -> None:
    folder_of(world, lab).write_bytes(b"of somebody")


def odd_names(world: Any, _lab: Any) -> None:
    for number, name in enumerate(ODD):
        (world.datastore / f"{name}{number}").mkdir(exist_ok=True)


def changed_between(world: Any, lab: Any) -> None:
    """The folder is filled by somebody at the moment when the run takes it for empty."""

    def fill(_call: Any) -> None:
        folder_of(world, lab).mkdir(exist_ok=True)
        (folder_of(world, lab) / "thesis.txt").write_bytes(b"of somebody")

    world.proxy.rules.add(Rule(method="MakeDirectory", containing=lab.machines[0].folder, before=fill))


def lying_list(world: Any, lab: Any) -> None:
    """The first listing leaves out a folder of ours that is there, owner file and all."""
    owner(lambda whole: whole.replace(b'"complete"', b'"incomplete"'))(world, lab)
    files = world.vsphere._server(world.server).files
    honest, told = files.names, []

    def names(store: Any, folder: str = "", *, only_folders: bool = False) -> set[str] | None:
        found = honest(store, folder, only_folders=only_folders)
        told.append(folder)
        return (found or set()) - {lab.machines[0].folder} if len(told) == 1 else found

    files.names = names


def half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


OURS = "takes it for what is left of a file of its own, and writes it anew"
OTHERS = "refuses the group, touches nothing"
NO_SPACE = Fault("NoDiskSpace", "Insufficient disk space on datastore 'datastore1'.")
READ_ONLY = Fault("CannotCreateFile", "Unable to create file: Read-only file system.")

PEERS = (
    Peer(
        "datastore",
        "owner-file-empty",
        "the owner file has 0 bytes",
        OURS,
        (),
        CUT_PUT,
        Play(owner(lambda _: b"")),
    ),
    Peer(
        "datastore",
        "owner-file-half",
        "the owner file ends in its middle",
        OURS,
        (),
        "read: a PUT may be cut at any byte",
        Play(owner(half)),
    ),
    Peer(
        "datastore",
        "owner-file-zeros",
        "the owner file is full of zeros",
        OURS,
        (),
        "read: blocks that were allocated and not written before a power cut read as zeros",
        Play(owner(lambda whole: b"\0" * len(whole))),
    ),
    Peer(
        "datastore",
        "owner-file-half-zeros",
        "the owner file ends in zeros",
        OURS,
        (),
        "read: as above",
        Play(owner(lambda whole: half(whole) + b"\0" * 64)),
    ),
    Peer(
        "datastore",
        "owner-file-empty-beside-our-copy",
        "the mark of a whole copy was cut off",
        "copies the disk again: the group's record names the folder",
        (),
        CUT_PUT,
        Play(owner(lambda _: b"", "{}.vmdk", "{}-flat.vmdk", recorded=True)),
    ),
    Peer(
        "datastore",
        "owner-file-empty-beside-others",
        "an empty owner file lies among somebody's files",
        OTHERS,
        ("vsphere.foreign_folder",),
        "read: whoever copies a folder may be cut off as well",
        Play(owner(lambda _: b"", "thesis.txt"), finishes=False),
    ),
    Peer(
        "datastore",
        "owner-file-of-another-program",
        "what is called esxlab.json is a picture",
        OTHERS,
        ("vsphere.foreign_folder",),
        "read: any file may have any name",
        Play(owner(lambda _: b"\x89PNG\r\n\x1a\n"), finishes=False),
    ),
    Peer(
        "datastore",
        "owner-file-of-a-copied-folder",
        "the owner file is a copy: it names another folder",
        OTHERS,
        ("vsphere.foreign_folder",),
        "read: whoever keeps a copy of a folder copies this file too",
        Play(owner(lambda whole: whole.replace(b"[datastore1] ", b"[datastore1] of-")), finishes=False),
    ),
    Peer(
        "datastore",
        "record-empty",
        "the record of the group has 0 bytes",
        OURS,
        (),
        CUT_PUT,
        Play(record(lambda _: b"")),
    ),
    Peer(
        "datastore",
        "record-half",
        "the record ends in its middle",
        OURS,
        (),
        "read: a PUT may be cut",
        Play(record(half)),
    ),
    Peer(
        "datastore",
        "record-half-beside-others",
        "the same, and somebody keeps a file in the group's folder",
        f"{OURS}; what somebody keeps there stays",
        (),
        "read: as above",
        Play(record(half, "thesis.txt")),
    ),
    Peer(
        "datastore",
        "record-not-ours",
        "what is called record.json is somebody's list",
        OTHERS,
        ("vsphere.foreign_folder",),
        "read: any file may have any name",
        Play(record(lambda _: b"[1, 2, 3]", "thesis.txt"), finishes=False),
    ),
    Peer(
        "datastore",
        "record-huge",
        "the record has 3 MiB",
        OTHERS,
        ("vsphere.file_too_big",),
        "read: whoever may write on the datastore may write much",
        Play(record(lambda w: w.ljust(HUGE)), finishes=False),
    ),
    Peer(
        "datastore",
        "record-with-a-slip",
        "the record was edited by hand, and a comma of it is gone",
        OTHERS,
        ("record.refused",),
        "read: files are edited by hand",
        Play(record(lambda whole: whole.replace(b",\n", b"\n", 1)), finishes=False),
    ),
    Peer(
        "datastore",
        "record-in-another-encoding",
        "the record was saved by an editor as UTF-16",
        OTHERS,
        ("vsphere.foreign_folder",),
        'read: Notepad\'s "Unicode" is UTF-16 LE with a byte order mark',
        Play(record(lambda whole: whole.decode().encode("utf-16")), finishes=False),
    ),
    Peer(
        "datastore",
        "record-of-wrong-types",
        "the record is whole, and its group is a number",
        OTHERS,
        ("record.refused",),
        "read: files are edited by hand",
        Play(record(lambda _: b'{\n "esxlab": 1, "group": 7}'), finishes=False),
    ),
    Peer(
        "datastore",
        "lock-empty",
        "the lock's owner file has 0 bytes, its run is dead",
        "waits as long as it takes to sign a lock, then takes it over",
        (),
        CUT_PUT,
        Play(lock(lambda _: b"")),
    ),
    Peer(
        "datastore",
        "lock-half",
        "the lock's owner file ends in its middle, its run is dead",
        "the same",
        (),
        "read: a PUT may be cut",
        Play(lock(half)),
    ),
    Peer(
        "datastore",
        "lock-unsigned",
        "the lock has no owner file, its run is dead",
        "the same",
        (),
        "measured: SIGKILL between MakeDirectory and PUT",
        Play(lock(None)),
    ),
    Peer(
        "datastore",
        "full-for-small-files",
        "every PUT is refused",
        "the group fails with its place; the next run goes on",
        ("vsphere.file_refused",),
        "read: a full VMFS takes no new file either",
        Play(rule(action="fault", method="PUT", nth=0, fault=NO_SPACE), finishes=False),
    ),
    Peer(
        "datastore",
        "full-in-mid-copy",
        "a copy ends with NoDiskSpace when it is half done",
        "the group fails; the next run deletes the half copy and copies anew",
        ("vsphere.disk_full",),
        "govmomi#1036, and any thin datastore",
        Play(
            rule(action="fail_task", method="CopyVirtualDisk_Task", nth=0, fault=NO_SPACE, seconds=0.05),
            finishes=False,
        ),
    ),
    Peer(
        "datastore",
        "read-only",
        "no folder can be made",
        "the group fails before anything is made",
        ("vsphere.cannot_create",),
        "read: an NFS export without write access",
        Play(rule(action="fault", method="MakeDirectory", nth=0, fault=READ_ONLY), finishes=False),
    ),
    Peer(
        "datastore",
        "link-to-others",
        "in a folder's place is a link to somebody's folder",
        OTHERS,
        ("vsphere.foreign_folder",),
        "read: NFS datastores may hold links",
        Play(link_to_others, finishes=False),
    ),
    Peer(
        "datastore",
        "file-in-place",
        "in a folder's place is a file",
        OTHERS,
        ("vsphere.foreign_folder",),
        "read: any name may be taken",
        Play(file_in_place, finishes=False),
    ),
    Peer(
        "datastore",
        "odd-names",
        "folders beside ours have line ends, escapes and brackets in their names",
        "takes no notice",
        (),
        "seen: Linux NFS servers take any byte but / and NUL",
        Play(odd_names),
    ),
    Peer(
        "datastore",
        "changes-between-two-reads",
        "a folder that was free is filled when it is to be made",
        OTHERS,
        ("vsphere.foreign_folder",),
        "read: others work on the same datastore",
        Play(changed_between, finishes=False),
    ),
    Peer(
        "datastore",
        "lying-listing",
        "a listing leaves out a folder of ours",
        "finds it when it makes it, and uses it",
        (),
        "read: a listing of a busy or clustered datastore may be old",
        Play(lying_list),
    ),
)
