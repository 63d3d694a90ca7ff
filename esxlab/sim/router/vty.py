"""One session's typing: echo, editing keys, passwords, --More--, noise and delays; over SSH and telnet."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from esxlab.sim.router.exec_commands import Hangup

if TYPE_CHECKING:
    from collections.abc import Callable

    from esxlab.sim.router.box import Box
    from esxlab.sim.router.terminal import Terminal

_MORE = " --More-- "
_ERASE_MORE = "\b" * len(_MORE) + " " * len(_MORE) + "\b" * len(_MORE)
_SHIFT = 10
_NOISE = (
    "\n*Mar  1 00:12:34.567: %LINEPROTO-5-UPDOWN: "
    "Line protocol on Interface FastEthernet0/0, changed state to up\n"
)


class Vty:
    """Characters in, characters out. `write` takes text with bare line feeds; `hang_up` closes the session.

    Input is worked off one line at a time, so that a delay or a --More-- holds back what was typed ahead.
    """

    def __init__(
        self, box: Box, terminal: Terminal, *, write: Callable[[str], None], hang_up: Callable[[], None]
    ) -> None:
        self.terminal = terminal
        self._box = box
        self._send = write
        self._shown: list[str] = []  # sent at once: a packet for every echoed key would be slow
        self._hang_up = hang_up
        self._typed = ""
        self._columns = 0  # behind the prompt
        self._input: deque[str] = deque()
        self._pending: list[str] = []  # lines that wait behind --More--
        self._waiting = False
        self._dead = False
        self._lines = 0

    def start(self) -> None:
        """Show the first prompt."""
        self._write(f"{self._box.faults.banner}\n{self.terminal.prompt}")
        self._flush()

    def feed(self, text: str) -> None:
        """Characters that the other side has typed; CR, LF and CR LF each end a line."""
        self._input.extend(text.replace("\r\n", "\n").replace("\r\0", "\n").replace("\r", "\n"))
        self._pump()

    def _pump(self) -> None:
        while self._input and not self._waiting and not self._dead:
            self._key(self._input.popleft())
        self._flush()

    def _write(self, text: str) -> None:
        self._shown.append(text)

    def _flush(self) -> None:
        if self._shown:
            self._send("".join(self._shown))
            self._shown.clear()

    def _key(self, key: str) -> None:
        if self._pending:
            self._more(key)
        elif key == "\n" or self._takes_one_key():
            self._enter("" if key == "\n" else key)
        elif key in "\b\x7f":
            if self._typed:
                self._typed = self._typed[:-1]
                self._columns = max(0, self._columns - 1)
                self._write("\b \b")
        elif key == "\x03":  # Ctrl-C leaves the line, Ctrl-Z configuration mode
            self._typed = ""
            self._write(f"\n{self.terminal.prompt}")
        elif key == "\x1a":
            self.terminal.end_config()
            self._typed = ""
            self._write(f"^Z\n{self.terminal.prompt}")
        elif key == "?" and not self.terminal.question:
            self._write(f"?\n{self.terminal.help(self._typed)}\n{self.terminal.prompt}{self._typed}")
        elif key.isprintable():
            self._typed += key
            if not self.terminal.hides_input:
                self._echo(key)

    def _echo(self, key: str) -> None:
        """At the right margin the line is shifted ten columns to the left, and `$` stands for its head.

        IOS Configuration Fundamentals, "Using the Command-Line Interface": scrolling down a long line. The
        characters, one by one, are those that a router sent in netmiko#160.
        """
        room = self.terminal.width - len(self.terminal.prompt) - 1
        if not 0 < room <= self._columns:
            self._write(key)
            self._columns += 1
            return
        shown = f"${self._typed[-(room - _SHIFT) :]}"
        blanks = self._columns - len(shown)
        self._write("\b" * self._columns + shown + " " * blanks + "\b" * blanks)
        self._columns = len(shown)

    def _takes_one_key(self) -> bool:
        return self.terminal.question is not None and self.terminal.question.one_key

    def _enter(self, key: str) -> None:
        line, self._typed = self._typed + key, ""
        self._columns = 0
        self._write("\n")
        if delay := self._box.faults.delay_s:
            self._waiting = True
            self._box.scheduler.call_later(delay, lambda: self._resume(line))
        else:
            self._run(line)

    def _resume(self, line: str) -> None:
        self._waiting = False
        if not self._dead:
            self._run(line)
            self._pump()

    def _run(self, line: str) -> None:
        try:
            answer = self.terminal.answer(line)
        except Hangup as end:
            self._dead = True
            if not end.silent:
                self._flush()
                self._hang_up()
            return
        self._lines += 1
        if self._box.faults.noisy and self._lines % 2:
            answer += _NOISE
        self._print(answer)

    def _print(self, answer: str) -> None:
        lines = answer.splitlines(keepends=True)
        page = self.terminal.length - 1
        if self.terminal.length and len(lines) > page:
            self._write("".join(lines[:page]) + _MORE)
            self._pending = lines[page:]
        else:
            self._write(answer + self.terminal.prompt)

    def _more(self, key: str) -> None:
        count = {"\n": 1, " ": max(1, self.terminal.length - 1)}.get(key, 0)
        shown, self._pending = self._pending[:count], self._pending[count:] if count else []
        more = _MORE if self._pending else self.terminal.prompt
        self._write(_ERASE_MORE + "".join(shown) + more)

    def closed(self) -> None:
        """The other side has gone."""
        self._dead = True
