"""`esxlab model build --from`: from a disk that the teacher has to a model, by the API and over SSH."""

from __future__ import annotations

import json
import signal
import threading
import time

import pytest

from esxlab.sim.esxi.faults import Strike, Strikes
from esxlab.sim.light.disk import load_disk
from tests.borrowed import borrows
from tests.classroom import SPECS, classroom
from tests.exported import convert, make_ova
from tests.strikes import die_at_each

pytestmark = [pytest.mark.scenario, borrows("qemu-img", "busybox")]
NAME = "modeleD10"
BUILD = ("model", "build", NAME, "--from")
STEPS = ["unpack", "upload", "create", "convert", "attach", "clean"]


@pytest.fixture
def room(tmp_path):
    """A class whose hosts are changed by the API."""
    with classroom(SPECS / "demo.yaml", tmp_path, speed=50.0) as found:
        yield found


@pytest.fixture
def free_room(tmp_path):
    """One whose host has the free licence: it is changed over SSH."""
    spec = tmp_path / "free.yaml"
    text = (SPECS / "tp-free.yaml").read_text("utf-8")
    spec.write_text(text.replace("1-12", "1"), encoding="utf-8")
    with classroom(spec, tmp_path, licence="free", speed=50.0) as found:
        yield found
        assert found.changes() == []


def model_of(room):
    """The school's own, as a file that a teacher could have."""
    return min(room.datastores.rglob("modeleD9-flat.vmdk"))


def built_as_wanted(room, before):
    """The disk is the teacher's to the letter, and nothing of ours is left."""
    (path,) = room.datastores.rglob(f"{NAME}-flat.vmdk")
    assert load_disk(path).nodes == load_disk(model_of(room)).nodes
    new = room.stable_files().keys() - before.keys()
    assert not [name for name in new if "esxlab" in name or name.endswith((".part", ".tmp.vmdk", ".new"))]


KILLS = (
    ("PUT", ".part", "before"),
    ("MoveDatastoreFile_Task", "disk-", "after"),
    ("CreateVM_Task", NAME, "after"),
    ("CopyVirtualDisk_Task", NAME, "after"),
    ("ReconfigVM_Task", "", "before"),
)


def test_an_exported_machine_becomes_a_model_killed_at_each_stage(room, tmp_path):
    before = room.stable_files()
    ova = make_ova(model_of(room), tmp_path / "modele.ova")
    dry = room.must(*BUILD, ova, "-n")
    assert "debian10_64Guest" in dry.out
    assert "on a controller lsilogic" in dry.out
    assert room.stable_files() == before
    die_at_each(room, KILLS, *BUILD, ova, "-y")
    last = room.must(*BUILD, ova, "-y", "-o", "json").document
    assert (last["state"], last["steps"]) == ("installing", ["convert", "attach", "clean"])
    built_as_wanted(room, before)
    assert "nothing to do" in room.must(*BUILD, ova, "-y").out


class KillAt(Strikes):
    """Kills who asks a host for a program, before that begins."""

    def __init__(self, program, containing):
        super().__init__()
        self.at = Strike("cut", program=program, containing=containing)
        self.victims, self.started = [], threading.Event()

    def strike(self, call):
        if not self.at.matches(call):
            return super().strike(call)
        assert self.started.wait(10)
        self.victims[0].send(signal.SIGKILL)
        return self.at


def test_over_ssh_too(free_room, tmp_path):
    """Killed at each stage, cut in the middle of the upload; and a rebuild."""
    room = free_room
    before = room.stable_files()
    disk = convert(model_of(room), tmp_path / "m.vmdk", subformat="monolithicSparse", adapter_type="lsilogic")
    [shell] = room.school.shells.values()
    host = shell.host
    for program, containing in (
        ("vim-cmd", "registervm"),
        ("vmkfstools", f"{NAME}.tmp.vmdk -d thin"),
    ):
        host.faults.strikes = killing = KillAt(program, containing)
        killing.victims.append(room.start(*BUILD, disk, "-y"))
        killing.started.set()
        assert killing.victims[0].wait().status == -signal.SIGKILL, containing
        host.faults.strikes = Strikes()
    last = room.must(*BUILD, disk, "-y", "-o", "json").document
    assert (last["state"], last["steps"]) == ("installing", ["convert", "attach", "clean"])
    built_as_wanted(room, before)
    running = room.start(*BUILD, disk, "-y", "--rebuild", "-o", "json")
    cut_upload(room, host)
    again = running.wait().document
    assert (again["error"], again["steps"]) == (None, ["unpack", "upload", "destroy", *STEPS[2:]])
    built_as_wanted(room, before)


def cut_upload(room, host, *, limit_s=60.0):
    """Once something of the disk has arrived the connection goes."""
    until = time.monotonic() + limit_s
    while not list(room.datastores.rglob("disk-*.vmdk.part")):
        assert time.monotonic() < until
        time.sleep(0.005)
    host.cut("")


def test_what_cannot_be_a_model_is_told_before_anything_is_changed(room, tmp_path):
    room.checkpoint()
    several = make_ova(model_of(room), tmp_path / "a.ova", more='<Disk ovf:diskId="b" ovf:fileRef="file1"/>')
    stray = tmp_path / "notes.txt"
    stray.write_text("no disk", encoding="utf-8")
    for path, status, code in ((several, 6, "model.ova_several"), (stray, 2, "model.disk_kind")):
        (error,) = room.must(*BUILD, path, "-y", "-o", "json", status=status).document["errors"]
        assert error["code"] == code
        assert path.name in json.dumps(error)
    assert room.changes() == []
