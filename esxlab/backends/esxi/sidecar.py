"""What this write path keeps in a machine's folder because no shell can write it into a running machine.

hostd holds the configuration of a machine in memory and writes it over whatever is put into the file while
it runs. So what its guest was configured with is in a file of its own beside it, the sidecar,
whether it runs or not; and cards that are to move while it runs are written down, and moved when it is off,
just before it gets its power. Until then the machine is shown as it will start.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from esxlab.backends.formats import newer, rendered
from esxlab.backends.vsphere.seen import SeenNic
from esxlab.foreign import Unreadable, read_json, table
from esxlab.lab.inventory_names import is_fit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from esxlab.backends.vsphere.seen import SeenMachine

SIDECAR_FILE = "esxlab-marks.json"
LONGEST = 512
MOST_CARDS = 10


class Card(NamedTuple):
    """How a card will be: on which network, plugged or not, and its type when the machine has it not yet."""

    network: str
    connected: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """Values by their extraConfig keys; cards by MAC, to be changed when the boot of this time is over."""

    extra_config: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    boot_time: str = ""

    def with_extra_config(self, extra_config: Mapping[str, str]) -> Sidecar:
        """The same with these values; an empty one is kept, and takes away what the configuration says."""
        return replace(self, extra_config={**self.extra_config, **extra_config})

    def render(self) -> str:
        """As it lies beside the machine."""
        cards = {mac: list(card) for mac, card in self.cards.items()}
        content = {"stamps": dict(self.extra_config), "cards": cards, "boot": self.boot_time}
        return rendered(content)

    def shown_in(self, seen: SeenMachine) -> SeenMachine:
        """A machine as the API shows it, with its sidecar; cards that wait are told as moved."""
        extra = {**seen.extra, **self.extra_config}
        marked = replace(seen, extra={key: value for key, value in extra.items() if value})
        if not self.waits_for(seen):
            return marked
        nics = {nic.mac: nic for nic in seen.nics}
        for mac, card in self.cards.items():
            there = nics.get(mac, SeenNic(mac, card.network, card.connected, kind="standard"))
            nics[mac] = there._replace(network=card.network, connected=card.connected)
        return replace(marked, nics=tuple(nics.values()))

    def waits_for(self, seen: SeenMachine) -> bool:
        """Whether the machine still runs in the boot whose end is waited for."""
        return bool(self.cards) and seen.powered_on and self.boot_time == seen.boot_time


def read_sidecar(content: str) -> Sidecar:
    """What the file says; nothing, of one that this program would not have written. LabError record.newer."""
    try:
        found = table(read_json(content.encode()))
        if problem := newer(found, SIDECAR_FILE):
            raise problem
        extra_config = {
            key: _word(value) for key, value in table(found["stamps"]).items() if key.startswith("esxlab.")
        }
        cards = {mac.lower(): _card(card) for mac, card in table(found["cards"]).items()}
        return Sidecar(extra_config, cards if len(cards) <= MOST_CARDS else {}, _word(found["boot"]))
    except (KeyError, TypeError, ValueError, Unreadable):
        return Sidecar()


def _card(found: Any) -> Card:
    network, connected, kind = found
    if not isinstance(connected, bool):
        raise TypeError(found)
    return Card(_word(network), connected, _word(kind))


def _word(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or not is_fit(value):
        raise TypeError(value)
    return value
