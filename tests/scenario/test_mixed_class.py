"""One class on two free hosts, one of them without its API, and a vCenter: one command does all of it."""

from __future__ import annotations

import pytest

from tests.borrowed import borrows
from tests.classroom import classroom
from tests.roads import skip_on_other_days

pytestmark = [pytest.mark.scenario, borrows("busybox")]
SPEC = """\
class: mixed
groups: 1-3
vsphere:
  hosts: {1: esxi1.lycee.example, 2: esxi2.lycee.example, 3: vcenter.lycee.example}
  user: root
router: none
overrides:
  2: {vsphere: {api: none}}
  3: {vsphere: {esxi: esxi3.lycee.example}}
"""
ROADS = {
    "esxi1.lycee.example: free licence: changes go over SSH",
    "esxi2.lycee.example: looked at and changed over SSH, as the spec says (`api: none`)",
}


@pytest.fixture(scope="module", autouse=True)
def _on_its_day(request):
    skip_on_other_days(request)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    directory = tmp_path_factory.mktemp("mixed")
    spec = directory / "mixed.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    with classroom(spec, directory, licence="free", engine="idle") as found:
        yield found


def test_free_hosts_and_a_vcenter_in_one_command(room):
    nothing = room.picture()
    told = room.must("plan", "--only", "machines").err
    assert {line.strip() for line in told.splitlines() if "SSH" in line} >= ROADS
    made = ("provision", "--until", "machines", "--yes", "-o", "json")
    assert {group["result"] for group in room.must(*made).document["groups"]} == {"done"}
    changing = {host for host, proxy in room.school.proxies.items() if proxy.calls.since(mutating=True)}
    assert changing == {"vcenter.lycee.example"}
    assert room.school.proxies["esxi2.lycee.example"].calls.count == 0
    assert {group["result"] for group in room.must(*made).document["groups"]} == {"nothing"}
    room.must("teardown", "--all", "--yes")
    assert room.picture() == nothing
