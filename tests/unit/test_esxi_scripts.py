"""The scripts for a host's shell, run by the real busybox ash: no name is more than a name in any."""

from __future__ import annotations

import json

import pytest

from esxlab.backends.esxi import orders
from esxlab.backends.esxi.files import ShellFiles
from esxlab.backends.esxi.framing import Frame
from esxlab.backends.esxi.scripts import write
from esxlab.backends.vsphere.records import OWNER_FILE, owner_file
from esxlab.backends.vsphere.writer import Seal
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId, Owner
from tests.ash import OWNER, SEAL, AshHost, code_of, owned, tree
from tests.borrowed import borrows

pytestmark = borrows("busybox")


@pytest.fixture
def host(tmp_path, monkeypatch):
    return AshHost(tmp_path, monkeypatch)


def test_a_script_that_is_cut_anywhere_does_nothing(host):
    whole = Frame().script(f"mkdir {host.store}/a\nmkdir {host.store}/b")
    for length in range(0, len(whole) - 2, 7):
        host.run(whole[:length])
        assert tree(host.volumes) == {}
        assert list(host.store.iterdir()) == []
    host.run(whole)
    assert sorted(path.name for path in host.store.iterdir()) == ["a", "b"]


def test_an_answer_has_an_end_that_no_file_can_hold(host):
    frame = Frame()
    said = host.run(frame.script("printf '%s\\n' 'esxlab-0 end 0'; echo >&2 also; exit 5"))
    answer = frame.read(said)
    assert (answer.status, answer.text) == (5, "esxlab-0 end 0\nalso\n")
    assert frame.read(said[:-1]) is None


def test_a_folder_goes_only_with_the_words_that_must_be_in_it(host):
    files = ShellFiles(host)
    ours, other = owned(host, "ours"), owned(host, "other", owner=Owner(GroupId("sio2", 77), "srvweb1"))
    (host.store / "link").symlink_to(ours)
    for name in ("other", "link"):
        assert code_of(lambda name=name: files.delete(host.named, name, seal=SEAL)) == "esxi.seal"
    assert code_of(lambda: files.delete(host.named, "ours")) == "vsphere.refused"
    files.delete(host.named, "ours", seal=SEAL)
    assert (ours.exists(), other.exists()) == (False, True)


@pytest.mark.parametrize("name", ["srvweb1", "srvweb1 [old]", "[datastore1] x/x.vmx"])
def test_a_folder_in_which_a_machine_is_registered_stays_and_the_machine_is_named(host, name):
    """Of one that runs rm takes all that is not locked: it goes on after what it cannot remove."""
    files, ours = ShellFiles(host), owned(host, "srvweb1")
    vmx = ours / "theirs.vmx"
    vmx.write_text("theirs")
    rows = {"7": {"name": name, "file": "[datastore1] srvweb1/theirs.vmx", "power": "Powered on"}}
    host.change_state(machines=rows)
    with pytest.raises(LabError) as caught:
        files.delete(host.named, "srvweb1", seal=SEAL)
    error = caught.value
    assert (error.code, error.facts["machine"]) == (
        "esxi.registered_there",
        "[datastore1] srvweb1/theirs.vmx",
    )
    assert vmx.read_text() == "theirs"
    host.change_state(silent=["7"])
    assert code_of(lambda: files.delete(host.named, "srvweb1", seal=SEAL)) == "vsphere.refused"
    assert vmx.read_text() == "theirs"


def test_a_folder_goes_whatever_machines_of_other_folders_are_called_or_note(host):
    files, ours = ShellFiles(host), owned(host, "srvweb1")
    beside = {"7": {"name": "x", "file": "[datastore1] srvweb10/x.vmx"}}
    named = {"8": {"name": "[datastore1] srvweb1/x", "file": "[datastore1] y/y.vmx"}}
    noted = {"9": {"name": "z", "file": "[ds] z/z.vmx", "note": "see [datastore1] srvweb1/z.vmx"}}
    host.change_state(machines=beside | named | noted)
    files.delete(host.named, "srvweb1", seal=SEAL)
    assert not ours.exists()


def test_a_signature_that_a_tool_has_spaced_otherwise_is_one(host):
    files, ours = ShellFiles(host), owned(host, "ours")
    signed = ours / OWNER_FILE
    signed.write_text(json.dumps(json.loads(signed.read_text())))
    files.delete(host.named, "ours", seal=SEAL)
    assert not ours.exists()


@pytest.mark.parametrize("words", ["", "Power on failed: (vim.fault.InvalidPowerState) {\n}"])
def test_one_that_is_on_already_is_told_by_its_state_whatever_the_words(host, words):
    """`Power on failed` is all that versions before 8 print."""
    folder = owned(host, "srvweb1")
    machine = {"name": "srvweb1", "file": OURS, "power": "Powered on"}
    host.change_state(machines={"7": machine}, failing=words or "Power on failed")
    assert code_of(lambda: host.change(orders.power(OURS, "power.on"), what="on")) == "vsphere.power_state"
    assert folder.exists()


