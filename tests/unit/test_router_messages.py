"""A console that speaks in the middle of everything: a message of syslog at each byte of a conversation."""

from __future__ import annotations

import pytest

from esxlab.backends.router.conversation import Conversation
from esxlab.backends.router.limits import Limits
from esxlab.backends.router.session import Session
from esxlab.backends.router.wires import Wire
from esxlab.errors import LabError
from esxlab.sim.router.terminal import Terminal
from esxlab.sim.router.vty import Vty
from tests.router_shapes import box_of, type_in

SECRET = "53cret"
MESSAGES = (
    "*Mar  1 00:12:34.567: %LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to up",
    "000042: Nov 29 13:35:01.003 CET: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.0.0.5)",
    "%OSPF-5-ADJCHG: Process 1, Nbr 10.0.0.2 on Serial0/0 from LOADING to FULL, Loading Done",
)
"""As Cisco's System Message Guide has them: with time stamps, sequence numbers, or neither."""


class Console(Wire):
    """The simulated IOS on a still clock; behind its `at`-th sign, and each `every` from there, it speaks."""

    def __init__(self, box, *, at=-1, every=0, message=MESSAGES[0], always_new_line=True):
        super().__init__("r1", close=lambda: None)
        self.now, self.said, self.at, self.every = 0.0, 0, at, every
        self.message, self.always_new_line = message, always_new_line
        self.out: list[str] = []
        self.column = 0
        vty = Vty(box, Terminal(box, secret=SECRET), write=self._hear, hang_up=lambda: None)
        self.vty = vty
        vty.start()

    def _hear(self, text):
        for sign in text:
            if self.said == self.at:
                new_line = "\n" if self.always_new_line or self.column else ""
                self.out.append(f"{new_line}{self.message}\n".replace("\n", "\r\n"))
                self.column = 0
                self.at += self.every
            self.said += 1
            self.column = 0 if sign == "\n" else self.column + 1
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


def configured():
    box = box_of()
    type_in(box, ["interface FastEthernet0/0", "ip address 10.9.0.1 255.255.255.0", "no shutdown"])
    box.write_memory()
    return box


def converse(console):
    """Everything that a push says and hears."""
    session = console.session()
    heard = [session.show("show running-config"), session.show_startup()]
    session.enter_config(revert_minutes=5)
    session.configure("interface FastEthernet0/0")
    session.configure(" ip address 192.16.193.20 255.255.255.0")
    with pytest.raises(LabError) as caught:
        session.configure(" ip address 192.16.193.20 255.0.255.0")
    heard.append(caught.value.detail)
    session.leave_config()
    heard.append("[OK]" in session.do("write memory"))
    return heard


WHOLE = Console(configured())
EXPECTED = converse(WHOLE)


def test_what_is_heard_without_messages_is_what_ios_said():
    assert "ip address 10.9.0.1 255.255.255.0" in EXPECTED[0]
    assert EXPECTED[2:] == ["Bad mask 0xFF00FF00 for address 192.16.193.20", True]


@pytest.mark.parametrize("always_new_line", [True, False])
@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_at_any_byte_changes_nothing(message, always_new_line):
    for at in range(0, WHOLE.said + 1, 7):
        box = configured()
        console = Console(box, at=at, message=message, always_new_line=always_new_line)
        assert converse(console) == EXPECTED, at
        assert "ip address 192.16.193.20 255.255.255.0" in box.startup


def test_a_console_that_never_lets_an_answer_pass_is_told():
    with pytest.raises(LabError) as caught:
        Console(configured(), at=200, every=150).session().show("show running-config")
    assert (caught.value.code, caught.value.facts["line"]) == ("router.chatter", "show running-config")


def test_a_banner_that_quotes_a_message_is_text():
    box = configured()
    box.running.others.append(
        ("", "banner exec ^C\n*Mar  1 00:12:34: %SYS-5-CONFIG_I: we log everything\n^C")
    )
    assert "%SYS-5-CONFIG_I: we log" in Console(box).session().show("show running-config")
