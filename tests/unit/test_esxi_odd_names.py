"""Odd names through every verb of a host's shell, run by the real busybox ash: they are names and no more."""

from __future__ import annotations

import json

import pytest

from esxlab.backends.esxi import orders, vmx
from esxlab.backends.esxi.browser import ShellBrowser
from esxlab.backends.esxi.files import ShellFiles
from esxlab.backends.vsphere.records import OWNER_FILE, owner_file
from esxlab.bugs import attempt
from esxlab.errors import LabError
from tests.ash import OWNER, SEAL, AshHost, code_of, owned, tree
from tests.borrowed import borrows
from tests.hostile.share import share

pytestmark = borrows("busybox")
NAMES = [
    "srvweb1",
    "it's",
    'say "hi"',
    "$(touch /tmp/esxlab-was-here)",
    "`id`",
    "$HOME",
    "-rf",
    "--help",
    "*",
    "?[a-z]",
    "a;b&c|d",
    "deux mots ",
    "élève é",
    "名前",
    "a\\b",
    "!x",
    "#x",
    "~",
    "x > y",
    "line\nend",
    "nul\0",
    "..",
    "../x",
    ".vSphere-HA",
]


@pytest.fixture
def host(tmp_path, monkeypatch):
    return AshHost(tmp_path, monkeypatch)


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_is_made_filled_and_deleted_to_the_letter_or_refused(host, name):
    """The spec refuses most of these names; what is refused here has changed nothing."""
    files, beside = ShellFiles(host), owned(host, "beside")
    if refused := attempt(lambda: files.make_folder(host.named, name)):
        assert refused.code == "vsphere.bad_path"
        assert [path.name for path in host.store.iterdir()] == ["beside"]
        return
    assert {path.name for path in host.store.iterdir()} == {"beside", name}
    assert code_of(lambda: files.make_folder(host.named, name)) == "vsphere.exists"
    content = 'it\'s "a" $(b) `c`\n\\n %s é\n'
    files.put(host.named, f"{name}/record.json", content.encode())
    files.replace(host.named, f"{name}/record.json", content.upper().encode())
    assert tree(host.store / name) == {"record.json": content.upper()}
    files.delete(host.named, f"{name}/record.json")
    files.delete(host.named, name)
    files.delete(host.named, name)
    assert [path.name for path in host.store.iterdir()] == ["beside"]
    assert list(tree(beside)) == [OWNER_FILE]


@pytest.mark.parametrize("name", NAMES)
def test_a_port_group_has_its_name_to_the_letter_or_is_refused(host, name):
    added = attempt(lambda: host.change(orders.add_port_group(name, "vSwitch0"), what=name))
    if isinstance(added, LabError):
        assert added.code in {"esxi.bad_name", "vsphere.bad_path"}
        assert host.calls == []
        return
    assert host.state["port_groups"] == {name: ["vSwitch0", 0]}
    again = lambda: host.change(orders.add_port_group(name, "vSwitch0"), what=name)  # noqa: E731
    assert code_of(again) == "vsphere.exists"
    host.change(orders.set_vlan(name, 109), what=name)
    assert host.state["port_groups"] == {name: ["vSwitch0", 109]}
    host.change(orders.remove_port_group(name, "vSwitch0"), what=name)
    assert host.state["port_groups"] == {}


STORES = ["datastore1 (1)", "it's", "$(id)", "`id`", "*", "-x", "école", 'a"b']
"""Of datastores; in five days each name below has met one on all verbs of a machine."""
TURNS = 5


