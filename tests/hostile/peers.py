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


TITLES: dict[Kind, str] = {
    "ssh-server": "SSH servers",
    "router": "Routers",
    "vcenter": "vSphere servers",
    "guest": "Guests",
    "datastore": "Datastores",
    "home": "The teacher's computer",
}


def page() -> str:
    """The part of docs/failure-modes.md that is made from all peers: a table for each kind."""
    peers = all_peers()
    parts = []
    for kind, module in MODULES.items():
        rows = [_row(peer) for peer in peers if peer.kind == kind]
        if not rows:
            continue
        head = (
            "| peer | what it does | what esxlab does | what is read | where it was seen |\n"
            + "| --- " * 5
            + "|"
        )
        played = f"Played by `tests/hostile/test_{module}.py`, each with every command that meets it."
        parts.append(f"### {TITLES[kind]}\n\n{played}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts)


def _row(peer: Peer) -> str:
    read = " ".join(f"`{code}`" for code in peer.codes) or "nothing"
    cells = (peer.name, peer.does, peer.esxlab, read, peer.source)
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


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
