"""The file of what is trusted, and what follows from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from esxlab.backends.credentials import Credentials
from esxlab.backends.endpoints import Endpoints
from esxlab.backends.host_keys import HostKeys, fingerprint
from esxlab.backends.router.routers import NetmikoRouters
from esxlab.cli.trusted import FILE_NAME, Trusted, load_trusted, save_trusted
from esxlab.errors import LabError
from esxlab.lab.machine import Server, Site
from esxlab.lab.router import Router, RouterAddress, RouterChange, RouterTable
from tests.vsphere_worlds import wanted_lab

SITE = Site(Server("memory.example", "prof"), "datastore1", "modeleD9", "VM Network")
TRUSTED = Trusted({"vcenter.example": "ab" * 32}, {"10.0.0.7": "FTX1"})
KEYS = ("ssh-rsa AAAAB3NzaC1yc2E=", "ssh-rsa AAAAB3NzaC1yc2F=")


def lab_with(serial: str):
    router = Router(RouterAddress("10.0.0.7", serial_number=serial), RouterTable())
    return replace(wanted_lab(7, SITE), router=router)


def test_what_is_saved_is_found_again_and_only_its_owner_reads_it(tmp_path) -> None:
    assert load_trusted(tmp_path) == Trusted()
    save_trusted(tmp_path / "new", TRUSTED)
    assert load_trusted(tmp_path / "new") == TRUSTED
    assert (tmp_path / "new" / FILE_NAME).stat().st_mode & 0o077 == 0


def test_what_another_run_has_confirmed_meanwhile_is_not_lost(tmp_path) -> None:
    save_trusted(tmp_path, Trusted({"one.example": "aa" * 32}, {"10.0.0.1": "FTX1"}))
    save_trusted(tmp_path, Trusted({"two.example": "bb" * 32}, {"10.0.0.1": "FTX2"}))
    kept = load_trusted(tmp_path)
    assert kept.certificates == {"one.example": "aa" * 32, "two.example": "bb" * 32}
    assert kept.serials == {"10.0.0.1": "FTX2"}


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"certificates": 1, "serials": {}}', "\0"])
def test_a_file_that_is_none_is_an_error_and_not_an_empty_trust(tmp_path, content) -> None:
    (tmp_path / FILE_NAME).write_text(content)
    with pytest.raises(LabError) as caught:
        load_trusted(tmp_path)
    assert caught.value.code == "trust.file"
    assert caught.value.where.endswith(FILE_NAME)


def test_a_confirmed_serial_number_is_what_the_router_must_show() -> None:
    (pinned,) = TRUSTED.pin_routers([lab_with("")])
    assert pinned.router.address.serial_number == "FTX1"
    (spec,) = TRUSTED.pin_routers([lab_with("FTX2")])
    assert spec.router.address.serial_number == "FTX2"
    assert TRUSTED.pin_routers([wanted_lab(1, SITE)]) == (wanted_lab(1, SITE),)


def test_a_line_without_a_key_is_not_even_dialled_before_somebody_has_agreed() -> None:
    routers = NetmikoRouters(Endpoints(), Credentials())
    line = RouterAddress("10.0.0.7", "cisco_ios_telnet", 2323, serial_number="FTX9")
    change = RouterChange(("interface FastEthernet0/0", "no shutdown"))
    with pytest.raises(LabError) as caught:
        routers.push(line, change, RouterTable())
    assert caught.value.code == "router.unconfirmed"
    assert "telnet 2323" in str(caught.value)
    routers.push(line, RouterChange(), RouterTable())  # nothing to send: no question


@pytest.mark.parametrize(
    "way", [("cisco_ios_telnet", 23), ("cisco_ios_serial", 22), ("cisco_ios_telnet", 2323)]
)
def test_where_a_key_was_confirmed_no_password_goes_over_a_line_without_one(way, tmp_path) -> None:
    """A record on a datastore may say telnet of a host that was confirmed by its key; nothing is dialled."""
    routers = NetmikoRouters(Endpoints(), Credentials(), key_file=tmp_path / "router_keys")
    routers.confirm(RouterAddress("10.0.0.7"), KEYS[0])
    with pytest.raises(LabError) as caught:
        routers.observe(RouterAddress("10.0.0.7", *way, serial_number="FTX1"), RouterTable())
    assert caught.value.code == "router.other_line"
    assert fingerprint(KEYS[0]) in str(caught.value)


def test_another_port_of_a_line_without_a_key_is_not_told_as_another_key() -> None:
    keys = HostKeys(None)
    keys.pin("10.0.0.7", "telnet 2323")
    with pytest.raises(LabError) as caught:
        keys.check("10.0.0.7", "telnet 2324")
    assert caught.value.code == "router.other_line"
    said = str(caught.value)
    assert "telnet 2323" in said
    assert "telnet 2324" in said
    assert "crypto key" not in said


def test_another_host_key_is_refused_with_both_values_until_it_is_pinned(tmp_path) -> None:
    keys = HostKeys(tmp_path / "router_keys")
    with pytest.raises(LabError) as caught:
        keys.check("10.0.0.7", KEYS[0])
    assert caught.value.code == "router.unconfirmed"
    assert fingerprint(KEYS[0]) in str(caught.value)
    assert not keys.known("10.0.0.7")  # nobody was asked
    keys.pin("10.0.0.7", KEYS[0])
    with pytest.raises(LabError) as caught:
        HostKeys(tmp_path / "router_keys").check("10.0.0.7", KEYS[1])
    assert caught.value.code == "router.host_key"
    assert all(fingerprint(key) in str(caught.value) for key in KEYS)
    keys.pin("10.0.0.7", KEYS[1])
    HostKeys(tmp_path / "router_keys").check("10.0.0.7", KEYS[1])


def test_a_line_that_is_no_key_is_shown_as_it_is() -> None:
    assert fingerprint("ssh-rsa edited by hand") == "ssh-rsa edited by hand"
    assert fingerprint(KEYS[0]).startswith("SHA256:")
