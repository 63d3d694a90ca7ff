"""The table from foreign faults to ours; and what tells an IOS error from the console's chatter."""

from __future__ import annotations

import string

import pytest
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException, ReadTimeout
from paramiko import SSHException

from esxlab import texts
from esxlab.backends.host_keys import HostKeys
from esxlab.backends.router.faults import foreign_faults, ios_error, translate
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
        (ReadTimeout("Pattern not detected: 'x'"), "router.silent"),
        (SSHException("Channel closed."), "router.no_line"),
        (ConnectionRefusedError(111, "Connection refused"), "router.unreachable"),
        (EOFError(), "router.cut"),
        (OSError("Socket is closed"), "router.cut"),
        (ConnectionResetError(104, "Connection reset by peer"), "router.cut"),
    ],
)
def test_foreign_faults_have_a_code_of_ours(fault, code):
    assert isinstance(fault, foreign_faults())
    error = translate(fault, host="10.0.0.7")
    assert (error.code, error.where) == (code, "10.0.0.7")
    assert "Common causes" not in error.detail
    assert str(error)


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


def test_host_keys_are_kept_between_runs(tmp_path):
    file = tmp_path / "keys"
    HostKeys(file).check("r1", "ssh-rsa AAAA")
    HostKeys(file).check("r2", "ssh-rsa BBBB")
    again = HostKeys(file)
    again.check("r1", "ssh-rsa AAAA")
    with pytest.raises(LabError) as caught:
        again.check("r2", "ssh-rsa AAAA")
    assert caught.value.code == "router.host_key"
    texts.set_language("fr")
    assert str(file) in str(caught.value)
    texts.set_language("en")
