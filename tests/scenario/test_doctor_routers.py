"""`esxlab doctor` as a command: routers, a model that has changed, and that nothing is changed by it."""

from __future__ import annotations

import json

import pytest

from esxlab.sim.router.configure import ConfigMode
from tests.troubled import troubled

pytestmark = pytest.mark.scenario


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with troubled(tmp_path_factory.mktemp("school"), groups="1-3", engine="idle") as trouble:
        yield trouble


def rows(trouble, *words, status=0):
    with trouble.nothing_changes():
        result = trouble.must("doctor", "-o", "json", *words, status=status)
    findings = json.loads(result.stdout)["findings"]
    return {(f["topic"], f["where"].partition(",")[0]): f for f in findings if code(f) != "doctor.serial"}


def code(row):
    return row["error"]["code"] if row["error"] else ""


def test_routers_are_looked_at_without_a_mutating_call(up):
    found = rows(up)
    for group in (1, 2, 3):
        host = f"router{group}.school.example"
        assert "IOS" in found["router", host]["text"]
        assert up.router(group).box.serial_number in found["router", host]["text"]
        assert "free" in found["nat", host]["text"]
        assert found["clock", host]["verdict"] == "ok"
        assert "ed25519" in found["ssh", host]["text"]
    assert not up.calls(mutating=True)
    assert [f["verdict"] for f in found.values()].count("failed") == 0


def test_each_router_is_logged_in_to_once(up):
    before = [up.router(group).box.log.logins for group in (1, 2, 3)]
    rows(up)
    assert [up.router(group).box.log.logins for group in (1, 2, 3)] == [logins + 1 for logins in before]


def test_a_clock_that_nobody_has_set_and_a_port_that_is_taken(up):
    up.router(1).faults.clock_apart_s = -33 * 365 * 86400.0
    stranger = "ip nat inside source static tcp 172.16.9.9 80 interface FastEthernet0/0 80"
    box = up.router(2).box
    ConfigMode(box.running, box).execute(stranger)
    try:
        found = rows(up, status=4)
    finally:
        up.router(1).faults.clock_apart_s = 0.0
        ConfigMode(box.running, box).execute(f"no {stranger}")
    assert code(found["clock", "router1.school.example"]) == "doctor.router_clock"
    assert code(found["router", "router2.school.example"]) == "router.nat_port_taken"
    assert ("nat", "router2.school.example") not in found


def test_a_model_that_has_changed_since_doctor_last_looked(up):
    rows(up)
    assert rows(up)["model", "modeleD9"]["verdict"] == "ok"
    (disk,) = [p for p in (up.store / "modeleD9").glob("*.vmdk") if "-flat" not in p.name]
    before = disk.stat()
    disk.write_bytes(disk.read_bytes() + b"# written to\n")
    try:
        assert code(rows(up)["model", "modeleD9"]) == "doctor.model_changed"
        assert rows(up)["model", "modeleD9"]["verdict"] == "ok"  # told once
    finally:
        disk.write_bytes(disk.read_bytes()[: before.st_size])
