"""A real vSphere client beside esxlab: govc reads what was made, takes lines that esxlab prints, disturbs.

The simulator is govmomi's, and so is govc; neither was written for esxlab. The machines are those of the
exercise's text (names, 1 GB, one card, and repartiteur1's second); privileges are those that a real vCenter
listed when govmomi's simulator was recorded.
"""

from __future__ import annotations

import json
import shlex

import pytest
from click.testing import CliRunner

from esxlab.cli.group import esxlab
from tests.govc import Govc
from tests.troubled import troubled

pytestmark = pytest.mark.scenario

HOST = "vcenter.school.example"
FOLDER = "/School/vm/esxlab-demo-g01"
CARDS = {"srvweb1": 1, "srvweb2": 1, "repartiteur1": 2, "ClientA": 2, "ClientB": 2}
"""By the exercise; the clients keep a card on the school's network (decision 6)."""


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    with troubled(tmp_path_factory.mktemp("school"), groups="1-2") as trouble:
        trouble.provision("1")
        yield trouble


@pytest.fixture(scope="module")
def govc(up):
    return Govc(
        up.access["servers"][HOST], "prof", up.access["passwords"]["vsphere"], up.directory / "govmomi"
    )


def test_govc_finds_the_machines_of_the_sheet_on_and_as_large_as_it_says(govc) -> None:
    found = govc.ask("vm.info", *(f"{FOLDER}/g01-{name}" for name in CARDS))["virtualMachines"]
    seen = {}
    for machine in found:
        hardware = machine["config"]["hardware"]
        cards = [device for device in hardware["device"] if device.get("macAddress")]
        seen[machine["name"]] = (machine["runtime"]["powerState"], hardware["memoryMB"], len(cards))
    assert seen == {f"g01-{name}": ("poweredOn", 1024, cards) for name, cards in CARDS.items()}


def test_each_disk_lies_in_a_folder_of_its_machine_and_is_no_copy_of_a_name(govc) -> None:
    files = set()
    for name in CARDS:
        (disk,) = (
            device
            for device in govc.ask("device.info", "-vm", f"{FOLDER}/g01-{name}", "disk-*")["devices"]
            if device["type"] == "VirtualDisk"
        )
        files.add(disk["backing"]["fileName"])
        assert name.lower() in disk["backing"]["fileName"].lower()
    assert len(files) == len(CARDS)


@pytest.mark.parametrize("options", [(), ("--cloning",), ("--existing-networks",)])
def test_the_line_that_makes_the_role_makes_it_and_a_vcenter_knows_its_privileges(govc, options) -> None:
    printed = CliRunner().invoke(esxlab, ["role", "print", "--for", "govc", *options]).output
    program, command, name, *privileges = shlex.split(printed)
    assert program == "govc"
    known = set(govc.run("role.ls", "Admin").split())
    assert set(privileges) <= known
    govc.run(command, name, *privileges)
    try:
        assert set(privileges) <= set(govc.run("role.ls", name).split())
    finally:
        govc.run("role.remove", name)


def test_one_environment_logs_both_programs_in(up, govc) -> None:
    host, port = up.access["servers"][HOST]
    assert govc.run("about")
    listed = up.run(
        "teardown", "--class", "demo", "--all", "--dry-run", "--thumbprint", up.access["thumbprints"][HOST],
        env=govc.environment,
    )  # fmt: skip
    assert listed.exit_code == 0, listed.output
    assert "srvweb1" in listed.output, (host, port)


@pytest.fixture
def disturbed(up, govc):
    """A technician with govc: a card pulled, a machine off, a snapshot, and things of his own beside ours."""
    up.provision("1")
    govc.run("device.disconnect", "-vm", f"{FOLDER}/g01-srvweb1", "ethernet-0")
    govc.run("vm.power", "-off", "-force", f"{FOLDER}/g01-ClientA")
    govc.run("snapshot.create", "-vm", f"{FOLDER}/g01-srvweb2", "before the lesson")
    govc.run("vm.create", "-on=false", "-folder", FOLDER, "-ds", "datastore1", "-net", "VM Network", "spare")
    govc.run("datastore.mkdir", "-ds", "datastore1", "notes")
    yield
    govc.run("vm.destroy", f"{FOLDER}/spare")
    govc.run("datastore.rm", "-ds", "datastore1", "notes")


def test_what_a_technician_did_is_put_right_and_his_own_things_stay(up, govc, disturbed) -> None:
    (planned,) = json.loads(up.must("plan", "-g", "1", "-o", "json").stdout)["groups"]
    assert {action["key"] for action in planned["actions"]} == {
        "power-on ClientA",
        "connect-nics srvweb1",
        "restart srvweb1",
    }
    up.provision("1")
    (after,) = json.loads(up.must("plan", "-g", "1", "-o", "json").stdout)["groups"]
    assert after["actions"] == []
    (card,) = govc.ask("device.info", "-vm", f"{FOLDER}/g01-srvweb1", "ethernet-0")["devices"]
    assert card["connectable"]["connected"]
    up.must("teardown", "-g", "1", "--yes")
    assert set(govc.run("find", "/School/vm", "-type", "m").split()) == {
        "/School/vm/modeleD9",
        f"{FOLDER}/spare",
    }
    assert set(govc.run("datastore.ls", "-ds", "datastore1").split()) == {"modeleD9", "notes", "spare"}
