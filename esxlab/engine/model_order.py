"""What a model is to be built of: an installer's ISO with the answers, or a disk that the teacher has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from esxlab.backends import installer_iso
from esxlab.lab.identity import GroupId
from esxlab.lab.model_build import WantedModel
from esxlab.local.places import is_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from esxlab.backends.disk_image.source import DiskSource
    from esxlab.exercises.model_recipe import ModelRecipe
    from esxlab.lab.lab import Lab
    from esxlab.lab.machine import Hardware
    from esxlab.lab.model_build import Way

TURN = "model.{name}"
"""Whose lock is held while a model is built: as a class's group, and no class has a full stop in its name."""
GIB, KIB = 1024**3, 1024
SIGNS = 16
TABLES = 1024 * 1024
"""A sparse file is larger than what it stores by 8 bytes of each 64 KiB of the disk: 20 GiB, 2.5 MiB."""


class ModelSource(Protocol):
    """What a model is made of."""

    @property
    def way(self) -> Way:
        """How."""
        ...

    @property
    def name(self) -> str:
        """The file's, for people."""
        ...

    @property
    def image_bytes(self) -> int:
        """What is uploaded, about."""
        ...

    def wanted(self, lab: Lab) -> WantedModel:
        """The machine that is to be."""
        ...

    def check(self) -> None:
        """That it is what is meant, before it is used. LabError model.iso_*."""
        ...

    def make(self, target: Path, *, tell: Callable[[float], None]) -> None:
        """Write what is uploaded: under another name, then renamed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallerSource:
    """An ISO, and the answers for it. `preseed` holds root's crypted password."""

    recipe: ModelRecipe
    preseed: str = field(repr=False)
    iso: Path
    sha256: str
    way: Literal["installer"] = "installer"

    @property
    def name(self) -> str:
        """The ISO's."""
        return self.iso.name

    @property
    def image_bytes(self) -> int:
        """The answers add nothing that counts."""
        return self.iso.stat().st_size if is_file(self.iso) else 0

    def wanted(self, lab: Lab) -> WantedModel:
        """Its hardware is that of the exercise's first machine, which will be made from it."""
        told = f"{self.sha256}\n{self.recipe.locale}\n{self.recipe.keymap}\n{self.preseed}"
        return WantedModel(
            site=lab.site,
            hardware=lab.machines[0].hardware,
            image_name=f"installer-{_mark(told)}.iso",
            recipe=self.recipe.digest,
            proof=self.recipe.proof,
        )

    def check(self) -> None:
        """The SHA-256, the release, and whether a mirror is needed."""
        release, mirror = self.recipe.release, self.recipe.mirror
        installer_iso.check_image(self.iso, sha256=self.sha256, release=release, mirror=mirror)

    def make(self, target: Path, *, tell: Callable[[float], None]) -> None:  # noqa: ARG002 - it is short
        """The ISO with the answers in it."""
        recipe = self.recipe
        installer_iso.remaster(
            self.iso, target, preseed=self.preseed, locale=recipe.locale, keymap=recipe.keymap
        )


@dataclass(frozen=True, slots=True)
class DiskFile:
    """A disk, which was looked at to its end."""

    source: DiskSource
    way: Literal["disk"] = "disk"

    @property
    def name(self) -> str:
        """The file's."""
        return self.source.path.name

    @property
    def image_bytes(self) -> int:
        """One sparse file."""
        return self.source.stored + self.source.size // 8192 + TABLES

    def wanted(self, lab: Lab) -> WantedModel:
        """The exercise's first machine, on the disk as it is: with what that knows."""
        source, hardware = self.source, self._hardware(lab.machines[0].hardware)
        devices = f"{hardware.scsi_type} {hardware.guest_id} {source.firmware}"
        mark = _mark(f"{source.digest}\n{devices}")
        return WantedModel(
            site=lab.site,
            hardware=hardware,
            image_name=f"disk-{_mark(source.digest)}.vmdk",
            recipe=f"disk-{mark}",
            way=self.way,
            firmware=source.firmware,
            disk_kib=source.size // KIB,
        )

    def _hardware(self, said: Hardware) -> Hardware:
        """The spec's where it says something itself; else what the disk says."""
        told = {"scsi_type": self.source.controller, "guest_id": self.source.guest_id}
        known = {name: value for name, value in told.items() if value and name not in said.given}
        return replace(said, disk_gib=-(-self.source.size // GIB), **known)  # type: ignore[arg-type]

    def check(self) -> None:
        """It was looked at already: its size had to be known."""

    def make(self, target: Path, *, tell: Callable[[float], None]) -> None:
        """The disk as one sparse VMDK."""
        self.source.unpack(target, tell=tell)


@dataclass(frozen=True)
class ModelOrder:
    """What is to be built, of what.

    Args:
        lab: the first of those that are made from the model: where it is, and the number that events go by.
        source: what it is made of.
        directory: where what is uploaded is kept until then; made private.
    """

    lab: Lab
    source: ModelSource
    directory: Path

    @cached_property
    def wanted(self) -> WantedModel:
        """The machine."""
        return self.source.wanted(self.lab)

    @property
    def turn(self) -> GroupId:
        """What is locked."""
        return GroupId(TURN.format(name=self.lab.site.model), 1)

    @property
    def image(self) -> Path:
        """What is uploaded, on this computer: a file of this name is whole."""
        return self.directory / self.wanted.image_name


def _mark(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()[:SIGNS]
