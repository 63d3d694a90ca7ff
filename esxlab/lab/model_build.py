"""A model to be built from an installer: what is wanted, what was seen, and the steps between them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from esxlab.lab.identity import NAMESPACE

if TYPE_CHECKING:
    from esxlab.lab.machine import Hardware, Site

Step = Literal["remaster", "upload", "destroy", "create", "power-on", "install", "finish", "clean"]
State = Literal["absent", "installing", "built"]
FOLDER = "esxlab.model-{name}"
"""Beside the groups' folders, and no class's: the name of a class has no full stop (spec/fields.py)."""
LOG = "install.log"
MODEL_KEY = "esxlab.model"
"""In a model's extraConfig: what esxlab does with it, and from which recipe.

It is no owner mark: any class may copy a model.
"""


def mark_of(state: State, recipe: str) -> str:
    """What a model that esxlab makes carries below MODEL_KEY."""
    return f"{state} {recipe}"


def read_mark(mark: str) -> tuple[State, str]:
    """(state, recipe); absent: it carries none."""
    state, _, recipe = mark.partition(" ")
    return ("built" if state == "built" else "installing" if mark else "absent"), recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedModel:
    """The machine that is to be: named as the site names its model.

    Args:
        site: where it is built; its datastore has the machine, the ISO and the installer's log.
        hardware: its sizes and devices.
        iso_name: file name of the remastered ISO, another one for other answers.
        recipe: by which it tells from what it was built.
        proof: the line that the installer says last.
    """

    site: Site
    hardware: Hardware
    iso_name: str
    recipe: str
    proof: str

    @property
    def name(self) -> str:
        """In the inventory, and of its folder."""
        return self.site.model

    @property
    def instance_uuid(self) -> str:
        """The same on every laptop."""
        return str(uuid.uuid5(NAMESPACE, f"model/{self.name}"))

    @property
    def folder(self) -> str:
        """Datastore folder of what is only there while it is built: the ISO, and the installer's log."""
        return FOLDER.format(name=self.name)

    @property
    def iso_path(self) -> str:
        """The remastered ISO, below the datastore's root; it has root's crypted password."""
        return f"{self.folder}/{self.iso_name}"

    @property
    def log_path(self) -> str:
        """What the virtual serial port is written to."""
        return f"{self.folder}/{LOG}"


@dataclass(frozen=True, slots=True)
class SeenModel:
    """What there is of it.

    `recipe` is the one of the machine that is there; `begun`: its installer has said something; `proved`: and
    its last word; `iso`: the remastered ISO is there, whole; `left`: so is its folder.
    """

    state: State = "absent"
    powered_on: bool = False
    recipe: str = ""
    begun: bool = False
    proved: bool = False
    iso: bool = False
    left: bool = False


def steps_of(seen: SeenModel, recipe: str, *, rebuild: bool = False) -> tuple[Step, ...]:
    """What has to be done, in this order; pure. A built model stays, unless it is to be built anew.

    One that is being installed is waited for; one whose installer ended without its last word is made anew.
    """
    if seen.state == "built" and not rebuild:
        return ("clean",) if seen.left else ()
    if seen.state == "installing" and not rebuild and seen.recipe == recipe:
        if seen.powered_on:
            return ("install", "finish", "clean")
        if seen.proved:
            return ("finish", "clean")
        if seen.iso and not seen.begun:
            return ("power-on", "install", "finish", "clean")
    image: tuple[Step, ...] = () if seen.iso else ("remaster", "upload")
    gone: tuple[Step, ...] = () if seen.state == "absent" else ("destroy",)
    return (*image, *gone, "create", "power-on", "install", "finish", "clean")
