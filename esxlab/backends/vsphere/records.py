"""The two JSON files that esxlab keeps on a datastore: a folder's owner file, and a group's record.

Whoever may write on the datastore may write them too. What is read here names things on the server that it
was read from, and nothing else: no server to log in to, no account, no certificate, no line that a push
would not have made. Everything is of the type, length and alphabet that this program writes.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, cast, get_args

from esxlab.backends.formats import FORMAT, KEY, newer, rendered
from esxlab.backends.vsphere.torn import is_torn
from esxlab.backends.vsphere.written import written_address, written_group
from esxlab.errors import LabError
from esxlab.foreign import Unreadable, read_json, table
from esxlab.lab.identity import ORIGIN, GroupId, Owner
from esxlab.lab.inventory_names import is_fit
from esxlab.lab.lab import RouterRecord
from esxlab.lab.machine import Method, PortGroup, Site
from esxlab.lab.ownership import GroupFolderOwner
from esxlab.lab.provenance import Provenance
from esxlab.lab.record import GroupRecord
from esxlab.lab.router import RouterAddress, RouterTable
from esxlab.lab.router_lines import may_stand
from esxlab.local.author import who_am_i

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from esxlab.lab.machine import Server
    from esxlab.lab.ownership import Place

OWNER_FILE = "esxlab.json"
RECORD_FILE = "record.json"
PROVENANCE = ("digest", "who", "computer", "when")

LAST_GROUP = 999
LONGEST = 512
"""Signs: a spec takes names of 400, and an owner file writes a folder behind that of its datastore."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_CLASS = re.compile(r"[A-Za-z0-9._-]{1,60}")
_HOST = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9_.:%-]{0,252}|/dev/[A-Za-z0-9_./:-]{1,120}")
_USER = re.compile(r"[A-Za-z0-9._@\\-]{0,130}")
_DEVICE = re.compile(r"cisco_ios(?:_telnet|_serial)?")
_SERIAL = re.compile(r"[A-Za-z0-9]{0,32}")
_IDENTITY = re.compile(r"[0-9a-f-]{0,64}")


class RecordFile(NamedTuple):
    """A record, whose site is on the server that it was read from; and where it says that it belongs.

    What `said` names are words to show and to compare, nothing to log in to.
    """

    record: GroupRecord
    said: GroupFolderOwner


class OwnerFile(NamedTuple):
    """A whole owner file: whose folder, which folder it was written for, and whether the disk in it is whole.

    `newer`: of a newer esxlab, which alone knows what it means; LabError record.newer.
    """

    owner: Owner
    written_for: Place
    disk_whole: bool
    newer: LabError | None = None


class _Unfit(ValueError):  # noqa: N818 - it never leaves this module
    """The key of a value that this program would not have written."""


