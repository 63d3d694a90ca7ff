"""The one way in which a server is changed, as a small protocol: by its API, or over its shell.

Whose a thing is has been judged before anything is asked for here; who judges does not know which it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping

    from esxlab.backends.model_protocol import ModelPlace
    from esxlab.backends.vsphere.connection import Connection
    from esxlab.backends.vsphere.inventory import Inventory
    from esxlab.backends.vsphere.seen import Place, SeenMachine, SeenNetwork, Slots
    from esxlab.backends.vsphere.store import Store
    from esxlab.errors import LabError
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Hardware, Machine, Nic, PortGroup, Server, Site
    from esxlab.lab.model_build import WantedModel

WritePath = Literal["api", "ssh"]


class Seal(NamedTuple):
    """A file inside a folder, and words that must be in it at the moment when the folder is deleted.

    No words: of a lock that nobody has signed; its name says what it is.
    """

    file: str
    words: str


class NewCard(NamedTuple):
    """A card that a machine gets, and the network that was found for it."""

    nic: Nic
    network: SeenNetwork
    kind: str  # vmxnet3 ...


@dataclass(frozen=True, slots=True)
class NewMachine:
    """A machine that is to be made around its copied disk, or as a clone of its model."""

    machine: Machine
    site: Site
    place: Place
    model: SeenMachine | None
    hardware: Hardware
    slots: Slots
    cards: tuple[NewCard, ...]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One reconfiguration of a machine: what is not named stays. `new` are cards that it has not.

    `cards` go to their networks, plugged or not; `cables` (by MAC) are only plugged or pulled. An empty value
    of `extra_config` takes its key away; `sizes` are RESIZABLE hardware.
    """

    new: tuple[NewCard, ...] = ()
    cards: tuple[NewCard, ...] = ()
    cables: Mapping[str, bool] = field(default_factory=dict)
    extra_config: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, object] = field(default_factory=dict)


class Shells(Protocol):
    """Where the second write path begins."""

    def reaches(self, server: Server) -> bool:
        """Whether this server has a shell that can be dialled."""
        ...

    def open(self, server: Connection, cancelled: threading.Event) -> Writer:
        """What changes the server over its shell; nothing is dialled yet."""
        ...

    def connect(self, server: Server, cancelled: threading.Event, *, deadline_s: float) -> Connection:
        """A server whose API cannot be reached, by its shell alone; nothing is dialled yet."""
        ...

    def tell_opened(self, servers: Iterable[Server]) -> None:
        """Whoever wants to know hears which of these servers were opened; of each once, in this order."""
        ...


class Writer(Protocol):
    """Changes one server. LabError; UnknownOutcomeError when nobody knows whether a change was made.

    `look` says what became of a change whose answer was lost (None: nothing).
    """

    @property
    def adds_vlan_later(self) -> bool:
        """Whether a port group has VLAN 0 for a moment after it was added."""
        ...

    def doubts(self) -> Iterable[LabError]:
        """What `doctor` warns of on this write path."""
        ...

    def looked(self, inventory: Inventory) -> None:
        """The server has been looked at: read what its API does not show, and put it into the inventory."""
        ...

    def shown(self, seen: SeenMachine) -> SeenMachine:
        """A machine as the API shows it, with what only this write path knows of it."""
        ...

    def put(self, store: Store, path: str, content: bytes) -> None:
        """Write a small file whole; its folder must exist."""
        ...

    def replace(self, store: Store, path: str, content: bytes) -> None:
        """Write a small file over an older one: who reads finds the one or the other."""
        ...

    def make_folder(self, store: Store, folder: str) -> None:
        """Atomic; LabError vsphere.exists when it is there already."""
        ...

    def delete(self, store: Store, path: str, *, seal: Seal | None = None) -> None:
        """Delete a file, or a folder with all that is in it; nothing to do when it is gone.

        Without a seal, only a file or an empty folder need go.
        """
        ...

    def copy_disk(
        self, source: tuple[Store, str], target: tuple[Store, str], *, progress: Callable[[float], None]
    ) -> None:
        """Copy a virtual disk, thin where that can be said; paths are below their datastores' roots."""
        ...

    def copy_file(self, source: tuple[Store, str], target: tuple[Store, str]) -> None:
        """Copy a small file that belongs to a disk, over an older one."""
        ...

    def delete_disk(self, store: Store, path: str) -> None:
        """Delete a virtual disk, or what there is of a half copy."""
        ...

    def await_copies(self, store: Store, path: str) -> None:
        """Wait for a copy to this path that a killed run has left running."""
        ...

    def add_port_group(self, place: Place, port_group: PortGroup) -> None:
        """LabError vsphere.exists when one of this name is there."""
        ...

    def set_vlan(self, place: Place, port_group: PortGroup) -> None:
        """Give a port group, that is there, its VLAN."""
        ...

    def remove_port_group(self, place: Place, port_group: PortGroup) -> None:
        """LabError vsphere.gone when there is none; vsphere.in_use."""
        ...

    def create(self, new: NewMachine, *, look: Callable[[], Any]) -> SeenMachine:
        """Make a machine; LabError vsphere.exists when its place in the inventory is taken."""
        ...

    def reconfigure(
        self, machine: Machine, seen: SeenMachine, change: Change, *, look: Callable[[], Any]
    ) -> None:
        """Make this one change."""
        ...

    def power_on(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """LabError vsphere.power_state when it is on; vsphere.question."""
        ...

    def power_off(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """A power cut; LabError vsphere.power_state when it is off."""
        ...

    def shut_down(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """Tools are told; LabError vsphere.no_tools."""
        ...

    def suspend(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """LabError vsphere.power_state when it is not on."""
        ...

    def destroy(self, machine: Machine, seen: SeenMachine, *, look: Callable[[], Any]) -> None:
        """Out of the inventory, and its files; disks that lie elsewhere stay."""
        ...

    def model_place(self, wanted: WantedModel, lab: Lab) -> ModelPlace:
        """Where a model is built on this server."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...
