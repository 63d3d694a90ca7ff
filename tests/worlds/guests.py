"""The guest's dimensions: release, language, what root's .bashrc prints; and what the model lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from esxlab.sim.light.disk import Node, load_disk
from esxlab.sim.light.model_disk import model_disk
from tests.worlds.values import Value

if TYPE_CHECKING:
    from tests.worlds.room import Room

HOW = "worlds.md, guests; debian-releases.md"


def extent_of(room: Room) -> Any:
    """The file that the model's disk is in, wherever its builder has put it."""
    store = model_folder_or_root(room)
    return next(path for path in store.rglob("*-flat.vmdk"))


def model_folder_or_root(room: Room) -> Any:
    return room.datastores / room.host


def _release(number: int) -> Any:
    def prepare(room: Room) -> None:
        extent = extent_of(room)
        disk = model_disk(room.access["passwords"]["guest"], debian=number)
        kept = load_disk(extent).nodes  # its host keys are those that the school's access file has
        disk.nodes |= {path: kept[path] for path in kept if path.startswith("/etc/ssh/ssh_host_")}
        extent.write_bytes(disk.to_bytes())

    return prepare


def _file(path: str, text: str) -> Any:
    def prepare(room: Room) -> None:
        extent = extent_of(room)
        disk = load_disk(extent)
        disk.nodes[path] = Node(content=text.encode())
        extent.write_bytes(disk.to_bytes())

    return prepare


DIMENSIONS = {
    "release": {
        "Debian 9": Value(source=HOW),
        **{f"Debian {n}": Value(source=HOW, prepare=_release(n)) for n in (10, 11, 12)},
    },
    "speaks": {
        "C": Value(source=HOW),
        "French": Value(
            source="debian-releases.md: what a French installer sets",
            prepare=_file("/etc/default/locale", 'LANG="fr_FR.UTF-8"\n'),
        ),
    },
    "bashrc": {
        "silent": Value(source=HOW),
        "a word": Value(
            source="debian-releases.md: .bashrc prints", prepare=_file("/root/.bashrc", "echo bonjour\n")
        ),
        "a blank line": Value(
            source="cases.md, guests: .bashrc that prints", prepare=_file("/root/.bashrc", "echo\necho\n")
        ),
    },
}
