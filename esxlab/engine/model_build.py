"""Builds a model from an ISO or a disk: looks, then does what lacks, stage by stage, under its lock."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

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
from esxlab.lab.model_build import steps_of
from esxlab.local.files import make_private_directory, told
from esxlab.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from esxlab.backends.model_protocol import ModelPlace
    from esxlab.backends.protocols import Backends
    from esxlab.engine.events import Event, Listener
    from esxlab.engine.model_order import ModelOrder
    from esxlab.engine.options import Options
    from esxlab.lab.model_build import SeenModel, Step, WantedModel


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
        wanted, source = self.order.wanted, self.order.source
        seen = self.place.look(image_bytes=source.image_bytes, rebuild=self.rebuild)
        steps = steps_of(seen, wanted.recipe, way=source.way, rebuild=self.rebuild)
        if "upload" in steps:
            source.check()
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
        bare = step == "create" and self.order.source.way == "disk"
        return say("model.step.create-bare" if bare else f"model.step.{step}", **self._facts())

    def _facts(self) -> dict[str, Any]:
        wanted = self.order.wanted
        return {
            "name": wanted.name,
            "file": self.order.source.name,
            "folder": f"[{wanted.site.datastore}] {wanted.folder}",
            "memory_mib": wanted.hardware.memory_mib,
            "disk_gib": wanted.hardware.disk_gib,
            "network": wanted.site.staging,
            "controller": wanted.hardware.scsi_type,
            "guest_id": wanted.hardware.guest_id,
            "firmware": wanted.firmware.upper(),
        }

    def _perform(self, step: Step, tell: Callable[..., None], options: Options) -> None:
        place = self.place
        simple: dict[str, Callable[[], None]] = {
            "destroy": place.destroy,
            "create": place.create,
            "power-on": place.power_on,
            "finish": place.finish,
            "attach": place.attach,
            "clean": place.clean,
        }
        match step:
            case "remaster" | "unpack":
                self._make(tell)
            case "upload":
                self._make(tell)  # of a run that died in between, the file may be gone
                place.upload(self.order.image, progress=tell)
                self.order.image.unlink(missing_ok=True)
            case "convert":
                place.convert(progress=tell)
            case "install":
                Installation(
                    place=place, wanted=self.order.wanted, patience=self, tell=tell, stop=options.stop
                ).wait()
            case _:
                simple[step]()

    def _make(self, tell: Callable[..., None]) -> None:
        """What is there is whole: it was renamed to this name, which tells what is in it."""
        order = self.order
        if order.image.exists():
            return
        with told(order.directory, "local.unwritten"):
            make_private_directory(order.directory)
        order.source.make(order.image, tell=tell)
