"""`esxlab model build --from`: from a disk that the teacher has to a model, by the API and over SSH."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from esxlab.sim.esxi.faults import Strike
from esxlab.sim.light.disk import load_disk
from esxlab.sim.proxy.rules import Rule
from tests.borrowed import borrows
from tests.classroom import SPECS, classroom
from tests.exported import convert, make_ova
from tests.strikes import VCENTER

pytestmark = [pytest.mark.scenario, borrows("qemu-img", "busybox")]
BUILD = ("model", "build", "modeleD10", "--from")
NAME = "modeleD10"
STEPS = ["unpack", "upload", "create", "convert", "attach", "clean"]
ROADS = ("api", "ssh")


@pytest.fixture(params=ROADS)
def room(request, tmp_path):
    """A class whose hosts are changed by the API; one whose hosts are free ones."""
    if request.param == "api":
        with classroom(SPECS / "demo.yaml", tmp_path, speed=50.0) as found:
            yield found
        return
    spec = tmp_path / "free.yaml"
    text = (SPECS / "tp-free.yaml").read_text("utf-8")
    spec.write_text(text.replace("1-12", "1"), encoding="utf-8")
    with classroom(spec, tmp_path, licence="free", speed=50.0) as found:
        yield found


def disk_of(room, name=NAME):
    (path,) = room.datastores.rglob(f"{name}-flat.vmdk")
    return load_disk(path)


def model_of(room):
    """The school's own, as a file that a teacher could have."""
    return next(iter(sorted(room.datastores.rglob("modeleD9-flat.vmdk"))))


def test_an_exported_machine_becomes_a_model(room, tmp_path):
    before = room.stable_files()
    ova = make_ova(model_of(room), tmp_path / "modele.ova")
    dry = room.must(*BUILD, ova, "-n")
    assert "debian10_64Guest" in dry.out
    assert "on a controller lsilogic" in dry.out
    assert room.stable_files() == before
    built = room.must(*BUILD, ova, "-y", "-o", "json").document
    assert (built["state"], built["error"], built["steps"]) == ("absent", None, STEPS)
    assert disk_of(room).nodes == load_disk(model_of(room)).nodes
    new = room.stable_files().keys() - before.keys()
    assert not [path for path in new if "esxlab" in path or path.endswith(".part")]
    assert "nothing to do" in room.must(*BUILD, ova, "-y").out
    found = room.must("model", "check", NAME, "-o", "json").document["findings"]
    assert not [each for each in found if each["verdict"] == "failed"]
    again = room.must(*BUILD, ova, "-y", "--rebuild", "-o", "json").document
    assert (again["error"], again["steps"]) == (None, ["unpack", "upload", "destroy", *STEPS[2:]])
    assert room.stable_files().keys() - before.keys() == new
