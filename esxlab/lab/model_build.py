"""A model to be built from an installer or a disk: what is wanted, what was seen, the steps between them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from esxlab.lab.identity import NAMESPACE

if TYPE_CHECKING:
    from esxlab.lab.machine import Hardware, Site

Step = Literal[
    "remaster",
    "unpack",
    "upload",
    "destroy",
    "create",
    "power-on",
    "install",
    "finish",
    "convert",
    "attach",
    "clean",
]
State = Literal["absent", "installing", "built"]
Way = Literal["installer", "disk"]
"""What a model is made by: an installer that runs in it, or a disk that the host imports."""
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
        site: where it is built; its datastore has the machine, the image and the installer's log.
        hardware: its sizes and devices.
        image_name: file name of what is uploaded, the remastered ISO or the sparse disk; another one for
            other answers, and for another disk.
        recipe: by which it tells from what it was built.
        proof: the line that the installer says last.
        way: what it is made by.
        firmware: what starts its disk.
        disk_kib: the disk's size, where it is imported.
    """

    site: Site
    hardware: Hardware
    image_name: str
    recipe: str
    proof: str = ""
    way: Way = "installer"
    firmware: Literal["bios", "efi"] = "bios"
    disk_kib: int = 0

    @property
    def name(self) -> str:
        """In the inventory, and of its folder."""
        return self.site.model

    @property
    def instance_uuid(self) -> str:
        """The same on every laptop."""
        return str(uuid.uuid5(NAMESPACE, f"model/{self.name}"))

    @property
    def vmx_path(self) -> str:
        """Its configuration file, below the datastore's root."""
        return f"{self.name}/{self.name}.vmx"

    @property
    def disk_path(self) -> str:
        """Its disk, beside that."""
        return f"{self.name}/{self.name}.vmdk"

    @property
    def folder(self) -> str:
        """Datastore folder of what is only there while it is built: the image, and the installer's log."""
        return FOLDER.format(name=self.name)

    @property
    def image_path(self) -> str:
        """What was uploaded, below the datastore's root; an ISO has root's crypted password."""
        return f"{self.folder}/{self.image_name}"

    @property
    def log_path(self) -> str:
        """What the virtual serial port is written to."""
        return f"{self.folder}/{LOG}"


@dataclass(frozen=True, slots=True)
class SeenModel:
    """What there is of it.

    `recipe` is the one of the machine that is there; `begun`: its installer has said something; `proved`: and
    its last word; `image`: what is uploaded is there, whole; `left`: so is its folder.
    """

    state: State = "absent"
    powered_on: bool = False
    recipe: str = ""
    begun: bool = False
    proved: bool = False
    image: bool = False
    left: bool = False


def steps_of(
    seen: SeenModel, recipe: str, *, way: Way = "installer", rebuild: bool = False
) -> tuple[Step, ...]:
    """What has to be done, in this order; pure. A built model stays, unless it is to be built anew.

    One that is being installed is waited for; one whose installer ended without its last word is made anew.
    A disk is imported anew when a run died on the way: nothing tells half of it from the whole.
    """
    if seen.state == "built" and not rebuild:
        return ("clean",) if seen.left else ()
    goes_on = seen.state == "installing" and not rebuild and seen.recipe == recipe
    gone: tuple[Step, ...] = () if seen.state == "absent" else ("destroy",)
    if way == "disk":
        there: tuple[Step, ...] = () if seen.image else ("unpack", "upload")
        made: tuple[Step, ...] = () if goes_on and not seen.powered_on else (*gone, "create")
        return (*there, *made, "convert", "attach", "clean")
    if goes_on:
        if seen.powered_on:
            return ("install", "finish", "clean")
        if seen.proved:
            return ("finish", "clean")
        if seen.image and not seen.begun:
            return ("power-on", "install", "finish", "clean")
    image: tuple[Step, ...] = () if seen.image else ("remaster", "upload")
    return (*image, *gone, "create", "power-on", "install", "finish", "clean")
