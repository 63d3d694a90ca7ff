"""Progress on a terminal: one live row per group, redrawn a few times a second; failed rows stay."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from rich.live import Live
from rich.table import Table
from rich.text import Text

from esxlab.engine.events import RouterRemarked, RunFinished, StepFinished
from esxlab.foreign import visible_line
from esxlab.show.tally import Tally
from esxlab.show.words import duration, verdict
from esxlab.texts import colon, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, ConsoleOptions, RenderResult

    from esxlab.engine.events import Event
    from esxlab.show.glyphs import Glyphs
    from esxlab.show.tally import GroupTally, Phase

BAR_CELLS = 12
STYLES: dict[Phase, str] = {
    "waiting": "dim",
    "running": "",
    "done": "green",
    "failed": "bold red",
    "cancelled": "yellow",
}
KEEP_ORDER: tuple[Phase, ...] = ("failed", "running", "cancelled", "waiting", "done")
"""When the terminal is too low for all groups, the rows of the phases named first are kept."""


def rows_that_fit(groups: list[GroupTally], rows: int) -> list[GroupTally]:
    """The groups to show in so many rows, in the order of their numbers; the most telling phases are kept."""
    by_interest = sorted(groups, key=lambda group: (KEEP_ORDER.index(group.phase), group.group))
    return sorted(by_interest[: max(rows, 1)], key=lambda group: group.group)


class LiveProgress:
    """A listener with a rich Live display, which redraws itself; events are only noted."""

    def __init__(
        self,
        console: Console,
        glyphs: Glyphs,
        *,
        verbose: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tally = Tally()
        self._glyphs = glyphs
        self._verbose = verbose
        self._clock = clock
        self._lock = threading.Lock()
        self._live = Live(self, console=console, refresh_per_second=5, transient=False)
        self._started = False

    def __call__(self, event: Event) -> None:
        """Take note; the first event starts the display, the last one ends it."""
        with self._lock:
            self._tally.take(event, self._clock())
        if not self._started:
            self._started = True
            self._live.start()
        if self._verbose and isinstance(event, StepFinished):
            self._live.console.print(self._step(event))
        if self._verbose and isinstance(event, RouterRemarked):
            self._live.console.print(Text(visible_line(f"{event.router}{colon()}{say(event.remark)}")))
        if isinstance(event, RunFinished):
            self.close()

    def close(self) -> None:
        """Draw the last state and give the terminal back; harmless when called twice."""
        if self._started:
            self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the rows as they are now; called by rich, from its own thread."""
        with self._lock:
            yield self.draw(height=options.size.height, width=console.width)

    def draw(self, *, height: int, width: int) -> Table:
        """The rows that fit, and a last line that counts the phases."""
        groups = list(self._tally.groups.values())
        table = Table.grid(padding=(0, 1), expand=False)
        for _ in range(5):
            table.add_column(no_wrap=True, overflow="ellipsis")
        now_s = self._clock()
        for group in rows_that_fit(groups, height - 3):
            table.add_row(*self._row(group, now_s, width))
        counts = {phase: self._tally.count(phase) for phase in KEEP_ORDER}
        phases = [say(f"live.{phase}", count=number) for phase, number in counts.items() if number]
        frame = Table.grid()
        frame.add_row(table)
        frame.add_row(Text(", ".join(phases), style="dim"))
        return frame

    def _row(self, group: GroupTally, now_s: float, width: int) -> list[Text]:
        filled = int(group.fraction * BAR_CELLS)
        bar = self._glyphs.full * filled + self._glyphs.empty * (BAR_CELLS - filled)
        head = [
            say("live.group", group=group.group),
            f"{bar} {group.fraction:4.0%}",
            f"{group.done}/{group.total}",
            duration(group.seconds(now_s)),
        ]
        room = max(10, width - sum(len(part) + 1 for part in head) - 14)
        last = f"{verdict(group.phase, self._glyphs)} {visible_line(group.word)}"
        if group.phase == "done":  # a question that was answered is no longer one
            last = verdict("ok" if self._tally.command == "verify" else "done", self._glyphs)
        if len(last) > room + 10:
            last = last[: room + 9] + "…" if self._glyphs.arrow == "→" else last[: room + 10]
        return [Text(part, style=STYLES[group.phase]) for part in (*head, last)]

    def _step(self, event: StepFinished) -> Text:
        ended = verdict(event.status, self._glyphs)
        return Text(visible_line(say("progress.step", group=event.group, verdict=ended, text=event.text)))
