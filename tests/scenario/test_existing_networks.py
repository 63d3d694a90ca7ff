"""Networks that an administrator has made: used from the first plan to the teardown, and never touched.

The account may make none: it has Network.Assign and neither Host.Config.Network nor any DVPortgroup.* nor
DVSwitch.* privilege ("Required Privileges" of each method in the vSphere API reference).
"""

from __future__ import annotations

import contextlib
import json

import pytest

from esxlab.sim.inventory import add_distributed_switch, await_task, log_in, port_group_spec, pyvmomi, read
from tests.classroom import SPECS, classroom, vcsim_user

pytestmark = pytest.mark.scenario

NETWORKS = (
    "Host.Config.Network",
    "DVSwitch.Create",
    "DVPortgroup.Create",
    "DVPortgroup.Modify",
    "DVPortgroup.Delete",
)
PLACE = {
    "host": "vcenter.lycee.example",
    "user": "prof",
    "datacenter": "Lycée",
    "esxi": "esxi1",
    "datastore": "datastore1",
}


def given(name, **more):
    return {"port_group": name, "existing": True, **more}


def write(spec, place=PLACE, router="10.0.0.1", **parts):
    content = {"class": "sio2", "groups": "1", "vsphere": place, "router": {"host": router}, **parts}
    spec.write_text(json.dumps(content), encoding="utf-8")
    return spec


def a_class(directory, **parts):
    return classroom(write(directory / "esxlab.yaml", **parts), directory, lacking=NETWORKS, speed=100.0)


@contextlib.contextmanager
def an_administrator(room):
    """A session on vcsim itself, past the proxy: nothing is lacking there. (session, its datacenter)."""
    host, vcsim = next(iter(room.school.vcsims.items()))
    service = log_in(vcsim.port, vcsim_user(room.school.shape, host), room.access["passwords"]["vsphere"])
    try:
        yield service, service.RetrieveContent().rootFolder.childEntity[0]
    finally:
        service.content.sessionManager.Logout()
        service._stub.DropConnections()


def networks(picture):
    """All that an administrator sees of networks."""
    return {
        host: {
            key: value for key, value in seen.items() if key.split()[0] in {"network", "port", "distributed"}
        }
        for host, seen in picture.inventory.items()
    }


def cards(room, name):
    """What each card of a machine is on: a standard port group by name, a distributed one by key."""
    vim = pyvmomi().vim
    with an_administrator(room) as (service, datacenter):
        view = service.content.viewManager.CreateContainerView(datacenter, [vim.VirtualMachine], True)
        found = read(service, list(view.view), ["name", "config.hardware.device"]).values()
        devices = next(vm["config.hardware.device"] for vm in found if vm["name"] == name)
    backings = (d.backing for d in devices if isinstance(d, vim.vm.device.VirtualEthernetCard))
    return [getattr(b, "deviceName", "") or b.port.portgroupKey for b in backings]


LIVES = {
    "distributed": [
        given("Réseau du groupe 1", kind="distributed"),
        given("SIO & CO / 12", kind="distributed"),
    ],
    "standard": [given("G01-IN", kind="standard"), given("Salle n°12", kind="standard", vlan=412)],
}


def test_the_shipped_class_lives_on_networks_that_it_may_not_make(tmp_path):
    """Plan, provision, verify, a drill that unplugs a card, the switch to part 2 and its drill, teardown."""
    group = ("-g", "1")
    with classroom(SPECS / "tp-existing-networks.yaml", tmp_path, lacking=NETWORKS) as room:
        before = room.picture()
        assert [key for key in networks(before)["vcenter.lycee.example"] if "group G01-" in key] == [
            "distributed port group G01-IN",
            "distributed port group G01-OUT",
        ]
        seen = {f["where"]: f for f in room.must("doctor", "-o", "json", *group).document["findings"]}
        assert seen["esxi1.lycee.example, G01-IN"]["text"] == "exists: distributed, DSwitch, VLAN 3001"
        room.must("provision", "--yes", *group)
        assert "Nothing to do" in room.must("plan", *group).out
        room.must("verify", *group)
        room.must("drill", "nic", "--yes", *group)
        room.must("provision", "--scenario", "lb", "--yes", *group)
        room.must("verify", "--scenario", "lb", *group)
        room.must("drill", "server", "--scenario", "lb", "--yes", *group)
        room.must("teardown", "--yes", *group)
        assert room.picture() == before
        assert not {call.method for call in room.changes()} & {
            "AddPortGroup", "RemovePortGroup", "UpdatePortGroup", "CreateDVS_Task", "AddDVPortgroup_Task",
            "ReconfigureDvs_Task", "ReconfigureDVPortgroup_Task",
        }  # fmt: skip


