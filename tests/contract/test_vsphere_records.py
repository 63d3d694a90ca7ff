"""What a record on a datastore may decide: never where to log in, nor as whom; on vcsim, of both kinds."""

from __future__ import annotations

import itertools
import json
import shlex
import shutil
from dataclasses import replace
from urllib.request import urlopen

import pytest

from esxlab.actions.vsphere import WriteGroupRecord
from esxlab.backends.protocols import Backends
from esxlab.engine.examine import examine
from esxlab.engine.options import Options
from esxlab.errors import LabError
from esxlab.lab.lock import LockClaim, router_lock
from esxlab.planning.difference import Difference
from esxlab.planning.provision import plan_group
from esxlab.show.words import unread_line
from esxlab.sim.contracts import DatastoreShape
from esxlab.sim.proxy.rules import Rule
from esxlab.sim.proxy.soap import Fault
from esxlab.workflow import plan_provision, plan_teardown, status
from tests.listener import listening
from tests.memory.guests import MemoryGuests
from tests.memory.routers import MemoryRouters
from tests.memory.school import running_school
from tests.roads import API, NO_API, SHELLS, free_school, world_on
from tests.schools import ESXI, VCENTER, lone_esxi, school, trust_nobody, vcenter
from tests.vsphere_worlds import build, record_of, remove_class, shown_on, wanted_lab

pytestmark = pytest.mark.scenario
NUMBERS = itertools.count(1)
OTHER = "5f0cf1d0-0000-4000-8000-000000000001"
"""What some other vCenter calls itself."""


def two_stores(server):
    """The same server with one datastore more."""
    return replace(server, datastores=(*server.datastores, DatastoreShape("colleagues", server.esxi[:1])))


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    shape = school(two_stores(vcenter()), two_stores(lone_esxi()))
    with running_school(shape, tmp_path_factory.mktemp("school"), engine="idle") as running:
        yield running


@pytest.fixture(scope="module")
def free(tmp_path_factory):
    with free_school(tmp_path_factory, two_stores(lone_esxi())) as running:
        yield running


@pytest.fixture(params=[*API, *SHELLS, *NO_API])
def world(request):
    with world_on(request.param, request) as found:
        yield found
        found.proxy.rules.clear()


@pytest.fixture
def lab(world):
    """A running group of a class of its own; its record is put right again in the end."""
    number = next(NUMBERS)
    wanted = wanted_lab(number % 90 + 1, world.site, f"record{number}", names=("srvweb1",))
    build(world.vsphere, wanted)
    kept = record_path(world, wanted).read_text()
    yield wanted
    world.proxy.rules.clear()
    if record_path(world, wanted).parent.exists():
        record_path(world, wanted).write_text(kept)
    remove_class(world.vsphere, world.server, wanted.group.class_name)
    assert world.vsphere.find_class(world.server, wanted.group.class_name) == {}


@pytest.fixture
def evil(tmp_path):
    """Somebody's server that waits for passwords. It does hear those who connect."""
    with listening(tmp_path / "evil") as found:
        with pytest.raises(OSError, match="500"):
            urlopen(f"https://127.0.0.1:{found.port}/probe", context=trust_nobody(), timeout=60)
        assert b"/probe" in found.heard[0]
        found.heard.clear()
        yield found


def record_path(world, lab):
    return world.datastore / lab.group.folder_name / "record.json"


def edit(world, lab, change):
    path = record_path(world, lab)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def lead_to(evil, *, identity=None):
    """An edit of a record: its server is the evil one, its user somebody else."""

    def change(content):
        content["site"]["server"] = {
            "host": "127.0.0.1",
            "user": "colleague",
            "port": evil.port,
            "thumbprint": evil.thumbprint,
        }
        if identity == "":
            del content["server_identity"]
        elif identity:
            content["server_identity"] = identity

    return change


def found_by(vsphere, world, lab):
    return vsphere.find_class(world.server, lab.group.class_name)[lab.group]


def logins(world, since):
    return [
        dict(call.arguments)["userName"] for call in world.proxy.calls.since(since) if call.method == "Login"
    ]


def one_login(world):
    """Of the API; a host whose API is nobody's has one over SSH (test_esxi_link)."""
    return [] if world.server.api == "none" else [world.server.user]


def test_a_record_holds_what_its_server_calls_itself(world, lab):
    content = json.loads(record_path(world, lab).read_text())
    other = {VCENTER: ESXI, ESXI: VCENTER}[world.server.host]
    assert len(content["server_identity"]) == 36
    assert content["server_identity"] != other