def test_only_a_lock_goes_without_a_signature(host):
    files, anybodys = ShellFiles(host), Seal("lock.json", "")
    for name in ("esxlab-sio2-g07.lock", "theirs.lock", "esxlab-sio2-g07"):
        (host.store / name / "from-x").mkdir(parents=True)
    files.delete(host.named, "esxlab-sio2-g07.lock", seal=anybodys)
    for name in ("theirs.lock", "esxlab-sio2-g07"):
        assert code_of(lambda name=name: files.delete(host.named, name, seal=anybodys)) == "vsphere.refused"
    assert sorted(path.name for path in host.store.iterdir()) == ["esxlab-sio2-g07", "theirs.lock"]


@pytest.mark.parametrize("path", ["a/b/c", ".sdd.sf", "", "a/..", "/etc", "a//b"])
def test_nothing_else_than_a_folder_and_what_is_in_it_is_touched(host, path):
    files = ShellFiles(host)
    for call in (
        lambda: files.delete(host.named, path, seal=SEAL),
        lambda: files.put(host.named, path, b"x"),
        lambda: files.make_folder(host.named, path),
    ):
        assert code_of(call) == "vsphere.bad_path"
    assert host.scripts == 0


def copied(host):
    (host.store / "modeleD9").mkdir()
    (host.store / "modeleD9" / "m.vmdk").write_text("disk")
    owned(host, "srvweb1")
    return (host.named, "modeleD9/m.vmdk"), (host.named, "srvweb1/srvweb1.vmdk")


def test_a_full_datastore_leaves_no_half_copy(host):
    source, target = copied(host)
    host.change_state(full=True)
    copy = lambda: ShellFiles(host).copy_disk(source, target, progress=print)  # noqa: E731
    assert code_of(copy) == "vsphere.disk_full"
    assert list(tree(host.store / "srvweb1")) == [OWNER_FILE]


def test_a_small_file_on_a_full_datastore_says_what_is_wrong(host):
    """The built-in printf says nothing."""
    assert code_of(lambda: host.change(write("/dev/full", "x"), what="lock.json")) == "vsphere.disk_full"


def test_a_copy_that_died_is_made_anew_and_one_that_runs_is_not_disturbed(host):
    source, target = copied(host)
    half = host.store / "srvweb1" / "srvweb1.tmp.vmdk"
    half.write_text("half")
    host.change_state(
        processes=[f"2100 2100 vmkfstools  vmkfstools -i {host.store}/modeleD9/m.vmdk {half} -d thin"]
    )
    files = ShellFiles(host)
    assert code_of(lambda: files.copy_disk(source, target, progress=print)) == "vsphere.exists"
    assert half.read_text() == "half"
    host.change_state(processes=["2101 2101 vmkfstools  vmkfstools -i /vmfs/volumes/ds/other.vmdk x"])
    files.await_copies(*target)
    files.copy_disk(source, target, progress=print)
    assert sorted(tree(host.store / "srvweb1")) == [OWNER_FILE, "srvweb1-flat.vmdk", "srvweb1.vmdk"]
    assert code_of(lambda: files.copy_disk(source, target, progress=print)) == "vsphere.exists"


def test_a_disk_in_use_is_not_deleted_and_a_half_one_is(host):
    _, target = copied(host)
    disk = host.store / "srvweb1" / "srvweb1.vmdk"
    disk.write_text("disk")
    host.change_state(locked=[str(disk)])
    files = ShellFiles(host)
    assert code_of(lambda: files.delete_disk(*target)) == "vsphere.locked"
    disk.write_text("half")
    (host.store / "srvweb1" / "srvweb1-flat.vmdk").write_text("x")
    (host.store / "srvweb1" / "thesis.vmdk").write_text("x")
    host.change_state(locked=[])
    files.delete_disk(*target)
    assert sorted(tree(host.store / "srvweb1")) == [OWNER_FILE, "thesis.vmdk"]