@pytest.mark.parametrize("sides", LIVES.values(), ids=LIVES)
def test_whatever_they_are_called_they_are_used_and_left_as_they_were(sides, tmp_path):
    inside, outside = sides
    with a_class(tmp_path, inside=inside, outside=outside) as room:
        before = room.picture()
        room.must("doctor")
        room.must("provision", "--yes")
        assert "Nothing to do" in room.must("plan").out
        room.must("verify")
        assert networks(room.picture()) == networks(before)
        room.must("teardown", "--all", "--yes")
        assert room.picture() == before


def test_of_a_standard_and_a_distributed_one_of_one_name_the_kind_is_asked_for(tmp_path):
    """Both may have one name (ansible#33284, community.vmware#502)."""
    standard = {"inside": given("G01-IN", kind="standard"), "outside": given("G01-OUT", kind="standard")}
    with a_class(tmp_path, **standard) as room:
        with an_administrator(room) as (service, datacenter):
            keys = add_doubles(service, datacenter, {"G01-IN": 901, "G01-OUT": 902})
        before = room.picture()
        write(room.spec, inside=given("G01-IN"), outside=given("G01-OUT", kind="standard"))
        for command in (("doctor",), ("plan",), ("provision", "--yes")):
            refused = room.run(*command)
            assert refused.status == 6, refused
            said = " ".join((refused.out + refused.err).split())
            assert "several networks G01-IN: distributed (Doubles), standard (vSwitch0)" in said
        assert room.changes() == []
        write(
            room.spec, inside=given("G01-IN", kind="distributed"), outside=given("G01-OUT", kind="standard")
        )
        room.must("provision", "--yes", "--only", "machines", "--only", "guests")
        assert cards(room, "repartiteur1") == ["G01-OUT", keys["G01-IN"]]
        assert "Nothing to do" in room.must("plan", "--only", "machines", "--only", "guests").out
        write(room.spec, **standard)  # of the same name, and another network
        room.must("provision", "--yes")
        assert cards(room, "repartiteur1") == ["G01-OUT", "G01-IN"]
        room.must("verify")
        room.must("teardown", "--all", "--yes")
        assert room.picture() == before


WRONG = {
    "no such name": (given("G01-NI"), "no network G01-NI; it has: "),
    "another kind": (
        given("G01-IN", kind="standard"),
        "G01-IN of the host esxi1 is distributed (DSwitch), and not",
    ),
    "another VLAN": (given("G01-IN", vlan=77), "G01-IN has the VLAN 3001; the spec says 77"),
    "an uplink's": (given("DSwitch-DVUplinks-1"), "no network DSwitch-DVUplinks-1; it has: "),
    "elsewhere": (given("G02-IN"), "esxi1 is no member of the distributed switch Elsewhere, which has"),
}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    directory = tmp_path_factory.mktemp("wrong")
    with a_class(directory, inside=given("G01-IN"), outside=given("G01-OUT")) as room:
        with an_administrator(room) as (service, datacenter):
            add_distributed_switch(service, datacenter, [], {"G02-IN": 5}, name="Elsewhere")
        yield room


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_the_spec_says_wrong_is_told_before_anything_is_changed(furnished, wrong):
    inside, told = wrong
    write(furnished.spec, inside=inside, outside=given("G01-OUT"))
    for command in (("doctor",), ("plan",), ("provision", "--yes")):
        finished = furnished.run(*command)
        assert finished.status == 6, finished
        assert told in " ".join((finished.out + finished.err).split())
    assert furnished.changes() == []


def test_the_account_must_be_allowed_to_use_them(furnished):
    write(furnished.spec, inside=given("G01-IN"), outside=given("G01-OUT"))
    proxy = next(iter(furnished.school.proxies.values()))
    proxy.lacking = (*NETWORKS, "Network.Assign")
    try:
        refused, plan = furnished.run("doctor"), furnished.run("plan")
    finally:
        proxy.lacking = NETWORKS
    assert refused.status == 6
    for said in (refused.out, plan.out):
        assert "vcenter.lycee.example, G01-IN: privileges are missing: Network.Assign" in said
        assert "Host.Config.Network" not in said


def add_doubles(service, datacenter, vlans):
    """Distributed port groups whose names standard ones have already; name -> key.

    vcsim lets only port groups that NSX has made share a name.
    """
    hosts = [host for resource in datacenter.hostFolder.childEntity for host in resource.host]
    switch = add_distributed_switch(service, datacenter, hosts, {}, name="Doubles")
    specs = [port_group_spec(name, vlan, backingType="nsx") for name, vlan in vlans.items()]
    await_task(service, switch.AddDVPortgroup_Task(specs))
    found = read(service, list(switch.portgroup), ["name", "key"]).values()
    return {group["name"]: group["key"] for group in found}
