"""A drill while it runs: the client that keeps asking, the steps that are done, waiting for what it sees."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from esxlab.drills.probe import (
    BATCH,
    CLOCK,
    PERIOD_S,
    build_batch,
    build_clock,
    next_pause,
    next_size,
    parse_batch,
)
from esxlab.drills.timeline import DoneStep, changes, watched
from esxlab.errors import LabError
from esxlab.plain import last_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from esxlab.backends.protocols import Backends, CommandResult
    from esxlab.drills.setup import DrillSetup
    from esxlab.drills.steps import Step
    from esxlab.drills.timeline import Change, Sample

PATIENCE_S = 180.0
"""Seconds of this computer's clock that a wait may take beyond its limit in the client's seconds."""
TRIES = 3
WORDS = 300


class StoppedError(Exception):
    """Somebody interrupted the drill; what was broken is put back by who runs it."""


class Audience(Protocol):
    """Hears of a drill while it runs, from whichever thread; must be quick and must not raise."""

    def answered(self, change: Change) -> None:
        """Others answer than before."""
        ...

    def stepped(self, step: Step, at: float) -> None:
        """Something was broken or mended."""
        ...


class Nobody:
    """Hears nothing."""

    def answered(self, change: Change) -> None:
        """Nothing."""

    def stepped(self, step: Step, at: float) -> None:
        """Nothing."""


@dataclass(slots=True)
class DrillRun:
    """One drill in progress. `broken` is true from its first harmful step until everything is put back."""

    setup: DrillSetup
    backends: Backends
    stop: threading.Event
    audience: Audience = field(default_factory=Nobody)
    samples: list[Sample] = field(default_factory=list)
    done_steps: list[DoneStep] = field(default_factory=list)
    heard: list[Change] = field(default_factory=list)  # what the audience has heard
    unread: int = 0  # requests of which nothing is known
    broken: bool = False
    _news: threading.Condition = field(default_factory=threading.Condition)
    _enough: threading.Event = field(default_factory=threading.Event)
    _fault: BaseException | None = None

    def now(self) -> float:
        """The client's clock, seconds since 1970."""
        answer = self.setup.run(self.backends, self.setup.client, build_clock())
        told = CLOCK.fullmatch(answer.stdout.strip())
        if told is None:
            raise LabError("guest.answer_cut", where=self.setup.client, detail=last_words(answer.stdout))
        return float(told[0])

    def inject(self, *steps: Step) -> DoneStep:
        """Break something; from here on it has to be put back."""
        self._check_stop()
        self.broken = True
        return self.perform(*steps)

    def perform(self, *steps: Step) -> DoneStep:
        """Do the steps, and note when; the last one that was done."""
        for step in steps:
            begin = self.now()
            step.perform(self.setup, self.backends)
            self.audience.stepped(step, begin)
            self.done_steps.append(DoneStep(begin, self.now(), step.describe()))
        return self.done_steps[-1]

    @contextmanager
    def probing(self) -> Iterator[None]:
        """While this is open the client sends a request every 0.2 s."""
        self._enough.clear()
        thread = threading.Thread(target=self._probe, name="esxlab-probe", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._enough.set()
            thread.join()

    def wait(self, seen: Callable[[Sequence[Sample]], bool], *, limit_s: float) -> bool:
        """Until the samples show it, at most so many of the client's seconds; whether they did.

        Seconds in which nobody was asked do not count: a busy computer has seen nothing in them.

        Raises:
            StoppedError: interrupted.
            LabError: the client cannot be asked any more.
        """
        deadline, start = time.monotonic() + limit_s + PATIENCE_S, len(self.samples)
        with self._news:
            while True:
                self._check_stop()
                if self._fault is not None:
                    raise self._fault
                if self.samples and seen(self.samples):
                    return True
                taken = self.samples[start:]
                if watched(taken) >= limit_s or time.monotonic() > deadline:
                    return False
                self._news.wait(0.5)

    def watch(self, seconds: float) -> None:
        """Let so many of the client's seconds pass."""
        self.wait(lambda _: False, limit_s=seconds)

    def collect(self, requests: int, *, limit_s: float = 120.0) -> list[Sample]:
        """The next so many requests, all sent after this call; fewer when the client does not manage more."""
        since = self.now()
        self.wait(lambda s: sum(x.at >= since for x in s[-2 * requests :]) >= requests, limit_s=limit_s)
        return [sample for sample in self.samples if sample.at >= since][:requests]

    def _check_stop(self) -> None:
        if self.stop.is_set():
            raise StoppedError

    def _probe(self) -> None:
        pause_s, requests, failures = PERIOD_S, BATCH, 0
        while not self._enough.is_set():
            command = build_batch(self.setup.url, requests=requests, pause_s=pause_s)
            try:
                answer = self.setup.run(self.backends, self.setup.client, command, timeout_s=60.0)
                batch, failures = self._read(answer, requests), 0
            except LabError as error:
                failures += 1
                if failures < TRIES:
                    continue
                self._tell((), error)
                return
            except BaseException as error:  # noqa: BLE001 - raised again by wait: bugs must crash, not hang
                self._tell((), error)
                return
            pause_s, requests = next_pause(batch, pause_s), next_size(batch)
            self._tell(batch, None)

    def _read(self, answer: CommandResult, requests: int) -> Sequence[Sample]:
        batch = parse_batch(answer.stdout, requests=requests)
        self.unread += len(batch.unread)
        if batch.samples:
            return batch.samples
        said = next((words for words in (*batch.unread, answer.stderr.strip()) if words), "")
        facts = {"read": len(self.samples), "requests": len(self.samples) + self.unread}
        raise LabError("drill.unread", where=self.setup.client, detail=said[:WORDS], **facts)

    def _tell(self, batch: Sequence[Sample], fault: BaseException | None) -> None:
        for change in changes(batch, self.heard[-1] if self.heard else None) if batch else ():
            self.heard.append(change)
            self.audience.answered(change)
        with self._news:
            self.samples.extend(batch)
            self._fault = fault
            self._news.notify_all()
