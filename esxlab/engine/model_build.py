"""Builds a model from an installer's ISO: looks, then does what lacks, stage by stage, under its lock."""

from __future__ import annotations

import hashlib
import time
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from esxlab.backends import installer_iso
from esxlab.backends.lease_guard import lease_guard
from esxlab.bugs import attempt
from esxlab.engine.events import (
    GroupFinished,
    RunFinished,
    RunStarted,
    StepFinished,
    StepProgressed,
    StepStarted,
)
from esxlab.engine.locks import Locks
from esxlab.engine.model_check import as_told
from esxlab.engine.model_install import Installation
from esxlab.engine.run import Announcer
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.lab.model_build import WantedModel, steps_of
from esxlab.local.files import make_private_directory, told
from esxlab.local.places import is_file
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from esxlab.backends.model_protocol import ModelPlace
    from esxlab.backends.protocols import Backends
    from esxlab.engine.events import Event, Listener
    from esxlab.engine.options import Options
    from esxlab.exercises.model_recipe import ModelRecipe
    from esxlab.lab.lab import Lab
    from esxlab.lab.model_build import SeenModel, Step

TURN = "model.{name}"
"""Whose lock is held while a model is built: as a class's group, and no class has a full stop in its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOrder:
    """What is to be built, of what.

    Args:
        lab: the first of those that are made from the model: where it is, and the number that events go by.
        recipe: the answers for the installer.
        preseed: the same as the installer reads them; they hold root's crypted password.
        iso, sha256: the installer's image on this computer.
        directory: where the remastered image is kept until it is uploaded; made private.
    """

    lab: Lab
    recipe: ModelRecipe
    preseed: str = field(repr=False)
    iso: Path
    sha256: str
    directory: Path

    @property
    def wanted(self) -> WantedModel:
        """The machine; its hardware is that of the exercise's first, which will be made from it."""
        told = f"{self.sha256}\n{self.recipe.locale}\n{self.recipe.keymap}\n{self.preseed}"
        mark = hashlib.sha256(told.encode()).hexdigest()[:16]
        return WantedModel(
            site=self.lab.site,
            hardware=self.lab.machines[0].hardware,
            iso_name=f"installer-{mark}.iso",
            recipe=self.recipe.digest,
            proof=self.recipe.proof,
        )

    @property
    def turn(self) -> GroupId:
        """What is locked."""
        return GroupId(TURN.format(name=self.lab.site.model), 1)


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """What there is, and what has to be done; `other`: what stands was built from another recipe."""

    wanted: WantedModel
    seen: SeenModel
    steps: tuple[Step, ...]

    @property
    def other(self) -> bool:
        """A built one, of which the spec says something else by now."""
        return self.seen.state == "built" and self.seen.recipe != self.wanted.recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelBuild:
    """One build.

    Args:
        order: what.
        place: where.
        rebuild: whether a model that is built already is made anew.
        patience_s: how long an installer may say nothing.
        pause_s: between two looks at the installer.
        keep: writes a picture of the console beside the journal; its path.
    """

    order: ModelOrder
    place: ModelPlace
    rebuild: bool
    patience_s: float
    pause_s: float
    keep: Callable[[bytes], str] = field(default=lambda _: "")
    clock: Callable[[], float] = time.monotonic

    def plan(self) -> ModelPlan:
        """Look: at the place, then at the ISO if it is needed. LabError: what stands in the way."""
        wanted = self.order.wanted
        iso = self.order.iso
        size = iso.stat().st_size if is_file(iso) else 0
        seen = self.place.look(iso_bytes=size, rebuild=self.rebuild)
        steps = steps_of(seen, wanted.recipe, rebuild=self.rebuild)
        if "remaster" in steps:
            release, mirror = self.order.recipe.release, self.order.recipe.mirror
            installer_iso.check_image(iso, sha256=self.order.sha256, release=release, mirror=mirror)
        return ModelPlan(wanted, seen, steps)

    def run(self, backends: Backends, listeners: Sequence[Listener], options: Options) -> LabError | None:
        """Do it, under the model's lock and from a new look; why not to the end. LabError model.locked."""
        order, number = self.order, self.order.lab.group.number
        announce, began = Announcer(listeners), self.clock()
        with closing(Locks(backends.vsphere, options.locking, stop=options.stop)) as locks:
            if refused := locks.take({order.turn: order.lab.site}):
                raise as_told(refused[order.turn]).at(order.lab.site.model_id)
            steps = self.plan().steps
            announce(RunStarted("model-build", order.lab.group.class_name, {number: len(steps)}))
            done, failure = 0, None
            with lease_guard(partial(locks.check, order.turn)):
                for step in steps:
                    options.ready()
                    failure = self._step(step, announce, options)
                    if failure is not None:
                        break
                    done += 1
        elapsed_s = self.clock() - began
        announce(GroupFinished(number, done, len(steps), elapsed_s, failure))
        announce(RunFinished((number,) if failure else (), elapsed_s, options.stop.is_set()))
        return failure

    def _step(self, step: Step, announce: Callable[[Event], None], options: Options) -> LabError | None:
        """One stage; why not."""
        number, text, began = self.order.lab.group.number, self.describe(step), self.clock()

        def tell(done: float, words: str = "") -> None:
            announce(StepProgressed(number, step, done, words))

        announce(StepStarted(number, step, text))
        stopped = LabError("model.halted", where=self.order.lab.site.model_id)
        answer = stopped if options.stop.is_set() else attempt(partial(self._perform, step, tell, options))
        failure = answer.at(self.order.lab.site.model_id) if isinstance(answer, LabError) else None
        elapsed_s = self.clock() - began
        announce(StepFinished(number, step, text, "failed" if failure else "done", elapsed_s, failure))
        return failure

    def describe(self, step: Step) -> str:
        """The stage in one line."""
        return say(f"model.step.{step}", **self._facts())

    def _facts(self) -> dict[str, Any]:
        wanted = self.order.wanted
        return {
            "name": wanted.name,
            "iso": self.order.iso.name,
            "folder": f"[{wanted.site.datastore}] {wanted.folder}",
            "memory_mib": wanted.hardware.memory_mib,
            "disk_gib": wanted.hardware.disk_gib,
            "network": wanted.site.staging,
        }

    def _perform(self, step: Step, tell: Callable[..., None], options: Options) -> None:
        match step:
            case "remaster":
                self._remaster()
            case "upload":
                self._remaster()  # of a run that died in between, the file may be gone
                self.place.upload(self._image, progress=tell)
                self._image.unlink(missing_ok=True)
            case "destroy":
                self.place.destroy()
            case "create":
                self.place.create()
            case "power-on":
                self.place.power_on()
            case "install":
                Installation(
                    place=self.place, wanted=self.order.wanted, patience=self, tell=tell, stop=options.stop
                ).wait()
            case "finish":
                self.place.finish()
            case "clean":
                self.place.clean()

    @property
    def _image(self) -> Path:
        return self.order.directory / self.order.wanted.iso_name

    def _remaster(self) -> None:
        """One that is there is whole: it was renamed to this name, which tells its answers."""
        recipe, order = self.order.recipe, self.order
        if self._image.exists():
            return
        with told(order.directory, "local.unwritten"):
            make_private_directory(order.directory)
        installer_iso.remaster(
            order.iso, self._image, preseed=order.preseed, locale=recipe.locale, keymap=recipe.keymap
        )
