"""`esxlab model build`: from an installer's ISO to a model, whatever happens on the way."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from esxlab.sim.conditions import Pace
from esxlab.sim.light.disk import load_disk
from tests.borrowed import borrows
from tests.classroom import SPECS, classroom
from tests.installer_images import STRETCH_DVD, make_image
from tests.roads import straight
from tests.schools import administrator
from tests.strikes import die_at_each
from tests.vsphere_worlds import VcsimWorld

pytest.importorskip("pycdlib")
pytestmark = pytest.mark.scenario
BUILD = ("model", "build")
QUICK = Pace(boot_s=4.0, install_s=12.0)
NAME = "modeleD10"


@pytest.fixture
def room(tmp_path):
    """The demo class, whose spec has an ISO; its model is to be modeleD10, beside the school's modeleD9."""
    iso = make_image(tmp_path / "debian-9.13.0-i386-DVD-1.iso", STRETCH_DVD)
    digest = hashlib.sha256(iso.read_bytes()).hexdigest()
    spec = tmp_path / "built.yaml"
    text = (SPECS / "demo.yaml").read_text("utf-8")
    spec.write_text(f"{text}model: {{iso: {iso.name}, sha256: {digest}}}\n", encoding="utf-8")
    with classroom(spec, tmp_path, speed=50.0) as found:
        found.keep_pace(QUICK)
        yield found


@pytest.fixture
def free_room(tmp_path):
    """A host with the free licence: it is changed over SSH."""
    iso = make_image(tmp_path / "debian-9.13.0-i386-DVD-1.iso", STRETCH_DVD)
    digest = hashlib.sha256(iso.read_bytes()).hexdigest()
    spec = tmp_path / "free.yaml"
    text = (SPECS / "tp-free.yaml").read_text("utf-8").replace("1-12", "1")
    spec.write_text(f"{text}model: {{iso: {iso.name}, sha256: {digest}}}\n", encoding="utf-8")
    with classroom(spec, tmp_path, licence="free", speed=50.0) as found:
        found.keep_pace(QUICK)
        yield found
        assert found.changes() == []


def changed(room, name, **said):
    """The same room with another spec, which says this of the model."""
    spec = room.spec.with_name(f"{name}.yaml")
    base, _, model = room.spec.read_text("utf-8").rpartition("model: ")
    pairs = dict(pair.split(": ") for pair in model.strip(" {}\n").split(", ")) | said
    told = ", ".join(f"{key}: {value}" for key, value in pairs.items())
    spec.write_text(f"{base}model: {{{told}}}\n", encoding="utf-8")
    return replace(room, spec=spec)


@contextlib.contextmanager
def admin_of(room):
    """Somebody else with the same rights."""
    server = room.school.shape.servers[0]
    with administrator(room.access, server.host, user=server.user) as session:
        yield VcsimWorld(room.school, room.access, server, session, esxi=server.esxi[0])


def devices(machine):
    return {type(device).__name__.rpartition(".")[2]: device for device in machine.config.hardware.device}


def disk_of(room, name=NAME):
    (path,) = room.datastores.rglob(f"{name}-flat.vmdk")
    return load_disk(path)