def test_a_plan_reads_a_record_once_and_whoever_asks_again_reads_it_again(world, lab):
    vsphere, name, kept = world.another(), lab.group.class_name, record_path(world, lab).read_text()
    start = world.proxy.calls.count

    def asked():
        return [call.method for call in world.proxy.calls.since(start)]

    vsphere.observe([lab])
    once = asked()
    assert vsphere.find_records(world.server, name, again=False)[lab.group].site == lab.site
    assert asked() == once
    record_path(world, lab).unlink()
    assert vsphere.find_records(world.server, name)[lab.group] is None
    record_path(world, lab).write_text(kept)
    vsphere.observe([lab])
    assert vsphere.find_records(world.server, name, again=False)[lab.group].site == lab.site
    vsphere.close()


@pytest.mark.parametrize("identity", [None, ""], ids=["kept", "older record"])
def test_a_record_that_names_another_server_leads_nowhere(world, lab, evil, identity):
    """The server knows itself, and the machines are here: the group is, whatever the name in its record."""
    edit(world, lab, lead_to(evil, identity=identity))
    vsphere, start = world.another(), world.proxy.calls.count
    seen, record = found_by(vsphere, world, lab)
    assert [problem.code for problem in seen.problems] == []
    assert (seen.site, record.site) == (lab.site, lab.site)
    assert [r.site.server for r in vsphere.find_all_records(world.server)] == [world.server]
    assert vsphere.find_records(world.server, lab.group.class_name)[lab.group].site == lab.site
    remove_class(vsphere, world.server, lab.group.class_name)
    assert vsphere.find_class(world.server, lab.group.class_name) == {}
    vsphere.close()
    assert evil.silent
    assert logins(world, start) == one_login(world)


def test_a_group_that_belongs_elsewhere_is_reported_with_the_command(world, lab, evil):
    edit(world, lab, lead_to(evil, identity=OTHER))
    vsphere, start = world.another(), world.proxy.calls.count
    seen, _ = found_by(vsphere, world, lab)
    [problem] = seen.problems
    assert problem.code == "record.elsewhere"
    words = shlex.split(problem.facts["command"])
    assert words[:2] == ["esxlab", "teardown"]
    assert f"--class={lab.group.class_name}" in words
    assert f"--server=127.0.0.1:{evil.port}" in words
    assert f"--user={world.server.user}" in words
    assert "colleague" not in problem.facts["command"]
    assert lab.group.folder_name in problem.facts["file"]
    assert seen.site.server == world.server
    vsphere.find_all_records(world.server)
    vsphere.close()
    assert evil.silent
    assert logins(world, start) == one_login(world)


def test_the_command_is_one_command_whatever_the_record_names(world, lab):
    def change(content):
        content["site"]["server"]["host"] = "::ffff:1.2.3.4%eth0"
        content["server_identity"] = OTHER

    edit(world, lab, change)
    [problem] = found_by(world.vsphere, world, lab)[0].problems
    assert problem.code == "record.elsewhere"
    edit(world, lab, lambda content: content["site"]["server"].update(host="x; rm -rf ~"))
    [problem] = found_by(world.vsphere, world, lab)[0].problems
    assert problem.code == "record.refused"


def test_an_older_record_without_machines_here_is_believed_to_be_elsewhere(world, lab, evil):
    seen, _ = found_by(world.vsphere, world, lab)
    for machine in seen.machines:
        world.vsphere.power_off(lab.site, machine, gently_s=0)
        world.vsphere.destroy_machine(lab.site, machine)
    edit(world, lab, lead_to(evil, identity=""))
    seen, _ = found_by(world.vsphere, world, lab)
    assert [problem.code for problem in seen.problems] == ["record.elsewhere"]
    assert evil.silent


@pytest.mark.parametrize(
    ("alias", "user"), [("short", "prof"), ("10.9.8.7", "prof"), ("other.example", "prof")]
)
def test_another_name_of_the_same_server_finds_the_group(world, lab, alias, user):
    """By an alias, by an address, after a renewed certificate; a record that another account has made."""
    edit(world, lab, lambda content: content["site"]["server"].update(user="colleague", thumbprint="ab" * 32))
    name = world.server.host.partition(".")[0] if alias == "short" else alias
    vsphere = world.another(called=name)
    server, start = replace(world.server, host=name), world.proxy.calls.count
    seen, record = vsphere.find_class(server, lab.group.class_name)[lab.group]
    assert [problem.code for problem in seen.problems] == []
    assert {seen.site.server, record.site.server} == {server}
    remove_class(vsphere, server, lab.group.class_name)
    assert vsphere.find_class(server, lab.group.class_name) == {}
    vsphere.close()
    assert logins(world, start) == one_login(world)