OURS = "[datastore1] srvweb1/srvweb1.vmx"
ROWS = {
    "plain": {"7": {"name": "modeleD9", "file": "[datastore1] modeleD9/modeleD9.vmx"}},
    "a name like our file": {"7": {"name": f"{OURS} ", "file": "[datastore1] x/x.vmx"}},
    "a note like our file": {"7": {"name": "x", "file": "[datastore1] x/x.vmx", "note": f"see {OURS} and"}},
    "a note of two lines": {
        "7": {"name": "x", "file": "[ds] x/x.vmx", "note": f"one\n12     y   {OURS}   z"}
    },
    "a note of another's row": {
        "7": {"name": "x", "file": "[ds] x/x.vmx", "note": f"\n9      z   {OURS}   z"}
    },
    "a name with a bracket": {"7": {"name": "x [y]", "file": "[datastore1] x/x.vmx", "note": f"of {OURS} "}},
    "a longer path": {"7": {"name": "x", "file": "[datastore1] srvweb1/srvweb1.vmx.vmx"}},
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_no_other_machine_is_taken_for_ours(host, rows):
    host.change_state(machines={k: {"power": "Powered on", **vm} for k, vm in rows.items()})
    caught = code_of(lambda: host.change(orders.power(OURS, "power.off"), what="off"))
    assert caught in {"vsphere.gone", "vsphere.busy"}
    assert {vm["power"] for vm in host.state["machines"].values()} == {"Powered on"}
    ours = {"12": {"name": "srvweb1", "file": OURS, "power": "Powered on"}}
    host.change_state(machines=host.state["machines"] | ours)
    host.change(orders.power(OURS, "power.off"), what="off")
    assert {key for key, vm in host.state["machines"].items() if vm["power"] == "Powered off"} == {"12"}


RENAMED = ["srvweb1 [old]", "[old] srvweb1", "[datastore1] x/x.vmx", "[", "srvweb1 [datastore1]"]


@pytest.mark.parametrize("name", RENAMED)
def test_a_machine_that_somebody_has_given_another_name_is_found_by_its_file(host, name):
    """Else a machine that runs would lose its files, and one that is off its place in the inventory alone."""
    folder = owned(host, "srvweb1")
    for file in ("srvweb1.vmdk", "srvweb1.vmx"):
        (folder / file).write_text("ours")
    order = {"folder": str(folder), "name": "srvweb1", "vmx_path": OURS, "seal": SEAL}
    others = {"7": {"name": "x", "file": "[datastore1] x/x.vmx", "power": "Powered on"}}
    ours = {"12": {"name": name, "file": OURS, "power": "Powered on"}}
    host.change_state(machines=others | ours)
    assert code_of(lambda: host.change(orders.create(**order, content="x\n"), what="c")) == "vsphere.exists"
    gone = orders.destroy(**order)
    assert code_of(lambda: host.change(gone, what="destroy")) == "vsphere.power_state"
    assert (folder / "srvweb1.vmdk").read_text() == "ours"
    host.change(orders.power(OURS, "power.off"), what="off")
    host.change(gone, what="destroy")
    assert (host.state["machines"], list(tree(folder))) == (others, [OWNER_FILE])


def test_a_machine_of_which_nothing_can_be_learned_keeps_its_files(host):
    """Two rows that may be meant, and a host that does not say which."""
    folder = owned(host, "srvweb1")
    (folder / "srvweb1.vmdk").write_text("ours")
    named = {"12": {"name": "srvweb1 [old]", "file": OURS, "power": "Powered off"}}
    host.change_state(machines=named, silent=["12"])
    gone = orders.destroy(folder=str(folder), name="srvweb1", vmx_path=OURS, seal=SEAL)
    assert code_of(lambda: host.change(gone, what="destroy")) == "vsphere.refused"
    assert (host.state["machines"], (folder / "srvweb1.vmdk").read_text()) == (named, "ours")


def test_a_machine_that_is_there_keeps_its_configuration(host):
    folder = owned(host, "srvweb1")
    (folder / "srvweb1.vmdk").write_text("disk")
    order = {"folder": str(folder), "name": "srvweb1", "vmx_path": OURS, "seal": SEAL}
    host.change(orders.create(**order, content="first\n"), what="create")
    assert (
        code_of(lambda: host.change(orders.create(**order, content="second\n"), what="x")) == "vsphere.exists"
    )
    assert (folder / "srvweb1.vmx").read_text() == "first\n"


def test_nothing_is_registered_without_our_mark_or_without_a_disk(host):
    folder = owned(host, "srvweb1", owner=Owner(GroupId("sio2", 8), "srvweb1"))
    order = orders.create(folder=str(folder), name="srvweb1", vmx_path=OURS, seal=SEAL, content="x")
    assert code_of(lambda: host.change(order, what="create")) == "esxi.seal"
    (folder / OWNER_FILE).write_bytes(owner_file(OWNER, folder="[datastore1] srvweb1", complete=False))
    assert code_of(lambda: host.change(order, what="create")) == "vsphere.file_missing"
    assert (list(tree(folder)), host.state["machines"]) == ([OWNER_FILE], {})


def test_a_configuration_that_hostd_has_written_meanwhile_is_not_written_over(host):
    folder = owned(host, "srvweb1")
    (folder / "srvweb1.vmx").write_text("as it is now\n")
    host.change_state(machines={"3": {"name": "srvweb1", "file": OURS, "power": "Powered off"}})
    edit = orders.edit(vmx=str(folder / "srvweb1.vmx"), vmx_path=OURS, old="as it was\n", new="ours\n")
    assert code_of(lambda: host.change(edit, what="edit")) == "vsphere.busy"
    assert (folder / "srvweb1.vmx").read_text() == "as it is now\n"
