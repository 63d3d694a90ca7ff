"""A world is a value: one field a dimension, each with the name of one of the dimension's values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True)
class World:
    """The default is the school that all other tests see. What the values are: `dimensions.DIMENSIONS`.

    `obstacles` stand in the way one after the other, before the class comes up; `seed` draws names.
    """

    # vSphere
    inventory: str = "vCenter"
    server_name: str = "plain"
    user_name: str = "plain"
    datacenter_name: str = "plain"
    host_name: str = "plain"
    store_name: str = "plain"
    staging_name: str = "plain"
    model_name: str = "plain"
    vswitch_name: str = "plain"
    account: str = "administrator"
    networks: str = "made here"
    model: str = "BIOS, vmx-13"
    controller: str = "pvscsi"
    model_place: str = "own folder"
    pace: str = "at once"
    delay: str = "none"
    # router
    ios: str = "15.x"
    way: str = "ssh"
    banner: str = "none"
    router_name: str = "plain"
    width: str = "obeyed"
    session: str = "quiet"
    router_before: str = "shut"
    # guest
    release: str = "Debian 9"
    speaks: str = "C"
    bashrc: str = "silent"
    # teacher
    language: str = "en"
    console: str = "UTF-8"
    columns: str = "80"
    spec_file: str = "UTF-8"
    output: str = "json"
    # class
    groups: str = "3"
    school: str = "172.16.0.0/16"
    balancer: str = "port 80, nat"
    webs: str = "two"
    failback: str = "off"
    hardware: str = "model's"
    guest_password: str = "model"
    course: str = "ha, then lb"
    incident: str = "none"
    obstacles: tuple[str, ...] = field(default=())
    seed: int = 0

    @property
    def values(self) -> dict[str, str]:
        """Dimension -> value."""
        return {name: getattr(self, name) for name in DIMENSION_NAMES}

    def unusual(self) -> dict[str, str]:
        """Where it differs from the default."""
        return {name: value for name, value in self.values.items() if value != getattr(DEFAULT, name)}

    def smaller(self) -> Iterator[World]:
        """Worlds one step nearer to the default: first without obstacles, then dimension by dimension."""
        if len(self.obstacles) > 1:
            yield replace(self, obstacles=())
        for gone in self.obstacles:
            yield replace(self, obstacles=tuple(o for o in self.obstacles if o != gone))
        for name in self.unusual():
            yield replace(self, **{name: getattr(DEFAULT, name)})

    def __str__(self) -> str:
        told = [f"{name}: {value}" for name, value in self.unusual().items()]
        told += [f"in the way: {', '.join(self.obstacles)}"] if self.obstacles else []
        return "; ".join(told) or "the default"


DIMENSION_NAMES = tuple(f.name for f in fields(World) if f.name not in {"obstacles", "seed"})
DEFAULT = World()


def to_json(world: World) -> str:
    """The file that `python -m tests.worlds FILE` replays: what differs from the default."""
    kept = {key: value for key, value in asdict(world).items() if value != getattr(DEFAULT, key)}
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"


def from_json(text: str) -> World:
    """TypeError when a dimension is not known."""
    return from_document(json.loads(text))


def from_document(kept: dict[str, Any]) -> World:
    """The same, as JSON was read."""
    return World(**{**kept, "obstacles": tuple(kept.get("obstacles", ()))})