def test_locks_of_a_router_are_taken_where_records_lie_with_one_login(world, lab, evil):
    """A colleague's record names its server, account and host: nothing of it is dialled, or looked up."""
    edit(world, lab, lead_to(evil, identity=OTHER))
    edit(world, lab, lambda content: content["site"].update(esxi="gone.example", datacenter="gone"))
    vsphere, start = world.another(), world.proxy.calls.count
    [record] = [r for r in vsphere.find_all_records(world.server) if r.group == lab.group]
    claim = LockClaim("ab" * 16, "prof@here", "here")
    vsphere.lock(record.site, router_lock("10.0.0.1"), claim)
    assert (world.datastore / router_lock("10.0.0.1") / "lock.json").exists()
    vsphere.unlock(record.site, router_lock("10.0.0.1"), claim)
    vsphere.close()
    assert evil.silent
    assert logins(world, start) == one_login(world)


FAULTS = ["NoPermission", "CannotAccessFile", "FileNotFound", "HostNotConnected", "Timedout"]


@pytest.mark.needs("looks by the API")
@pytest.mark.parametrize("fault", FAULTS)
def test_somebody_elses_closed_datastore_is_told_and_passed_by(world, lab, fault):
    close_store(world, "colleagues", fault)
    found = world.vsphere.find_class(world.server, lab.group.class_name)
    assert found[lab.group][0].problems == ()
    assert [error.where for error in found.unread] == ["[colleagues]"]
    assert world.vsphere.find_class(world.server, "nobody").unread != ()
    backends = Backends(world.vsphere, MemoryGuests(), MemoryRouters())
    plan = plan_provision([lab], backends, Options())
    assert plan.groups[0].problems == ()
    standing = status([lab], backends)
    assert standing.groups[0].problems == ()
    for unread in (plan.unread, standing.unread):
        assert [error.where for error in unread] == ["[colleagues]"]
    assert len(unread_line("status.unread", unread[0]).splitlines()) == 1
    world.vsphere.write_group_record(record_of(lab))


@pytest.mark.needs("looks by the API")
@pytest.mark.parametrize("fault", FAULTS)
def test_a_group_whose_own_datastore_is_closed_is_not_taken_apart(world, lab, fault):
    close_store(world, "datastore1", fault)
    found = world.vsphere.find_class(world.server, lab.group.class_name)
    assert [problem.where for problem in found[lab.group][0].problems] == ["[datastore1]"]
    [problem] = world.vsphere.observe([lab])[lab.group].problems
    assert problem.where == "[datastore1]"


def close_store(world, name, fault):
    [store] = [store for store in world.datacenter.datastore if store.name == name]
    browser = store.browser._GetMoId()
    for method in ("SearchDatastore_Task", "SearchDatastoreSubFolders_Task"):
        world.proxy.rules.add(Rule("fault", method, browser, nth=0, fault=Fault(fault, "closed")))


@pytest.fixture
def renamed(world, lab):
    """The group's datastore has another name by now, and the spec says so."""
    fresh = "datastore1 (1)"
    world.rename_datastore("datastore1", fresh)
    yield shown_on(lab, fresh)
    world.rename_datastore(fresh, "datastore1")


def test_what_an_older_esxlab_left_on_a_renamed_datastore_is_still_the_groups(world, lab, renamed):
    """Its record has no locator of the datastore: the name that it has is free."""
    edit(world, lab, lambda content: content.pop("datastore_url"))
    with world.session_of_its_own() as vsphere:
        seen = vsphere.observe([renamed])[lab.group]
        assert seen.problems == ()
        assert [p.ours for p in seen.port_groups] == [True, True]
        assert [machine.runtime.disks for machine in seen.machines] == [(renamed.machines[0].disk_path,)]
        assert [folder.path for folder in seen.folders] == [folder.path for folder in lab.folders]
        there, record = found_by(vsphere, world, lab)
        assert there.problems == ()
        assert (len(there.machines), len(there.folders), len(there.port_groups)) == (1, 1, 2)
        assert (record.site.datastore, record.former) == ("datastore1 (1)", "datastore1")
        assert [r.site.datastore for r in vsphere.find_all_records(world.server) if r.group == lab.group] == [
            "datastore1 (1)"
        ]
        remove_class(vsphere, world.server, lab.group.class_name)
        assert vsphere.find_class(world.server, lab.group.class_name) == {}
        assert vsphere.observe([renamed])[lab.group].port_groups == ()


