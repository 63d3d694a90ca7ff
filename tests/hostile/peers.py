"""What a bad peer is: a value that says what it does, where that was seen, and how it is played.

Each module beside this one holds the peers of one kind in PEERS; the test of the same name tries every peer
with every command that meets it. The last table of docs/failure-modes.md is made from them.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["ssh-server", "router", "vcenter", "guest", "datastore", "home"]
MODULES: dict[Kind, str] = {
    "ssh-server": "ssh_servers",
    "router": "routers",
    "vcenter": "vcenters",
    "guest": "guests",
    "datastore": "datastores",
    "home": "homes",
}


@dataclass(frozen=True, slots=True)
class Peer:
    """One way of being bad.

    `name` is unique in its kind, as in `sends-half-a-banner`. `does` and `esxlab` are English, without a full
    stop: what the peer does, what esxlab does then. `codes` are the codes of errors that a user may read then
    (empty: nothing is read). `source` says where such a thing was seen (a document, a public report, a real
    program that was measured), or `read: ...` when it follows from a document. `play` is what the module's
    own test needs.
    """

    kind: Kind
    name: str
    does: str
    esxlab: str
    codes: tuple[str, ...] = ()
    source: str = ""
    play: Any = None


def all_peers() -> tuple[Peer, ...]:
    """Of every kind, in the order of MODULES; a kind without a module has none yet."""
    found: list[Peer] = []
    for module in MODULES.values():
        try:
            found += importlib.import_module(f"tests.hostile.{module}").PEERS
        except ModuleNotFoundError as error:
            if error.name != f"tests.hostile.{module}":
                raise
    return tuple(found)
