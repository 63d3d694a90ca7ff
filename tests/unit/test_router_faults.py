"""The table from foreign faults to ours; and what tells an IOS error from the console's chatter."""

from __future__ import annotations

import string

import pytest
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException
from paramiko import SSHException
from serial import SerialException

from esxlab.backends.router.faults import CONNECTED, TALKING, at_the_boundary, ios_error, refusal_of_show
from esxlab.errors import LabError
from esxlab.texts.router import TEXTS

PARAMIKO = "\nA paramiko SSHException occurred during connection creation:\n\n"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (NetmikoAuthenticationException("Authentication to device failed."), "router.login"),
        (NetmikoTimeoutException("TCP connection to device failed.\n\nCommon causes"), "router.unreachable"),
        (
            NetmikoTimeoutException(PARAMIKO + "Incompatible ssh peer (no acceptable kex)"),
            "router.algorithms",
        ),
        (NetmikoTimeoutException(PARAMIKO + "Error reading SSH protocol banner"), "router.no_line"),
        (SSHException("Channel closed."), "router.no_line"),
        (ConnectionRefusedError(111, "Connection refused"), "router.refused"),
        (EOFError(), "router.cut"),
        (OSError("Socket is closed"), "router.cut"),
        (ConnectionResetError(104, "Connection reset by peer"), "router.cut"),
    ],
)
def test_foreign_faults_have_a_code_of_ours(fault, code):
    error = translated(fault)
    assert (error.code, error.where) == (code, "10.0.0.7")
    assert "Common causes" not in error.detail
    assert str(error)


def translated(fault, **how):
    with pytest.raises(LabError) as caught, at_the_boundary("10.0.0.7", **how):
        raise fault
    return caught.value


@pytest.mark.parametrize("kind", [AttributeError, UnicodeDecodeError, AssertionError, KeyError])
def test_what_no_table_lists_has_a_code_too_and_its_class_is_named(kind):
    fault = kind("utf-8", b"\xff", 0, 1, "no") if kind is UnicodeDecodeError else kind("x")
    error = translated(fault)
    assert (error.code, error.facts["kind"]) == ("router.library", kind.__name__)
    assert error.__cause__ is fault


def test_what_this_computer_has_run_out_of_is_no_fault_of_the_router():
    assert translated(MemoryError("x")).code == "local.memory"


def test_our_own_errors_pass_and_so_do_those_who_end_the_program():
    own = LabError("router.login", host="r")
    assert translated(own) is own
    with pytest.raises(KeyboardInterrupt), at_the_boundary("r"):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    "fault",
    [OSError("x"), SSHException("Channel closed."), ConnectionRefusedError(111, "x"), SerialException("x")],
)
def test_a_line_that_was_open_can_only_have_been_cut(fault):
    assert translated(fault, cut=TALKING).code == "router.cut"
    assert (translated(fault, cut=CONNECTED).code == "router.cut") == (
        type(fault) not in (SSHException, SerialException)
    )


def test_only_the_first_words_of_a_show_can_refuse_it():
    banner = "Building configuration...\n\nbanner exec ^C\n% Authorised only %\n^C\nend"
    assert refusal_of_show(banner) == ""
    for words in ("% Invalid input detected at '^' marker.", "Command authorization failed."):
        assert refusal_of_show(f"\n     ^\n{words}\n") == words
        assert refusal_of_show(f"\n*Mar  1 00:01:02: %SYS-5-CONFIG_I: Configured\n{words}\n") == words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("% Invalid input detected at '^' marker.\n", "% Invalid input detected at '^' marker."),
        ("     ^\n% Invalid input detected", "% Invalid input detected"),
        (
            "%NAT: similar static entry (a -> b) already exists",
            "%NAT: similar static entry (a -> b) already exists",
        ),
        ("Bad mask 0xFF00FF00 for address 10.0.0.1", "Bad mask 0xFF00FF00 for address 10.0.0.1"),
        ("\nCommand rejected: no", "Command rejected: no"),
        ("%LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to up", ""),
        ("*Mar  1 00:01:02: %SYS-5-CONFIG_I: Configured from console", ""),
        ("%LINEPROTO-5-UPDOWN: Line protocol", ""),
        ("%CRYPTO-SW-6-X: x", ""),
        ("Building configuration...\n[OK]", ""),
        ("% Not all config may be removed and may reappear after reactivating the sub-interface", ""),
        ("%% Non-volatile configuration memory is not present", ""),
        ("%Warning: use /31 mask on non point-to-point interface cautiously", ""),
        ("%Warning: use /31 mask\n% 10.0.0.0 overlaps with Loopback0", "% 10.0.0.0 overlaps with Loopback0"),
    ],
)
def test_an_ios_error_is_told_from_syslog(answer, words):
    assert ios_error(answer) == words


def test_every_code_has_its_remedy_and_both_languages_name_the_same_facts():
    for key, (english, french) in TEXTS.items():
        assert names_in(english) == names_in(french), key
        if key.startswith("error.") and not key.endswith(".fix"):
            assert f"{key}.fix" in TEXTS


def names_in(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