def test_the_next_provision_writes_the_name_of_now(world, lab, renamed):
    """As `plan` sees it, and as `claim` mends it: record and owner files say where they are, and no other."""
    before = json.loads((world.datastore / lab.folders[0].path / "esxlab.json").read_text())
    with world.session_of_its_own() as vsphere:
        vsphere.observe([renamed])
        earlier = vsphere.find_records(world.server, lab.group.class_name)[lab.group]
        found = vsphere.observe([renamed])[lab.group]
        [mended] = plan_group(Difference(wanted=found, found=found, earlier=earlier))
        assert isinstance(mended, WriteGroupRecord)
        vsphere.write_group_record(mended.record)
        assert vsphere.find_records(world.server, lab.group.class_name)[lab.group].former == ""
        assert found_by(vsphere, world, lab)[0].problems == ()
        content = json.loads(record_path(world, lab).read_text())
        signed = json.loads((world.datastore / lab.folders[0].path / "esxlab.json").read_text())
        remove_class(vsphere, world.server, lab.group.class_name)
        assert vsphere.find_class(world.server, lab.group.class_name) == {}
    assert content["site"]["datastore"] == "datastore1 (1)"
    assert signed["folder"] == f"[datastore1 (1)] {lab.folders[0].path}"
    assert signed["disk"] == before["disk"]


def test_a_copy_of_a_group_folder_on_another_datastore_is_somebodys(world, lab):
    """The datastore that its record names is there, so it has not been renamed into this one."""
    other = world.datastore.parent / "colleagues"
    shutil.copytree(world.datastore / lab.group.folder_name, other / lab.group.folder_name)
    shutil.copytree(world.datastore / lab.folders[0].path, other / lab.folders[0].path)
    try:
        seen, record = found_by(world.vsphere, world, lab)
        assert (seen.problems, record.site.datastore, record.former) == ((), "datastore1", "")
        assert [folder.datastore for folder in seen.folders] == ["datastore1"]
        assert len([r for r in world.vsphere.find_all_records(world.server) if r.group == lab.group]) == 1
    finally:
        shutil.rmtree(other / lab.group.folder_name)
        shutil.rmtree(other / lab.folders[0].path)


def test_a_group_that_belongs_elsewhere_is_not_provisioned(world, lab, evil):
    """One class on two servers that show one datastore: the other's group is not taken over."""
    edit(world, lab, lead_to(evil, identity=OTHER))
    before = record_path(world, lab).read_bytes()
    [problem] = world.vsphere.observe([lab])[lab.group].problems
    assert problem.code == "record.elsewhere"
    for verb in (world.vsphere.write_group_record, world.vsphere.delete_group_record):
        with pytest.raises(LabError) as caught:
            verb(record_of(lab))
        assert caught.value.code == "record.elsewhere"
    assert record_path(world, lab).read_bytes() == before
    assert evil.silent


def test_a_record_cannot_take_away_the_hosts_own_networks(world, lab):
    """Those of vmk0 and of the school: they are as the forged record says, and nobody's card is on one."""

    def change(content):
        for name in ("Management Network", "VM Network"):
            content["port_groups"].append({"name": name, "vlan": 0, "vswitch": "vSwitch0", "ours": True})

    edit(world, lab, change)
    seen, _ = found_by(world.vsphere, world, lab)
    own = [p for p in seen.port_groups if p not in lab.port_groups]
    assert [p.name for p in own] == ["Management Network"]
    with pytest.raises(LabError) as caught:
        world.vsphere.remove_port_group(lab.site, own[0])
    assert (caught.value.code, caught.value.detail) == ("vsphere.in_use", "vmk0")


def test_a_record_with_a_line_of_somebody_elses_is_refused(world, lab):
    def change(content):
        line = [["", "username boss"], "username boss privilege 15 secret x"]
        content["router"] = {"uses": {"lines": [line]}, "before": {"lines": [line]}}

    edit(world, lab, change)
    [problem] = found_by(world.vsphere, world, lab)[0].problems
    assert problem.code == "record.refused"
    [problem] = world.vsphere.observe([lab])[lab.group].problems
    assert problem.code == "record.refused"


