"""A console that speaks in the middle of everything: a message of syslog at each byte of a conversation."""

from __future__ import annotations

import pytest

from esxlab.errors import LabError
from tests.router_console import MESSAGE, Console
from tests.router_shapes import box_of, type_in

MESSAGES = (
    MESSAGE,
    "000042: Nov 29 13:35:01.003 CET: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.0.0.5)",
    "***\n*** --- SHUTDOWN in 0:05:00 ---\n***",  # `reload in` (Cisco, Configuration Fundamentals)
    "%SYS-3-CPUHOG: Task ran for 3004 msec (3/1), process = IP Input.\n-Traceback= 60A3B1CC 60A3B2D0",
    "%OSPF-5-ADJCHG: Process 1, Nbr 10.0.0.2 on Serial0/0 from LOADING to FULL, Loading Done",
)
"""As Cisco's System Message Guide has them: with time stamps, sequence numbers, or neither."""


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


@pytest.mark.parametrize("form", ["%h:%n%p", "%h", "[%h] %n", "%h%s%p%s", "%p", "-> ", "lab", "%h $", "%h>"])
@pytest.mark.parametrize("privileged", [True, False])
def test_a_prompt_of_somebodys_own_is_learned(form, privileged):
    """`prompt`, and the signs it knows: Cisco, IOS Configuration Fundamentals command reference."""
    box = configured()
    type_in(box, [f"prompt {form}"])
    console = Console(box)
    console.vty.terminal.privileged = privileged
    heard = converse(console)
    assert heard[2:] == EXPECTED[2:]
    assert console.vty.terminal.privileged


@pytest.mark.parametrize("manner", ["line", "fresh", "synchronous"])
@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_at_any_byte_changes_nothing(message, manner):
    for at in range(0, WHOLE.said + 1, 7):
        box = configured()
        console = Console(box, at=at, message=message, manner=manner)
        assert converse(console) == EXPECTED, at
        assert "ip address 192.16.193.20 255.255.255.0" in box.startup


def test_a_console_that_never_lets_an_answer_pass_is_told():
    with pytest.raises(LabError) as caught:
        Console(configured(), at=200, every=150).session().show("show running-config")
    assert (caught.value.code, caught.value.facts["line"]) == ("router.chatter", "show running-config")
    assert "show running-config" in str(caught.value)


def test_a_banner_that_quotes_a_message_is_text():
    box = configured()
    box.running.others.append(
        ("", "banner exec ^C\n*Mar  1 00:12:34: %SYS-5-CONFIG_I: we log everything\n^C")
    )
    assert "%SYS-5-CONFIG_I: we log" in Console(box).session().show("show running-config")
