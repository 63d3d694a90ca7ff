"""The proxy in front of a real vcsim: what it notes, refuses and breaks."""

from __future__ import annotations

import http.client
import threading
import time

import pytest
from pyVmomi import vim, vmodl

from esxlab.errors import LabError
from esxlab.sim.control import ask
from esxlab.sim.inventory import await_task
from esxlab.sim.proxy.rules import Rule
from esxlab.sim.proxy.soap import Fault
from tests.memory.school import running_school
from tests.schools import ESXI, VCENTER, administrator, lone_esxi, school, trust_nobody, vcenter

pytestmark = pytest.mark.scenario
MODEL = "[datastore1] modeleD9/modeleD9.vmdk"


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with running_school(
        school(vcenter(), lone_esxi()), tmp_path_factory.mktemp("school"), engine="idle"
    ) as up:
        yield up


@pytest.fixture
def proxy(both):
    found = both[0].proxies[VCENTER]
    found.rules.clear()
    yield found
    found.rules.clear()


@pytest.fixture
def session(both):
    with administrator(both[1], VCENTER) as found:
        yield found


@pytest.fixture
def alone(both):
    with administrator(both[1], ESXI, user="root") as found:
        yield found


def datacenter(session):
    return session.content.rootFolder.childEntity[0]


def make_directory(session, name):
    session.content.fileManager.MakeDirectory(f"[datastore1] {name}", datacenter(session))


def test_calls_are_noted_with_their_names_and_reading_is_told_from_writing(proxy, session):
    before = proxy.calls.count
    make_directory(session, "noted")
    (call,) = proxy.calls.since(before, mutating=True)
    assert (call.method, call.arguments) == ("MakeDirectory", (("name", "[datastore1] noted"),))
    assert proxy.calls.since(before, mutating=False)


def test_a_typed_fault_reaches_the_client_as_itself_and_vcsim_hears_nothing(proxy, session):
    fault = Fault(
        "NoPermission", "no", (("object", "Folder:group-d1"), ("privilegeId", "Datastore.FileManagement"))
    )
    proxy.rules.add(Rule("fault", method="MakeDirectory", fault=fault))
    with pytest.raises(vim.fault.NoPermission) as caught:
        make_directory(session, "refused")
    assert caught.value.privilegeId == "Datastore.FileManagement"
    make_directory(session, "refused")


@pytest.mark.parametrize(("action", "made"), [("reset", False), ("lose_reply", True)])
def test_a_broken_connection_leaves_the_work_undone_or_done(proxy, session, action, made):
    proxy.rules.add(Rule(action, method="MakeDirectory", containing=action))
    with pytest.raises(ConnectionResetError):
        make_directory(session, action)
    if made:
        with pytest.raises(vim.fault.FileAlreadyExists):
            make_directory(session, action)
    else:
        make_directory(session, action)


def test_a_call_that_hangs_ends_with_the_connection(proxy, session):
    proxy.rules.add(Rule("hang", method="CurrentTime", seconds=0.2))
    began = time.monotonic()
    with pytest.raises(ConnectionResetError):
        session.CurrentTime()
    assert time.monotonic() - began >= 0.2


def test_a_call_can_be_late_and_callbacks_stand_around_it(proxy, session):
    seen = []
    rule = Rule(
        "delay", method="CurrentTime", seconds=0.1, before=lambda c: seen.append(("before", c.method))
    )
    proxy.rules.add(rule)
    proxy.rules.add(
        Rule("pass", method="CurrentTime", nth=2, after=lambda c: seen.append(("after", c.method)))
    )
    began = time.monotonic()
    session.CurrentTime()
    assert time.monotonic() - began >= 0.1
    session.CurrentTime()
    assert seen == [("before", "CurrentTime"), ("after", "CurrentTime")]


def test_a_vcenter_knows_no_dest_spec_and_a_lone_esxi_no_clone(session, alone):
    thin = vim.VirtualDiskManager.FileBackedVirtualDiskSpec(
        diskType="thin", adapterType="lsiLogic", capacityKb=1024
    )
    disks = session.content.virtualDiskManager
    make_directory(session, "thin")
    with pytest.raises(vmodl.fault.NotImplemented):
        disks.CopyVirtualDisk_Task(
            MODEL, datacenter(session), "[datastore1] thin/a.vmdk", datacenter(session), thin
        )
    make_directory(alone, "thin")
    task = alone.content.virtualDiskManager.CopyVirtualDisk_Task(
        MODEL, datacenter(alone), "[datastore1] thin/a.vmdk", datacenter(alone), thin
    )
    await_task(alone, task)
    model = alone.content.searchIndex.FindByInventoryPath("ha-datacenter/vm/modeleD9")
    with pytest.raises(vmodl.fault.NotSupported):
        model.CloneVM_Task(
            datacenter(alone).vmFolder, "copy", vim.vm.CloneSpec(location=vim.vm.RelocateSpec())
        )


def test_a_wrong_password_is_refused_and_five_lock_a_lone_esxi(both, alone):
    proxy = both[0].proxies[ESXI]
    wrong = {**both[1], "passwords": {"vsphere": "wrong"}}
    try:
        for _ in range(5):
            with pytest.raises(vim.fault.InvalidLogin), administrator(wrong, ESXI, user="root"):
                pass
        with pytest.raises(vim.fault.InvalidLogin), administrator(both[1], ESXI, user="root"):
            pass
    finally:
        proxy.login_lock.failures = 0


def test_files_of_a_datastore_pass_in_both_directions(both, session, proxy):
    make_directory(session, "files")
    before = proxy.calls.count
    link = http.client.HTTPSConnection(
        "127.0.0.1", both[1]["servers"][VCENTER][1], context=trust_nobody(), timeout=10
    )
    path = "/folder/files/esxlab.json?dcPath=Lab&dsName=datastore1"
    content = bytes(range(256)) * 2000
    answers = []
    for verb, body in (("PUT", content), ("HEAD", None), ("GET", None)):
        link.request(verb, path, body=body)
        answer = link.getresponse()
        answers.append((answer.status, answer.headers["Content-Length"], answer.read()))
    link.close()
    assert answers == [(200, "0", b""), (200, "512000", b""), (200, "512000", content)]
    noted = [c for c in proxy.calls.since(before) if c.target == "/folder/files/esxlab.json"]
    assert [(c.method, c.mutating) for c in noted] == [("PUT", True), ("HEAD", False), ("GET", False)]


def test_many_threads_get_their_own_answers(proxy, session):
    wrong = []

    def ask_names():
        for _ in range(20):
            names = sorted(host.name for host in datacenter(session).hostFolder.childEntity)
            if names != ["esxi-a", "esxi-b"]:
                wrong.append(names)

    threads = [threading.Thread(target=ask_names) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert wrong == []


def test_the_control_point_does_the_same_for_other_processes(both, proxy, session):
    access = both[1]
    before = proxy.calls.count
    rule = {"action": "fault", "method": "MakeDirectory", "fault": "InvalidState", "text": "asked for"}
    assert ask(access, "rule", server=VCENTER, rule=rule) == {"done": "rule"}
    with pytest.raises(vim.fault.InvalidState):
        make_directory(session, "controlled")
    ask(access, "clear", server=VCENTER)
    make_directory(session, "controlled")
    calls = ask(access, "calls", server=VCENTER, since=before, mutating=True)
    assert [c["method"] for c in calls] == ["MakeDirectory", "MakeDirectory"]
    with pytest.raises(LabError) as caught:
        ask({**access, "control": {**access["control"], "token": "guessed"}}, "status")
    assert caught.value.code == "school.down"
