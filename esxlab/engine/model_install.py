"""Waits for an installer's end, and tells one that is stuck from one that works, by log and console."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from esxlab.bugs import attempt
from esxlab.errors import LabError
from esxlab.foreign import brief_line, visible
from esxlab.texts import say

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from esxlab.backends.model_protocol import ModelPlace
    from esxlab.lab.model_build import WantedModel

SELECTED = re.compile(r"Menu item '([a-z0-9.+-]+)' selected")
FAILED = re.compile(r"Menu item '([a-z0-9.+-]+)' failed")
"""What main-menu writes to the installer's log, Debian 9 to 13 (debian-installer, main-menu.c)."""
GIVEN_UP = "base-installer: error: exiting on error "
"""What base-installer writes before it shows its error and waits for somebody; only then main-menu calls the
item failed (base-installer, library.sh: exit_error; seen of Debian 12's)."""
ORDER = (
    "localechooser", "console-setup-udeb", "cdrom-detect", "load-cdrom", "ethdetect", "netcfg",
    "choose-mirror", "download-installer", "user-setup-udeb", "clock-setup", "disk-detect", "partman-base",
    "bootstrap-base", "apt-setup-udeb", "pkgsel", "grub-installer", "finish-install",
)  # fmt: skip
"""The menu in its order, on a CD and from a mirror: how far an installation is."""
LIKELY = {
    "localechooser": "language",
    "console-setup-udeb": "language",
    "cdrom-detect": "medium",
    "load-cdrom": "medium",
    "ethdetect": "network",
    "netcfg": "network",
    "choose-mirror": "mirror",
    "download-installer": "mirror",
    "user-setup-udeb": "password",
    "disk-detect": "disk",
    "partman-base": "disk",
    "bootstrap-base": "medium",
    "apt-setup-udeb": "mirror",
    "pkgsel": "packages",
    "grub-installer": "disk",
}
"""What most often stops each item of the menu: a key of the texts, model.likely."""
COMPUTES = 0.3
"""A question open, or a step that hangs, takes one or two hundredths of a processor (seen under QEMU)."""
LINES = 6


class Patience(Protocol):
    """How long is waited, by which clock, and who keeps a picture."""

    @property
    def patience_s(self) -> float:
        """How long an installer may say nothing."""
        ...

    @property
    def pause_s(self) -> float:
        """Between two looks."""
        ...

    @property
    def clock(self) -> Callable[[], float]:
        """Seconds."""
        ...

    @property
    def keep(self) -> Callable[[bytes], str]:
        """Writes a PNG, and says where."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One installation that runs. `tell` hears how far it is, 0 to 1, and in the reader's words at what."""

    place: ModelPlace
    wanted: WantedModel
    patience: Patience
    tell: Callable[[float, str], None]
    stop: threading.Event

    def wait(self) -> None:
        """Until it has ended well.

        Raises:
            LabError: model.question, model.step_failed, model.stuck, each with a picture of the console;
                model.no_proof when it went off without its last word; model.halted.
        """
        patience = self.patience
        log, since = "", patience.clock()
        while True:
            now = self.place.installing()
            if now.question:
                raise LabError("model.question", detail=now.question, screen=self._screen())
            if not now.powered_on:
                self._judge_end()
                return
            if now.log != log:
                log, since = now.log, patience.clock()
                self._progress(log)
            if failed := failed_item(log):
                raise self._stuck("model.step_failed", log, item=failed)
            silent_s = patience.clock() - since
            if silent_s > patience.patience_s:
                raise self._stuck("model.stuck", log, minutes=round(silent_s / 60, 1))
            if self.stop.wait(patience.pause_s):
                raise LabError("model.halted")

    def _judge_end(self) -> None:
        """Off is no success yet: a crash, and somebody who pressed the button, look alike."""
        log = self.place.installing().log  # what was said last has been written only by now
        if self.wanted.proof not in log:
            raise LabError("model.no_proof", detail=last_lines(log), item=item_of(log) or "-")

    def _progress(self, log: str) -> None:
        item = item_of(log)
        done = ORDER.index(item) / len(ORDER) if item in ORDER else 0.0
        self.tell(done, item)

    def _stuck(self, code: str, log: str, **facts: object) -> LabError:
        item = str(facts.pop("item", "")) or item_of(log)
        guess = LIKELY.get(item, "unknown")
        if code == "model.stuck" and self._computes():
            guess = "busy"
        likely = say(f"model.likely.{guess}")
        told = {"item": item or "-", "likely": likely, "screen": self._screen()}
        return LabError(code, detail=last_lines(log), **told, **facts)  # type: ignore[arg-type]

    def _computes(self) -> bool:
        """A loop looks as a question does, but for this."""
        load = attempt(self.place.load)
        return isinstance(load, float) and load > COMPUTES

    def _screen(self) -> str:
        """Where the picture is; a hyphen when there is none."""
        picture = attempt(self.place.screen)
        kept = picture if isinstance(picture, LabError) else attempt(lambda: self.patience.keep(picture))
        return "-" if isinstance(kept, LabError) else kept


def item_of(log: str) -> str:
    """The menu's item that is at work; empty: none yet."""
    found = SELECTED.findall(log)
    return found[-1] if found else ""


def failed_item(log: str) -> str:
    """The menu's item that has failed; empty: none."""
    if found := FAILED.findall(log):
        return str(found[-1])
    return item_of(log) if GIVEN_UP in log else ""


def last_lines(log: str) -> str:
    """How the log ends, for people."""
    lines = [brief_line(line, 160) for line in visible(log).splitlines() if line.strip()]
    return "\n".join(lines[-LINES:])
