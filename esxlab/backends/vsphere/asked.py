"""What a connected server answers to questions of detail, as plain nouns: whichever road has asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from esxlab.lab.machine import PortGroup


class Wiring(NamedTuple):
    """A host's port groups by name, and on which its own adapters are: (vmk0, its network)."""

    port_groups: dict[str, PortGroup]
    adapters: list[tuple[str, str]]


class Pending(NamedTuple):
    """A task that waits or runs: how its server knows it, its id, and the last word of its description."""

    task: Any
    moref: str
    word: str


class Memory(NamedTuple):
    """Of a host, in MiB."""

    size_mib: int
    used_mib: int


class Uplinks(NamedTuple):
    """HostVirtualSwitch and PhysicalNic, as the API has them."""

    switches: tuple[Any, ...]
    cards: tuple[Any, ...]


class Drives(NamedTuple):
    """Of a model: whether Tools were never installed, and the images of drives connected at power-on."""

    no_tools: bool
    isos: tuple[str, ...]