def test_a_model_is_built_and_will_do(room):
    before = room.stable_files()
    dry = room.must(*BUILD, NAME, "-n")
    assert "create modeleD10: 1024 MiB, 20 GiB thin, one card on VM Network" in dry.out
    assert room.stable_files() == before
    built = room.must(*BUILD, NAME, "-y", "-o", "json").document
    assert (built["state"], built["error"]) == ("absent", None)
    assert built["steps"] == ["remaster", "upload", "create", "power-on", "install", "finish", "clean"]
    disk = disk_of(room)
    assert disk.nodes["/etc/hostname"].content == b"masterGr1\n"
    assert json.loads(disk.nodes["/etc/esxlab-model.json"].content) == {"recipe": built["recipe"]}
    new = room.stable_files().keys() - before.keys()
    assert {path.rpartition("/")[2] for path in new if not path.endswith(".vmx")} >= {f"{NAME}.vmdk"}
    assert not [path for path in new if "esxlab" in path or path.endswith((".iso", ".part", ".png"))]
    with admin_of(room) as admin:
        found = devices(admin.machine(NAME))
        assert "VirtualSerialPort" not in found
        assert "Iso" not in type(found["VirtualCdrom"].backing).__name__
        assert not found["VirtualCdrom"].connectable.startConnected
        assert found["VirtualDisk"].backing.thinProvisioned
    assert room.must("model", "check", NAME, "-o", "json").document["findings"]
    room.checkpoint()
    assert "nothing to do" in room.must(*BUILD, NAME, "-y").out
    assert room.changes() == []
    other = changed(room, "german", locale="de_DE.UTF-8")
    assert "--rebuild" in other.must(*BUILD, NAME, "-y").out
    assert other.changes() == []
    key = disk.nodes["/etc/machine-id"].content
    assert other.must(*BUILD, NAME, "-y", "--rebuild", "-o", "json").document["error"] is None
    assert disk_of(room).nodes["/etc/machine-id"].content != key
    assert room.stable_files().keys() - before.keys() == new


def refused(room, *words, status):
    """The code of why nothing is begun."""
    (error,) = room.must(*BUILD, *words, "-y", "-o", "json", status=status).document["errors"]
    return error["code"]


def test_what_is_in_the_way_is_told_before_anything_is_changed(room):
    room.checkpoint()
    assert refused(room, status=4) == "model.foreign"
    assert refused(changed(room, "wrong", sha256="0" * 64), NAME, status=6) == "model.iso_sha256"
    assert refused(changed(room, "buster", release="buster"), NAME, status=6) == "model.iso_release"
    assert refused(changed(room, "unsaid", sha256='""'), NAME, status=2) == "model.no_sha256"
    assert room.changes() == []
    with admin_of(room) as admin:
        admin.foreign_folder(NAME)
        room.checkpoint()
        assert refused(room, NAME, status=4) == "model.folder_taken"
        assert room.changes() == []
    large = changed(room, "large")
    large.spec.write_text(f"{large.spec.read_text('utf-8')}hardware: {{disk_gib: 2000}}\n", encoding="utf-8")
    room.checkpoint()
    assert refused(large, "modele", status=6) == "vsphere.no_space"
    assert room.changes() == []


TROUBLES = {
    "install_is_cut": ("model.no_proof", "it was at pkgsel"),
    "install_asks": ("model.question", "locked by the guest"),
    "install_fails": ("model.step_failed", "a package cannot be had from the ISO or the mirror"),
    "install_hangs": ("model.stuck", "Its console: /"),
}


def test_an_installer_that_does_not_get_there(room):
    """It is told, with a picture where there is one to take; the next run makes the model anew."""
    for fault, (code, said) in TROUBLES.items():
        name = f"modele-{fault.rpartition('_')[2]}"
        room.school.engine.faults.plant(name, fault)
        document = room.must(*BUILD, name, "-y", "-o", "json", "--patience", "1", status=6).document
        assert document["error"]["code"] == code
        assert said in json.dumps(document["error"], ensure_ascii=False)
        picture = Path(document["journal"]).with_suffix(".png")
        assert picture.exists() == (fault != "install_is_cut")
        assert (str(picture) in document["error"]["text"]) == picture.exists()
        assert not list(room.datastores.rglob("*.png"))
        room.school.engine.faults.plant(name)
        with admin_of(room) as admin:
            machine = admin.machine(name)
            if machine.runtime.powerState == "poweredOn":
                admin.wait(machine.PowerOffVM_Task())
        again = room.must(*BUILD, name, "-y", "-o", "json").document
        assert again["steps"] == ["destroy", "create", "power-on", "install", "finish", "clean"]
        assert disk_of(room, name).nodes["/etc/hostname"].content == b"masterGr1\n"


