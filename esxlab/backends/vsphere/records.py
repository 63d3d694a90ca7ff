"""The two JSON files that esxlab keeps on a datastore: a folder's owner file, and a group's record."""

from __future__ import annotations

import getpass
import json
import socket
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from esxlab.backends.protocols import GroupRecord
from esxlab.foreign import Unreadable, read_json, table
from esxlab.lab.identity import GroupId, Owner
from esxlab.lab.lab import RouterRecord
from esxlab.lab.machine import PortGroup, Server, Site
from esxlab.lab.provenance import Provenance
from esxlab.lab.router import RouterAddress, RouterTable

if TYPE_CHECKING:
    from collections.abc import Callable

OWNER_FILE = "esxlab.json"
RECORD_FILE = "record.json"
FORMAT = 1
PROVENANCE = ("digest", "who", "computer", "when")
LONGEST = 200
"""Characters of a word that somebody may read: whoever may write to the datastore may write anything."""


def owner_file(
    owner: Owner, *, folder: str, complete: bool, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> bytes:
    """The owner file of a machine's folder, `[datastore1] srvweb1`. `complete`: the disk in it is whole."""
    content = {
        "esxlab": FORMAT,
        "class": owner.group.class_name,
        "group": owner.group.number,
        "machine": owner.machine,
        "folder": folder,
        "who": f"{_user()}@{socket.gethostname()}",
        "since": now().isoformat(timespec="seconds"),
        "disk": "complete" if complete else "incomplete",
    }
    return (json.dumps(content, indent=1) + "\n").encode()


def read_owner_file(content: bytes | None, *, folder: str) -> tuple[Owner | None, bool]:
    """(owner, the disk is whole); (None, False) when it is no owner file of ours, or that of another folder.

    Somebody who keeps a copy of a machine's folder copies its owner file with it.
    """
    found = _loaded(content)
    try:
        group = GroupId(str(found["class"]), int(found["group"]))
        owner, complete = Owner(group, str(found["machine"])), found["disk"] == "complete"
        return (owner, complete) if found["folder"] == folder else (None, False)
    except (KeyError, ValueError, TypeError):
        return None, False


def record_file(record: GroupRecord) -> bytes:
    """The record of a group, as it lies in its home."""
    content = {
        "esxlab": FORMAT,
        "group": asdict(record.group),
        "site": asdict(record.site),
        "port_groups": [asdict(port_group) for port_group in record.port_groups],
        "router_address": asdict(record.router_address) if record.router_address else None,
        "router": asdict(record.router) if record.router else None,
        "folders": dict(record.folders),
        "provenance": asdict(record.provenance) if record.provenance else None,
    }
    return (json.dumps(content, indent=1) + "\n").encode()


def read_record_file(content: bytes | None) -> GroupRecord | None:
    """The record; None when it is none, or was cut short."""
    found = _loaded(content)
    try:
        site = dict(found["site"])
        site["server"] = Server(**site["server"])
        router = found["router"]
        address = found["router_address"]
        return GroupRecord(
            group=GroupId(**found["group"]),
            site=Site(**site),
            port_groups=tuple(PortGroup(**port_group) for port_group in found["port_groups"]),
            router_address=RouterAddress(**address) if address else None,
            router=RouterRecord(_table(router["uses"]), _table(router["before"])) if router else None,
            folders=tuple((str(machine), str(path)) for machine, path in found.get("folders", {}).items()),
            provenance=_provenance(found.get("provenance")),
        )
    except (AttributeError, KeyError, ValueError, TypeError):
        return None


def _provenance(found: object) -> Provenance | None:
    """Who configured the group; None in the records of earlier versions."""
    if not isinstance(found, dict):
        return None
    digest, who, computer, when = (str(found.get(key, ""))[:LONGEST] for key in PROVENANCE)
    return Provenance(digest, who, computer, when)


def _table(found: dict[str, Any]) -> RouterTable:
    return RouterTable(tuple(((section, slot), line) for (section, slot), line in found["lines"]))


def _loaded(content: bytes | None) -> dict[str, Any]:
    try:
        return table(read_json(content or b"null"))
    except Unreadable:
        return {}


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no name in the environment and none in the user database
        return "unknown"