def owner_file(
    owner: Owner, *, folder: str, complete: bool, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> bytes:
    """The owner file of a machine's folder, `[datastore1] srvweb1`. `complete`: the disk in it is whole."""
    content = {
        "class": owner.group.class_name,
        "group": owner.group.number,
        "machine": owner.machine,
        "folder": folder,
        "who": who_am_i(),
        "since": now().isoformat(timespec="seconds"),
        "disk": "complete" if complete else "incomplete",
    }
    return rendered(content).encode()


def owner_words(owner: Owner) -> str:
    """What is in every owner file of this owner's, to the letter, whoever has written it and when."""
    marks = {"class": owner.group.class_name, "group": owner.group.number, "machine": owner.machine}
    return json.dumps(marks, indent=1)[1:-2] + ","


def read_owner_file(content: bytes | None, *, file: str = "") -> OwnerFile | None:
    """What an owner file says; None when it is none of ours. `file` is its datastore path.

    Somebody who keeps a copy of a machine's folder copies its owner file with it.
    """
    try:
        found = _loaded(content)
        group = GroupId(_text(found, "class", _CLASS), _number(found, "group", LAST_GROUP))
        owner, whole = Owner(group, _text(found, "machine", _NAME)), found["disk"] == "complete"
        return OwnerFile(owner, _place(_text(found, "folder")), whole, newer(found, file))
    except (KeyError, Unreadable, _Unfit):
        return None


def _place(written: str) -> Place:
    """Of `[datastore1] srvweb1`, as this program writes it: with the datastore's plain name."""
    store, bracket, path = written.removeprefix("[").partition("] ")
    return (store, path) if bracket else ("", "")


def record_file(record: GroupRecord, *, identity: str = "", url: str = "") -> bytes:
    """The record of a group, as it lies in its folder.

    Args:
        record: what it says.
        identity: what the folder's server calls itself.
        url: the locator of the folder's datastore, by which it is known when it is renamed.
    """
    site = asdict(record.site)
    del site["server"]["writes"], site["server"]["api"]  # whoever reads it may have another way by then
    content = {
        "group": written_group(record.group),
        "server_identity": identity,
        "datastore_url": url if len(url) <= LONGEST and is_fit(url) else "",
        "site": site,
        "port_groups": [asdict(port_group) for port_group in record.port_groups],
        "router_address": written_address(record.router_address) if record.router_address else None,
        "router": asdict(record.router) if record.router else None,
        "folders": dict(record.folders),
        "provenance": asdict(record.provenance) if record.provenance else None,
    }
    return rendered(content).encode()


def read_record_file(content: bytes | None, *, server: Server, file: str = "") -> RecordFile | None:
    """The record, on the server that it was read from; None when it is none, or was cut short.

    `file` is its datastore path, for whoever has to mend it.

    Raises:
        LabError: record.newer; record.refused with the key of what this program would not have written, or
            with what makes a whole file unreadable (somebody has edited it).
    """
    try:
        found = _loaded(content)
    except Unreadable as error:
        if (content or b"").startswith(b"{") and not is_torn(content):
            raise LabError("record.refused", file=file, key=str(error)) from error
        return None
    if KEY not in found:
        return None
    try:
        if problem := newer(found, file):
            raise problem
        _number(found, KEY, FORMAT)
        site = _site(_part(found, "site"), server)
        router = _part(found, "router") if found.get("router") else None
        record = GroupRecord(
            group=_group(_part(found, "group")),
            site=site,
            port_groups=tuple(_port_group(part) for part in _list(found, "port_groups")),
            router_address=_address(_part(found, "router_address")) if found.get("router_address") else None,
            router=RouterRecord(_table(router, "uses"), _table(router, "before")) if router else None,
            folders=_folders(found),
            provenance=_provenance(found.get("provenance")),
        )
        return RecordFile(record, _home(found, record))
    except KeyError as error:
        raise LabError("record.refused", file=file, key=str(error.args[0])) from None
    except _Unfit as unfit:
        raise LabError("record.refused", file=file, key=str(unfit)) from None


def _provenance(found: object) -> Provenance | None:
    """Who configured the group; None in the records of earlier versions."""
    if not isinstance(found, dict):
        return None
    return Provenance(*(_text(found, key, default="") for key in PROVENANCE))


def _group(found: Mapping[str, Any]) -> GroupId:
    origin = _text(found, "origin", ORIGIN, "")
    return GroupId(_text(found, "class_name", _CLASS), _number(found, "number", LAST_GROUP), origin)


def _home(found: Mapping[str, Any], record: GroupRecord) -> GroupFolderOwner:
    said = _part(_part(found, "site"), "server")
    return GroupFolderOwner(
        record.group,
        record.site.datastore,
        url=_text(found, "datastore_url", default=""),
        host=_text(said, "host", _HOST),
        port=_number(said, "port", 65535, 443),
        identity=_text(found, "server_identity", _IDENTITY, ""),
    )


def _site(found: Mapping[str, Any], server: Server) -> Site:
    """Names in the inventory of `server`. What the file says of user and certificate is not even read."""
    method = _text(found, "method", default="copy")
    if method not in get_args(Method):
        raise _Unfit("method")
    return Site(
        server=server,
        datastore=_text(found, "datastore"),
        model=_text(found, "model"),
        staging=_text(found, "staging"),
        esxi=_text(found, "esxi", default=""),
        datacenter=_text(found, "datacenter", default=""),
        vswitch=_text(found, "vswitch", default="vSwitch0"),
        method=cast("Method", method),
    )


def _port_group(found: Mapping[str, Any]) -> PortGroup:
    if not isinstance(found, dict) or not isinstance(found.get("ours", True), bool):
        raise _Unfit("port_groups")
    name, vswitch = _text(found, "name"), _text(found, "vswitch")
    return PortGroup(name, _number(found, "vlan", 4095), vswitch, found.get("ours", True))


def _address(found: Mapping[str, Any]) -> RouterAddress:
    """How the router was reached then: to be compared with what was confirmed here, and to be shown."""
    return RouterAddress(
        host=_text(found, "host", _HOST),
        device_type=_text(found, "device_type", _DEVICE, "cisco_ios"),
        port=_number(found, "port", 65535, 22),
        user=_text(found, "user", _USER, "admin"),
        serial_number=_text(found, "serial_number", _SERIAL, ""),
    )


def _table(router: Mapping[str, Any], key: str) -> RouterTable:
    lines = []
    for entry in _list(_part(router, key), "lines"):
        match entry:
            case [[str(section), str(kind)], str(line)] if may_stand((section, kind), line):
                lines.append(((section, kind), line))
            case _:
                raise _Unfit(key)
    return RouterTable(tuple(lines))


def _folders(found: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(machine, folder) pairs; a folder is a single name at the root of the datastore."""
    folders = _part(found, "folders") if found.get("folders") else {}
    if not all(isinstance(path, str) and _NAME.fullmatch(path) for path in folders.values()):
        raise _Unfit("folders")
    if not all(_NAME.fullmatch(machine) for machine in folders):
        raise _Unfit("folders")
    return tuple(folders.items())


def _part(found: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    if not isinstance(found[key], dict):
        raise _Unfit(key)
    return cast("Mapping[str, Any]", found[key])


def _list(found: Mapping[str, Any], key: str) -> list[Any]:
    if not isinstance(found[key], list):
        raise _Unfit(key)
    return cast("list[Any]", found[key])


def _text(
    found: Mapping[str, Any], key: str, pattern: re.Pattern[str] | None = None, default: str | None = None
) -> str:
    """A text that a spec could have said; KeyError when there is none and no default."""
    value = found[key] if default is None else found.get(key, default)
    if not isinstance(value, str) or len(value) > LONGEST or not is_fit(value):
        raise _Unfit(key)
    if pattern is not None and not pattern.fullmatch(value):
        raise _Unfit(key)
    return value


def _number(found: Mapping[str, Any], key: str, most: int, default: int | None = None) -> int:
    value = found[key] if default is None else found.get(key, default)
    if type(value) is not int or not 0 <= value <= most:  # a bool is an int to isinstance
        raise _Unfit(key)
    return value


def _loaded(content: bytes | None) -> dict[str, Any]:
    return table(read_json(content or b"null"))