def test_no_group_is_made_from_half_a_model_and_none_loses_the_one_it_is_copied_from(room):
    """Of two runs at once the second is told what the first is at."""
    demo = room.spec.read_text("utf-8")
    room.spec.write_text(f"{demo.replace('  host:', f'  model: {NAME}{chr(10)}  host:')}", encoding="utf-8")
    room.school.engine.faults.plant(NAME, "install_hangs")
    room.must(*BUILD, "-y", "--patience", "1", status=6)
    plan = room.must("plan", "-g", "1", "-o", "json", status=6).document
    assert [error["code"] for error in plan["groups"][0]["problems"]] == ["model.unfinished"]
    room.school.engine.faults.plant(NAME)
    with admin_of(room) as admin:
        admin.wait(admin.machine(NAME).PowerOffVM_Task())
        room.must(*BUILD, "-y")
        assert room.must("plan", "-g", "1", "-o", "json").document["groups"][0]["problems"] == []
        room.keep_pace(QUICK._replace(copy_s=3000.0))
        disks, centre = admin.session.content.virtualDiskManager, admin.datacenter
        store = "[datastore1]"
        disks.CopyVirtualDisk_Task(f"{store} {NAME}/{NAME}.vmdk", centre, f"{store} somebody.vmdk", centre)
        room.checkpoint()
        assert refused(room, "--rebuild", status=5) == "model.copied"
        assert room.changes() == []


KILLS = (
    ("PUT", ".part", "before"),
    ("PUT", ".part", "after"),
    ("MoveDatastoreFile_Task", "installer-", "after"),
    ("CreateVM_Task", NAME, "after"),
    ("PowerOnVM_Task", "", "after"),
    ("GET", "install.log", "after"),
    ("ReconfigVM_Task", "", "after"),
    ("DeleteDatastoreFile_Task", ".iso", "after"),
)


def test_killed_at_each_stage_and_run_again(room):
    """One build that dies at one place after another gets there all the same, and leaves nothing behind."""
    before = room.stable_files()
    die_at_each(room, KILLS, *BUILD, NAME, "-y")
    assert room.run(*BUILD, NAME, "-y").status == 0
    assert "nothing to do" in room.must(*BUILD, NAME, "-y").out
    left = room.stable_files().keys() - before.keys()
    assert not [path for path in left if "esxlab" in path or path.endswith(".iso")]
    assert disk_of(room).nodes["/etc/hostname"].content == b"masterGr1\n"


@borrows("busybox")
def test_over_ssh_without_a_picture_of_a_stuck_installer(free_room):
    """A step fails; whoever has mended the cause cuts the power, and the next run makes the model anew."""
    room, host = free_room, free_room.school.shape.servers[0]
    before = room.stable_files()
    room.school.engine.faults.plant(NAME, "install_fails")
    failed = room.must(*BUILD, NAME, "-y", "-o", "json", status=6).document
    assert failed["error"]["code"] == "model.step_failed", failed["error"]
    assert "a package cannot be had from the ISO or the mirror. Its console: -" in failed["error"]["text"]
    room.school.engine.faults.plant(NAME)
    with straight(room.school, host) as session:
        console = VcsimWorld(room.school, room.access, host, session, esxi="")
        console.wait(console.machine(NAME).PowerOffVM_Task())
        again = room.must(*BUILD, NAME, "-y", "-o", "json").document
        assert again["error"] is None
        assert again["steps"] == ["destroy", "create", "power-on", "install", "finish", "clean"]
        found = devices(console.machine(NAME))
    assert "VirtualSerialPort" not in found
    assert "Iso" not in type(found["VirtualCdrom"].backing).__name__
    assert not found["VirtualCdrom"].connectable.startConnected
    disk = disk_of(room)
    assert disk.nodes["/etc/hostname"].content == b"masterGr1\n"
    assert json.loads(disk.nodes["/etc/esxlab-model.json"].content) == {"recipe": again["recipe"]}
    new = room.stable_files().keys() - before.keys()
    assert not [path for path in new if "esxlab" in path or path.endswith((".iso", ".part"))]
    assert "nothing to do" in room.must(*BUILD, NAME, "-y").out
