"""What a teardown aims at, with a spec and without one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from esxlab.cli.target import Login, Target, find_target
from esxlab.errors import LabError
from esxlab.lab.commands import teardown_command
from esxlab.lab.identity import GroupId
from esxlab.lab.machine import Server

SPECS = Path(__file__).parents[2] / "specs"
NOBODY = Login("", "", "", "")


def target(file: Path | None, groups: str, login: Login, *, sim: bool = False) -> Target:
    return find_target(file, groups, login, sim=sim)


@pytest.fixture(autouse=True)
def _no_govc(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOVC_URL", "GOVC_USERNAME", "GOVC_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def test_a_group_of_the_spec_is_looked_for_on_its_own_server_only() -> None:
    found = target(SPECS / "tp-esxi.yaml", "7", NOBODY)
    assert found.groups == (7,)
    assert len(found.servers) == 1


def test_a_group_that_left_the_spec_is_looked_for_everywhere() -> None:
    whole = target(SPECS / "tp-esxi.yaml", "", NOBODY)
    assert whole.groups is None
    assert target(SPECS / "tp-esxi.yaml", "99", NOBODY).servers == whole.servers


def test_the_spec_is_found_upward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "esxlab.yaml").write_text((SPECS / "demo.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    found = target(None, "2", NOBODY)
    assert (found.class_name, found.sim) == ("demo", True)


def test_another_class_than_the_spec_says_is_refused() -> None:
    with pytest.raises(LabError) as caught:
        target(SPECS / "demo.yaml", "2", Login("other", "", "", ""))
    assert caught.value.code == "usage.class_differs"


def test_by_login_no_spec_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "esxlab.yaml").write_text("groups: [broken", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = target(None, "1-2", Login("sio2", "esxi1.example", "prof", "ab"))
    assert found == Target("sio2", (1, 2), (Server("esxi1.example", "prof", 443, "ab"),), sim=False)


@pytest.mark.parametrize(
    "url", ["https://prof:s%2Fecret@vc.example:8443/sdk", "prof:s%2Fecret@vc.example:8443"]
)
def test_govc_gives_the_login(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVC_URL", url)
    found = target(None, "1", Login("sio2", "", "", ""))
    assert found.servers == (Server("vc.example", "prof", 8443),)
    assert found.password == "s/ecret"
    assert "s/ecret" not in repr(found)


def test_govc_password_is_never_sent_to_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVC_URL", "https://prof:secret@vc.example/sdk")
    monkeypatch.setenv("GOVC_PASSWORD", "secret")
    found = target(None, "1", Login("sio2", "esxi1.example", "", ""))
    assert (found.servers, found.password) == ((Server("esxi1.example", "root"),), "")


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("vc", "vc", 443), ("vc:8443", "vc", 8443), ("[::1]", "::1", 443), ("[::1]:9443", "::1", 9443)],
)
def test_a_server_may_have_a_port(text: str, host: str, port: int) -> None:
    found = target(None, "1", Login("sio2", text, "prof", ""))
    assert found.servers == (Server(host, "prof", port),)


@pytest.mark.parametrize("text", ["vc:port", "vc:99999", "me@vc", "https://vc", "vc/sdk", ":443", "vc?x"])
def test_what_is_no_server_is_refused(text: str) -> None:
    with pytest.raises(LabError) as caught:
        target(None, "1", Login("sio2", text, "prof", ""))
    assert caught.value.code == "usage.server"


def test_govc_password_is_not_for_another_port_of_that_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVC_URL", "https://prof:secret@vc.example/sdk")
    found = target(None, "1", Login("sio2", "vc.example:8443", "", ""))
    assert (found.servers, found.password) == ((Server("vc.example", "root", 8443),), "")


def test_without_any_server_it_says_what_is_missing() -> None:
    with pytest.raises(LabError) as caught:
        target(None, "1", Login("sio2", "", "", ""))
    assert caught.value.code == "usage.server_missing"


def test_the_school_names_its_servers_and_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESXLAB_SCHOOL", str(tmp_path))
    with pytest.raises(LabError) as caught:
        target(None, "1", Login("demo", "", "", ""), sim=True)
    assert caught.value.code == "school.down"
    places = {"vc": ["127.0.0.1", 1], "esxi": ["127.0.0.1", 2]}
    access = {"servers": places, "routers": {}, "users": {"vc": "prof"}, "passwords": {}, "thumbprints": {}}
    (tmp_path / "school.json").write_text(json.dumps(access), encoding="utf-8")
    found = target(None, "1", Login("demo", "", "", ""), sim=True)
    assert found.servers == (Server("vc", "prof"), Server("esxi", "root"))


def test_a_host_without_an_api_is_named_with_its_road():
    """And the command that a message tells is read back to the same server."""
    [server] = target(None, "1", Login("sio2", "ssh://esxi1.example", "", "")).servers
    assert (server.host, server.user, server.api) == ("esxi1.example", "root", "none")
    command = teardown_command(GroupId("sio2", 1), server)
    assert "--server=ssh://esxi1.example" in command
