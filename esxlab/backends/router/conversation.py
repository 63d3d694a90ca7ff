"""A conversation with a router: lines out, what the screen shows back; silence, time and size have limits."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from esxlab.backends.router.messages import position_behind, without_messages
from esxlab.errors import LabError
from esxlab.plain import last_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.backends.router.limits import Limits, Patience
    from esxlab.backends.router.wires import Wire

    Seek = Callable[[str, int], int]
    """(text, start of the last line that was looked at before) -> where the sought thing ends; 0: nowhere."""

SIDE_REMARKS = re.compile(r"(?:[^\n]*%[A-Z0-9_]+(?:-[A-Z0-9_]+)?-[0-7]-[A-Z0-9_]+:[^\n]*|[ \t]*)(?:\n|\Z)")
"""Blank lines, and what the console says by itself in the middle of everything."""
_SHORTEST_TAIL = 8  # signs of a scrolled line that are still recognised
_WORDS_KEPT = 8192
_TAIL = 4096
"""Signs at the end of what came in which a last line is sought: a line that is longer is no prompt."""
_WINDOW = 2**16
"""Signs at the end of what came in which something is sought that a message has torn apart."""


class Conversation:
    """What was not read yet, and how long to wait for more.

    Raises, from every method that waits:
        LabError: router.silent, router.endless (in time), router.too_long (in bytes), router.cut; each with
            the last words of the router.
    """

    def __init__(self, wire: Wire, limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        from esxlab.backends.router.screen import Screen  # noqa: PLC0415 - with the first router

        self.limits = limits
        self.over = False  # nothing more is to be expected of the other side
        self._wire = wire
        self._clock = clock
        self._end = clock() + limits.total_s
        self._screen = Screen()
        self._received = 0
        self._taken = ""

    @property
    def host(self) -> str:
        """The router, as the spec names it."""
        return self._wire.host

    def allow(self, seconds: float) -> None:
        """From now on so long in all."""
        self._end = self._clock() + seconds
        self._wire.allow(seconds + 1.0, 2 * self.limits.size)  # a guard: the limits here come first

    def send(self, line: str, *, enter: str = "") -> None:
        """A line, and the key that ends it."""
        self.press(line + (enter or self._wire.enter))

    def press(self, key: str) -> None:
        """One key, without the one that ends a line."""
        try:
            self._wire.send(key, limit_s=self.limits.quick.silence_s)
        except LabError as error:
            raise self._ended(error) from error

    def read(self, seek: Seek, patience: Patience, *, settle: bool = False) -> str:
        """Everything up to the end of what is sought; what follows waits for the next call.

        `settle`: only what nothing follows at once is the end.
        """
        began = heard = self._clock()
        start = 0
        while True:
            text = self._screen.text
            if (end := seek(text, start) or _seek_torn(seek, text)) and not (
                settle and self._more(self.limits.settle_s)
            ):
                return self._take(end)
            if end:
                heard = self._clock()
                continue
            start = text.rfind("\n") + 1
            now = self._clock()
            if now > min(began + patience.total_s, self._end):
                raise self._error("router.endless", seconds=round(now - began))
            if now > heard + patience.silence_s:
                raise self._error("router.silent", seconds=int(patience.silence_s))
            until = min(heard + patience.silence_s, began + patience.total_s, self._end)
            if self._more(until - now):
                heard = self._clock()

    def echo(self, line: str) -> None:
        """Read the echo of a line, whole or as IOS scrolls it; what stands before is old."""
        whole = re.compile(re.escape(line.strip()))

        def seek(text: str, start: int) -> int:
            match = whole.search(text, start)
            return match.end() if match else _scrolled(text, start, line)

        self.read(seek, self.limits.quick)

    def ask(
        self, line: str, seek: Seek, *, patience: Patience, echoed: bool = True, settle: bool = False
    ) -> str:
        """Send a line; everything that comes behind its echo, up to the end of what is sought."""
        self.send(line)
        if line and echoed:
            self.echo(line)
        return self.read(seek, patience, settle=settle)

    def leave(self) -> str:
        """What has come and was not read, and will not be; the conversation goes on after a silence."""
        self.over = False
        return self._take(len(self._screen.text))

    def listen(self, seconds: float) -> None:
        """Whatever comes, for so long at most or until the other side hangs up; LabError router.cut."""
        end = self._clock() + seconds
        while (left := end - self._clock()) > 0:
            self._more(left)

    def words(self, text: str = "") -> str:
        """The end of what the router said, fit to be shown: no control characters, no password."""
        return last_words(text or self._screen.text.strip() or self._taken).strip()

    def _take(self, end: int) -> str:
        taken = self._screen.take(end)
        self._taken = taken[-_WORDS_KEPT:]
        return taken

    def _more(self, wait_s: float) -> bool:
        try:
            fresh = self._wire.receive(wait_s)
        except LabError as error:
            raise self._ended(error) from error
        self._received += len(fresh)
        self._screen.show(fresh)
        if self._received > self.limits.size:
            raise self._error("router.too_long", kib=round(self.limits.size / 1024))
        return bool(fresh)

    def _ended(self, error: LabError) -> LabError:
        """The line is gone: by one of our limits, or by itself."""
        if limit := self._wire.over_limit(self.words()):
            error = limit
        self.over = True
        return LabError(error.code, where=self.host, detail=self.words() or error.detail, **error.facts)

    def _error(self, code: str, **facts: object) -> LabError:
        self.over = True
        return LabError(code, where=self.host, detail=self.words(), host=self.host, **facts)


def pattern(regex: str) -> Seek:
    """The end of the first match in what was not looked at before."""
    compiled = re.compile(regex, re.MULTILINE)

    def seek(text: str, start: int) -> int:
        match = compiled.search(text, start)
        return match.end() if match else 0

    return seek


def last_line(regex: str) -> Seek:
    """The end of the last line that is such a one, when nothing but side remarks follows it."""
    compiled = re.compile(rf"^(?:{regex})[ \t]*$", re.MULTILINE)

    def seek(text: str, start: int) -> int:
        found = 0
        for match in compiled.finditer(text, max(start, len(text) - _TAIL)):
            found = match.end()
        return found if found and _only_remarks(text, found) else 0

    return seek


def either(*seeks: Seek) -> Seek:
    """The end of the first of these that is found."""

    def seek(text: str, start: int) -> int:
        return next((end for each in seeks if (end := each(text, start))), 0)

    return seek


def _seek_torn(seek: Seek, text: str) -> int:
    """The same, where a message of the console stands in the middle of what is sought."""
    begin = max(0, len(text) - _WINDOW)
    window = text[begin:]
    if (whole := without_messages(window)) == window:
        return 0
    end = seek(whole, 0)
    return begin + position_behind(window, end) if end else 0


def _only_remarks(text: str, position: int) -> bool:
    while position < len(text):
        match = SIDE_REMARKS.match(text, position)
        if match is None or match.end() == position:
            return False
        position = match.end()
    return True


def _scrolled(text: str, start: int, line: str) -> int:
    """Where the echo of a line ends that shows only its tail, behind a `$` that stands for its head."""
    position = start
    while (newline := text.find("\n", position)) >= 0:
        _, dollar, tail = text[position:newline].rstrip().rpartition("$")
        if dollar and len(tail) >= _SHORTEST_TAIL and line.rstrip().endswith(tail):
            return newline
        position = newline + 1
    return 0
