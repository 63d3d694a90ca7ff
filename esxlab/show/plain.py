"""Progress as lines, one per event, for a pipe, a log or --plain."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

from esxlab.engine.events import (
    GroupFinished,
    RouterRemarked,
    RunFinished,
    RunStarted,
    StepFinished,
    StepStarted,
)
from esxlab.foreign import visible_line
from esxlab.show.tally import Tally
from esxlab.show.words import count, duration, lines_below, numbers, verdict
from esxlab.texts import colon, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.engine.events import Event
    from esxlab.show.glyphs import Glyphs


def local_time() -> datetime:
    """Now, in the reader's time zone."""
    return datetime.now().astimezone()


class PlainProgress:
    """A listener that writes one line per event to a stream, with the time of day.

    `verbose` also tells when a step begins; otherwise only how it ended.
    """

    def __init__(
        self,
        stream: TextIO,
        glyphs: Glyphs,
        *,
        verbose: bool = False,
        clock: Callable[[], datetime] = local_time,
    ) -> None:
        self._stream = stream
        self._glyphs = glyphs
        self._verbose = verbose
        self._clock = clock
        self._tally = Tally()
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Write the event's line, if it has one."""
        with self._lock:
            self._tally.take(event, 0.0)
            if text := self._line(event):
                self._stream.write(f"{self._clock():%H:%M:%S} {visible_line(text)}\n")
                self._stream.flush()

    def close(self) -> None:
        """Nothing is left open."""

    def _line(self, event: Event) -> str:
        match event:
            case RunStarted() | RunFinished():
                return _run(event)
            case StepStarted() if self._verbose:
                return say(
                    "progress.step",
                    group=event.group,
                    verdict=verdict("running", self._glyphs),
                    text=event.text,
                )
            case StepFinished():
                return self._step(event)
            case RouterRemarked():
                return f"{event.router}{colon()}{say(event.remark)}"
            case GroupFinished():
                return self._group(event)
            case _:
                return ""

    def _step(self, event: StepFinished) -> str:
        ended = say("progress.step", group=event.group, verdict=self._verdict(event.status), text=event.text)
        if event.error:
            return f"{ended}{colon()}{lines_below(event.error, event.group).splitlines()[0]}"
        return f"{ended} ({duration(event.elapsed_s)})" if event.status == "done" else ended

    def _verdict(self, state: str) -> str:
        """Its word: a question that was answered well is ok, only a step is done."""
        is_asked = state == "done" and self._tally.command == "verify"
        return verdict("ok" if is_asked else state, self._glyphs)

    def _group(self, event: GroupFinished) -> str:
        return say(
            "progress.group",
            group=event.group,
            verdict=self._verdict(self._tally.groups[event.group].phase),
            done=event.done,
            total=event.total,
            time=duration(event.elapsed_s),
        )


def _run(event: RunStarted | RunFinished) -> str:
    if isinstance(event, RunFinished):
        return say("progress.finished", failed=len(event.failed), time=duration(event.elapsed_s))
    steps = count("count.action", sum(event.steps.values()))
    return say("progress.started", command=event.command, groups=numbers(event.steps), steps=steps)
