"""What has to be done for a model, from what was seen; how a log is read; who cannot build any."""

from __future__ import annotations

import shutil
import subprocess
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from esxlab.backends.model_protocol import Installing
from esxlab.backends.vsphere.api_model import ApiModelPlace
from esxlab.engine.model_install import LIKELY, ORDER, Installation, failed_item, item_of, last_lines
from esxlab.errors import LabError
from esxlab.exercises.model_recipe import ModelRecipe
from esxlab.exercises.seeds import load_seeds
from esxlab.lab.crypted import crypted
from esxlab.lab.machine import Hardware, Server, Site
from esxlab.lab.model_build import SeenModel, WantedModel, mark_of, read_mark, steps_of
from esxlab.texts import say

SITE = Site(Server("esxi.example", "root"), "datastore1", "modeleD9", "VM Network")
WANTED = WantedModel(site=SITE, hardware=Hardware(), image_name="installer-0.iso", recipe="r", proof="{}")
END = ("install", "finish", "clean")
ANEW = ("create", "power-on", *END)
IMAGE = ("remaster", "upload")


@pytest.mark.parametrize(
    ("seen", "steps"),
    [
        (SeenModel(), (*IMAGE, *ANEW)),
        (SeenModel(image=True, left=True), ANEW),
        (SeenModel("installing", recipe="r", image=True), ("power-on", *END)),
        (SeenModel("installing", powered_on=True, recipe="r", image=True, begun=True), END),
        (SeenModel("installing", recipe="r", image=True, begun=True, proved=True), ("finish", "clean")),
        (SeenModel("installing", recipe="r", image=True, begun=True), ("destroy", *ANEW)),
        (SeenModel("installing", powered_on=True, recipe="other"), (*IMAGE, "destroy", *ANEW)),
        (SeenModel("built", recipe="r"), ()),
        (SeenModel("built", recipe="other"), ()),
        (SeenModel("built", recipe="r", left=True), ("clean",)),
    ],
)
def test_what_has_to_be_done(seen, steps):
    assert steps_of(seen, "r") == steps


TAKEN_IN = ("convert", "attach", "clean")
SENT = ("unpack", "upload")


@pytest.mark.parametrize(
    ("seen", "steps"),
    [
        (SeenModel(), (*SENT, "create", *TAKEN_IN)),
        (SeenModel(image=True, left=True), ("create", *TAKEN_IN)),
        (SeenModel("installing", recipe="r", image=True), TAKEN_IN),
        (SeenModel("installing", recipe="r"), (*SENT, *TAKEN_IN)),
        (SeenModel("installing", powered_on=True, recipe="r", image=True), ("destroy", "create", *TAKEN_IN)),
        (SeenModel("installing", recipe="an installer's"), (*SENT, "destroy", "create", *TAKEN_IN)),
        (SeenModel("built", recipe="r"), ()),
        (SeenModel("built", recipe="other", left=True), ("clean",)),
    ],
)
def test_what_has_to_be_done_for_a_disk(seen, steps):
    assert steps_of(seen, "r", way="disk") == steps


def test_a_rebuild_destroys_only_when_all_for_the_new_one_is_there():
    for state in ("installing", "built"):
        seen = SeenModel(state, powered_on=True, recipe="r", image=True)
        assert steps_of(seen, "r", rebuild=True) == ("destroy", *ANEW)
        assert steps_of(replace(seen, image=False), "r", rebuild=True) == (*IMAGE, "destroy", *ANEW)
    assert "destroy" not in steps_of(SeenModel(), "r", rebuild=True)


def test_the_mark_says_what_a_model_is():
    assert read_mark(mark_of("built", "r")) == ("built", "r")
    assert read_mark(mark_of("installing", "r")) == ("installing", "r")
    assert read_mark("") == ("absent", "")


def test_the_log_of_an_installer():
    """Two items of an installation of Debian 12, as its syslog has them."""
    log = "Jun  7 10:00:01 main-menu[310]: INFO: Menu item 'netcfg' selected\n\x1b[2J\n"
    assert item_of(log) == "netcfg"
    assert item_of("") == ""
    assert "\x1b" not in last_lines(log)
    assert set(LIKELY) <= set(ORDER)
    for likely in {*LIKELY.values(), "busy", "unknown"}:
        assert say(f"model.likely.{likely}")


def test_an_error_that_waits_for_somebody_is_a_step_that_failed():
    """A debootstrap that failed in Debian 12's installer; minutes later main-menu had said nothing yet."""
    log = (
        "Dec  1 04:18:06 main-menu[489]: INFO: Menu item 'bootstrap-base' selected\n"
        "Dec  1 04:29:23 debootstrap: W: See /target/debootstrap/debootstrap.log for details\n"
    )
    assert not failed_item(log)
    told = "Dec  1 04:29:23 base-installer: error: exiting on error base-installer/debootstrap-failed\n"
    assert failed_item(log + told) == "bootstrap-base"
    assert failed_item(f"{log}WARNING: Menu item 'partman-base' failed.\n{told}") == "partman-base"


def test_a_server_whose_api_only_reads_and_that_has_no_shell_builds_no_model():
    """Said before anything is looked at."""
    server = SimpleNamespace(write_path="api", licence=SimpleNamespace(standing="read-only"))
    with pytest.raises(LabError) as told:
        ApiModelPlace(server, WANTED, None).look(image_bytes=0, rebuild=False)
    assert told.value.code == "vsphere.licence"


@pytest.mark.parametrize("mirror", ["", "http://deb.example/debian"])
def test_debconf_understands_every_answer(tmp_path, mirror):
    """debconf-set-selections(1), -c: only check the format. What it asks is another matter."""
    program = shutil.which("debconf-set-selections")
    if program is None:
        pytest.skip("no debconf here")
    recipe = ModelRecipe(
        release="stretch", hostname="masterGr1", root_password=crypted("sesame"), mirror=mirror
    )
    file = tmp_path / "preseed.cfg"
    file.write_text(recipe.render(load_seeds(None)), encoding="utf-8")
    answer = subprocess.run([program, "-c", file], capture_output=True, text=True, check=False, timeout=60)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_model_gets_no_package_that_another_only_recommends():
    """Heartbeat's would be pacemaker and corosync (docs/handout.md); this is the answer for all."""
    recipe = ModelRecipe(release="bookworm", hostname="masterGr1", root_password=crypted("sesame"))
    answers = recipe.render(load_seeds(None)).splitlines()
    assert "d-i base-installer/install-recommends boolean false" in answers


@pytest.mark.parametrize(("load", "likely"), [(0.9, "busy"), (0.02, "disk"), (None, "disk")])
def test_a_loop_is_told_from_a_question_by_the_processor(load, likely):
    """Both say nothing more, and their picture is the same for ever."""
    place = SimpleNamespace(
        installing=lambda: Installing(powered_on=True, log="Menu item 'partman-base' selected\n"),
        load=lambda: load,
        screen=lambda: b"PNG",
    )
    ticks = iter(range(1000))
    patience = SimpleNamespace(
        patience_s=3.0, pause_s=0.0, clock=lambda: float(next(ticks)), keep=lambda _: "console.png"
    )
    install = Installation(
        place=place, wanted=WANTED, patience=patience, tell=lambda *_: None, stop=threading.Event()
    )
    with pytest.raises(LabError) as told:
        install.wait()
    assert told.value.code == "model.stuck"
    assert told.value.facts["likely"] == say(f"model.likely.{likely}")
    assert told.value.facts["screen"] == "console.png"
