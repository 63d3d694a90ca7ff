"""The simulated IOS behind a wire without sockets and on a still clock: whole conversations in no time."""

from __future__ import annotations

import re

from esxlab.backends.router.conversation import Conversation
from esxlab.backends.router.limits import Limits
from esxlab.backends.router.push import Push
from esxlab.backends.router.session import Session
from esxlab.backends.router.wires import Wire
from esxlab.lab.router import RouterAddress
from esxlab.sim.router.terminal import Terminal
from esxlab.sim.router.vty import Vty

SECRET = "53cret"
MESSAGE = "*Mar  1 00:12:34.567: %LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to up"


class Console(Wire):
    """The simulated IOS on a still clock; behind its `at`-th sign, and each `every` from there, it speaks.

    `manner`: a message begins a "line" of its own, or only a "fresh" one away from the margin,
    or is "synchronous" (`logging synchronous`): what was typed, and its prompt, are shown again behind it.
    """

    def __init__(self, box, *, at=-1, every=0, message=MESSAGE, manner="line"):
        super().__init__("r1", close=lambda: None)
        self.now, self.said, self.at, self.every = 0.0, 0, at, every
        self.message, self.manner = message, manner
        self.out: list[str] = []
        self.shown = ""  # of this line
        vty = Vty(box, Terminal(box, secret=SECRET), write=self._hear, hang_up=lambda: None)
        self.vty = vty
        vty.start()

    def _hear(self, text):
        for sign in text:
            if self.said == self.at:
                new_line = "" if self.manner == "fresh" and not self.shown else "\n"
                again = self.manner == "synchronous" and re.search("[#>]", self.shown)
                self.shown = self.shown if again else ""
                self.out.append(f"{new_line}{self.message}\n{self.shown}".replace("\n", "\r\n"))
                self.at += self.every
            self.said += 1
            self.shown = "" if sign == "\n" else self.shown + sign
            self.out.append("\r\n" if sign == "\n" else sign)

    def _send(self, data, limit_s):
        self.vty.feed(data.decode())

    def _receive(self, wait_s):
        if not self.out:
            self.now += wait_s
            return b""
        text, self.out = "".join(self.out), []
        return text.encode()

    def session(self):
        session = Session(self, Conversation(self, Limits(), clock=lambda: self.now))
        session.prepare(SECRET)
        return session


def push(box, change, **habits):
    """The safe push on this router; what it reports. LabError."""
    heard = []
    Push(
        RouterAddress(box.shape.host),
        change,
        change.target,
        lambda: Console(box, **habits).session(),
        lambda _: None,
        report=heard.append,
        sleep=lambda _: None,
    ).perform()
    return heard