def test_a_folder_whose_name_is_no_path_of_ours_stops_nobody(world, lab):
    """Somebody keeps a copy of a folder of ours under a name with brackets in it."""
    copy = world.datastore / "[old] srvweb1"
    copy.mkdir()
    (copy / "esxlab.json").write_bytes((world.datastore / lab.folders[0].path / "esxlab.json").read_bytes())
    try:
        seen, _ = found_by(world.vsphere, world, lab)
    finally:
        (copy / "esxlab.json").unlink()
        copy.rmdir()
    assert seen.problems == ()
    assert [folder.path for folder in seen.folders] == [lab.folders[0].path]


@pytest.mark.parametrize("left", [0, 40])
def test_a_record_that_was_cut_off_is_told_where_machines_stand(world, lab, left):
    """A run that dies leaves such a record too, before it makes anything: that is no news."""
    path = record_path(world, lab)
    path.write_bytes(path.read_bytes()[:left])
    seen = world.vsphere.observe([lab])[lab.group]
    assert (seen.record_problem.code, seen.has_record) == ("record.torn", False)
    assert f"{lab.group.folder_name}/record.json" in str(seen.record_problem)
    backends = Backends(world.vsphere, MemoryGuests(), MemoryRouters())
    [planned] = plan_provision([lab], backends, Options()).groups
    assert "record.torn" in {warned.code for warned in planned.warnings}
    [removed] = plan_teardown([world.server], lab.group.class_name, None, backends, Options()).groups
    assert "record.torn" in {warned.code for warned in removed.warnings}
    [told] = [f for f in examine([lab], backends, logins=1) if f.error and f.error.code == "record.torn"]
    assert (told.topic, told.verdict) == ("group", "warning")
    path.unlink()
    assert world.vsphere.observe([lab])[lab.group].record_problem.code == "record.lost"
    path.parent.rmdir()  # with its folder too, as a thorough colleague does it
    [planned] = plan_provision([lab], backends, Options()).groups
    assert "record.lost" in {warned.code for warned in planned.warnings}
    [removed] = plan_teardown([world.server], lab.group.class_name, None, backends, Options()).groups
    [lost] = [warned for warned in removed.warnings if warned.code == "record.lost"]
    assert f"{lab.group.folder_name}/record.json" in str(lost)
    bare = wanted_lab(lab.group.number, lab.site, f"{lab.group.class_name}b", names=("srvweb1",))
    world.vsphere.write_group_record(record_of(bare))
    record_path(world, bare).write_bytes(b"")
    assert world.vsphere.observe([bare])[bare.group].record_problem is None
    world.vsphere.delete_group_record(record_of(bare))


def test_a_newer_record_is_left_to_a_newer_esxlab(world, lab):
    edit(world, lab, lambda content: content.update(esxlab=2, future={"anything": [1]}))
    [problem] = found_by(world.vsphere, world, lab)[0].problems
    assert problem.code == "record.newer"
    assert "made by a newer esxlab" in str(problem)
    [problem] = world.vsphere.observe([lab])[lab.group].problems
    assert problem.code == "record.newer"
    for verb in (world.vsphere.write_group_record, world.vsphere.delete_group_record):
        with pytest.raises(LabError) as caught:
            verb(record_of(lab))
        assert caught.value.code == "record.newer"
    assert json.loads(record_path(world, lab).read_text())["future"]


def test_a_folder_of_a_newer_esxlab_is_left_to_it(world, lab):
    path = world.datastore / lab.folders[0].path / "esxlab.json"
    kept = path.read_text()
    path.write_text(json.dumps({**json.loads(kept), "esxlab": 2}))
    try:
        [problem] = found_by(world.vsphere, world, lab)[0].problems[:1]
        assert problem.code == "record.newer"
        assert str(lab.folders[0].path) in str(problem)
        with pytest.raises(LabError, match="made by a newer esxlab"):
            world.vsphere.delete_folder(lab.site, lab.folders[0])
        assert path.exists()
    finally:
        path.write_text(kept)


def test_keys_that_a_later_esxlab_adds_are_passed_over(world, lab):
    def change(content):
        content.update(configured_by="prof@desk", digest="ab", more={"x": 1})
        content["site"].update(later="x")
        content["site"]["server"].update(later="x")
        content["group"].update(later="x")

    edit(world, lab, change)
    seen, record = found_by(world.vsphere, world, lab)
    assert seen.problems == ()
    assert record == record_of(lab)