@pytest.mark.parametrize("turn", range(len(NAMES)))
def test_every_verb_on_a_machine_takes_its_place_to_the_letter_or_refuses_it(tmp_path, monkeypatch, turn):
    """From the copy of its disk to its end, with a card on a port group of the same odd name."""
    if 0 not in share(range(TURNS), turn):
        pytest.skip("a name of another day (ESXLAB_SHARE)")
    store, name = STORES[turn % len(STORES)], NAMES[turn]
    host = AshHost(tmp_path, monkeypatch, datastore=store)
    files, path = ShellFiles(host), f"[{store}] {name}/{name}.vmx"
    (host.store / "modeleD9").mkdir()
    (host.store / "modeleD9" / "modeleD9.vmdk").write_text("disk")
    source, target = (host.named, "modeleD9/modeleD9.vmdk"), (host.named, f"{name}/{name}.vmdk")
    told = []
    copy = lambda: files.copy_disk(source, target, progress=told.append)  # noqa: E731
    if isinstance(refused := attempt(lambda: files.make_folder(host.named, name)), LabError):
        assert {refused.code, code_of(copy)} == {"vsphere.bad_path"}
        assert (host.scripts, host.calls) == (0, [])
        return
    folder = host.store / name
    (folder / OWNER_FILE).write_bytes(owner_file(OWNER, folder=f"[{store}] {name}", complete=False))
    copy()
    assert told == [1.0]
    content = f'.encoding = "UTF-8"\n{vmx.line("ethernet0.networkName", name)}\n'
    order = {"folder": str(folder), "name": name, "vmx_path": path, "seal": SEAL}
    host.change(orders.create(**order, content=content), what="create")
    assert host.state["machines"] == {"1": {"name": name, "file": path, "power": "Powered off"}}
    edited = folder / f"{name}.vmx"
    assert vmx.read(edited.read_text()) == {".encoding": "UTF-8", "ethernet0.networkName": name}
    new = vmx.changed(content, {"displayName": name})
    host.change(orders.edit(vmx=str(edited), vmx_path=path, old=content, new=new), what="edit")
    assert (edited.read_text(), host.state["reloaded"]) == (new, "1")
    host.change(orders.change_sidecar(str(folder), json.dumps({"network": name})), what="sidecar")
    assert f'"network": {json.dumps(name)}' in host.read(orders.look([str(host.store)]), what="look").text
    host.change(orders.power(path, "power.on"), what="on")
    host.change(orders.plug(path, [(4000, False)]), what="plug")
    assert host.state["machines"]["1"]["cables"] == {"4000": "0"}
    edit = orders.edit(vmx=str(edited), vmx_path=path, old=new, new=content)
    gone = orders.destroy(**order)
    for refused in (edit, gone):
        assert code_of(lambda refused=refused: host.change(refused, what="on")) == "vsphere.power_state"
    host.change(orders.power(path, "power.off"), what="off")
    (folder / "thesis.vmdk").write_text("of somebody else")
    for _ in range(2):
        host.change(gone, what="destroy")
    assert host.state["machines"] == {}
    assert sorted(tree(folder)) == [OWNER_FILE, "thesis.vmdk"]


@pytest.mark.parametrize("name", NAMES)
def test_a_look_takes_a_name_to_the_letter_or_refuses_it(host, name):
    """Of a host that is looked at by its shell too."""
    if 0 not in share(range(TURNS), NAMES.index(name)):
        pytest.skip("a name of another day (ESXLAB_SHARE)")
    files, beside = ShellBrowser(host), owned(host, "beside")
    if refused := attempt(lambda: files.names(host.named, name)):
        assert refused.code == "vsphere.bad_path"
        return
    assert files.get(host.named, f"{name}/record.json") is None
    folder = host.store / name
    folder.mkdir(parents=True)
    (folder / "record.json").write_text("{}")
    (folder / "x.vmdk").write_text("x")
    assert files.get(host.named, f"{name}/record.json") == b"{}"
    assert files.names(host.named, name) == {"record.json", "x.vmdk"}
    assert files.names(host.named, only_folders=True) == {"beside", name.partition("/")[0]}
    assert files.folders_holding(host.named, "record.json") == {name}
    assert files.disk_state(host.named, name).endswith(" 1 bytes")
    assert list(tree(beside)) == [OWNER_FILE]
