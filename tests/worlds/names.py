"""What things are called: names of public reports and of French schools, and names that hypothesis draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.worlds.values import Value

if TYPE_CHECKING:
    from tests.worlds.world import World

SEEN = "worlds.md, vSphere, names"
SLASHES = "vSphere Web Services API, ManagedEntity.name: / \\ % are %2f %5c %25"
LONGEST = 80
"""Characters of a name in vSphere (ManagedEntity.name; worlds.md)."""

NAMES: dict[str, dict[str, str]] = {
    "datacenter_name": {
        "plain": "Lab", "accents": "Lycée", "odd": "Site:  [Nord] (B) & 'C' #1",
        "slash escaped": "Sites%2FNord",
    },
    "host_name": {
        "plain": "esxi1.lycee.example", "IPv4": "10.1.0.21", "IPv6": "fd00::21", "short": "esxi1",
        "capitals": "ESXI1.Lycee.example",
    },
    "store_name": {
        "plain": "datastore1", "accents": "Étudiants", "odd": "NAS:Synology & VM's (1)",
        "slash shown": "NAS/50%",
    },
    "staging_name": {
        "plain": "VM Network", "accents": "Réseau élèves n°12", "odd": "#LAN-SIO:Profs & 'CO' [x] (y)",
        "number": "VLAN 10 (Salle 12) = 3, 4",
    },
    "model_name": {
        "plain": "modeleD9", "accents": "modèleD9 (ne pas toucher !)", "odd": "VM's & #1: [v2]",
        "slash shown": "modele/D9 50%",
    },
    "vswitch_name": {"plain": "vSwitch0", "accents": "Commutateur élèves", "odd": "vSwitch & (1)"},
    "user_name": {
        "plain": "prof", "accents": "jérôme@vsphere.local", "domain": "LYCEE\\Jean d'Arc",
    },
    "server_name": {
        "plain": "vcenter.lycee.example", "IPv6": "fd00::10", "IPv4": "10.1.0.10", "short": "vcenter",
    },
}  # fmt: skip
DRAWN = ("datacenter_name", "store_name", "staging_name", "model_name")
KEYS = {
    "datacenter_name": "datacenter",
    "host_name": "esxi",
    "store_name": "datastore",
    "staging_name": "staging",
    "model_name": "model",
    "vswitch_name": "vswitch",
    "user_name": "user",
    "server_name": "host",
}
"""Dimension -> key below `vsphere` in the spec."""


def true_name(spelled: str) -> str:
    """What something is called: a spec may spell / as %2f (ManagedEntity.name)."""
    return spelled.replace("%2f", "/").replace("%2F", "/")


def name_of(world: World, dimension: str) -> str:
    """What this object is called in this world."""
    value = getattr(world, dimension)
    if value != "drawn":
        return NAMES[dimension][value]
    drawn = drawn_name(world.seed, DRAWN.index(dimension))
    return drawn.translate(NO_BRACKET) if dimension == "store_name" else drawn


NO_BRACKET = str.maketrans("[]", "()")
"""A datastore with a bracket in its name is refused, with a remedy: in a path nobody can tell where it ends
(`vsphere.datastore_name`, tests/contract/test_vsphere_models.py)."""


def _values(dimension: str) -> dict[str, Value]:
    key = KEYS[dimension]

    def spec(world: World) -> dict[str, object]:
        return {"vsphere": {key: name_of(world, dimension)}}

    styles = [*NAMES[dimension], *(["drawn"] if dimension in DRAWN else [])]
    return {style: Value(spec=spec, source=SLASHES if "slash" in style else SEEN) for style in styles}


DIMENSIONS = {dimension: _values(dimension) for dimension in NAMES}


def drawn_name(number: int, turn: int) -> str:
    """A name that hypothesis draws: any Unicode that a person can type, 80 characters at most."""
    alphabet = st.characters(
        blacklist_categories=("C", "Z", "M"), blacklist_characters="\\", max_codepoint=0x2FFF
    )
    words = st.lists(st.text(alphabet, min_size=1, max_size=12), min_size=1, max_size=4)
    found: list[str] = []

    @seed(number * 101 + turn)
    @settings(
        max_examples=12, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(words)
    def draw(parts: list[str]) -> None:
        found.append(" ".join(parts))

    draw()
    return max(found, key=len)[:LONGEST].strip()
