"""`make test-model`, (b): `esxlab model build` on the school, and a whole group on the model that it makes.

The school's engine is qemu: the machine that `model build` creates boots from its drive, and a real installer
runs in it, of real parts and stand-ins. Kernel, initrd, debconf, file-preseed, network, mirror, signatures,
base-installer, debootstrap, pkgsel and every package are Debian's; tests/real/standins says which parts are
not. ESXLAB_MODEL=amd64 is the other architecture. The steps follow each other; each needs the one before it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from esxlab.backends.installer_iso import sha256_of
from esxlab.engine.model_install import SELECTED
from esxlab.lab.model_build import LOG
from esxlab.sim.build import cache_directory
from esxlab.texts import say
from tests.course import BOOT, SCHOOL_GATEWAY, run_drills, verify
from tests.real.installer_image import make_image
from tests.real.installer_mirror import Mirror, upstream
from tests.real.installer_recipe import RELEASE, spec_of_model
from tests.real.installer_suite import Archive
from tests.seen import write_record
from tests.teacher import Teacher

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.real
ARCHITECTURE = os.environ.get("ESXLAB_MODEL", "i386")
NAME = "modeleD12"
PATIENCE_MIN = "30"
"""Without a word; unpacking a base system takes an emulated machine some minutes."""
STAGE_LIMIT_S = 1500.0
BUILD_LIMIT_S = 4500.0
LOOK_S = 2.0
PROOF = "/etc/esxlab-model.json"
KILLED_AT = ("download-installer", "bootstrap-base")
"""The installer's item at which `model build` itself is killed; the machine goes on."""
SILENCE_MIN = "3"
BEFORE_MIRROR = "netcfg"
"""The item before the mirror is asked for the first time."""
TEXT_COLOURS = 3
"""A blank screen, or one with plain text, has no more."""
CUT_AT = "choose-mirror"
"""Where the machine's power is cut: somebody has pressed its button."""


@dataclass
class Making:
    """What the steps hand on. `home` is theirs alone."""

    home: Path
    teacher: Teacher
    done: list[str] = field(default_factory=list)
    seen: dict[str, object] = field(default_factory=dict)

    @property
    def log(self) -> str:
        """What the installer has written through the machine's serial port so far."""
        files = list((self.teacher.school / "datastores").rglob(LOG))
        return files[0].read_text(errors="replace") if files else ""

    @property
    def disk(self) -> Path:
        """The model's."""
        (found,) = (self.teacher.school / "datastores").rglob(f"{NAME}*-flat.vmdk")
        return found

    def until(self, item: str, process: subprocess.Popen[str]) -> None:
        """Wait for an item of the installer's menu."""
        began = time.monotonic()
        while item not in SELECTED.findall(self.log):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() - began < STAGE_LIMIT_S, self.log[-2000:]
            time.sleep(LOOK_S)


@pytest.fixture(scope="module")
def mirror(making) -> Iterator[Mirror]:
    """Debian's, and the installer's parts, at the school's gateway: nothing else leads out of it."""
    own = making.home / "own"
    socket = making.home / "mirror"
    with Mirror(socket, cache_directory() / "installer-mirror", upstream(RELEASE), own) as found:
        yield found


@pytest.fixture(scope="module")
def making(tmp_path_factory):
    home = tmp_path_factory.mktemp("hybrid")
    found = Making(home, Teacher(home / "teacher", "qemu", limit_s=BUILD_LIMIT_S))
    found.teacher.home.mkdir()
    try:
        yield found
    finally:
        found.teacher.type("sim", "down")


@pytest.fixture(scope="module")
def door(making, mirror) -> Iterator[None]:
    """The mirror's socket, as a port of the school's gateway; it goes when the school goes."""
    making.teacher.sim_up()
    listen = f"TCP-LISTEN:80,bind={SCHOOL_GATEWAY},reuseaddr,fork,max-children=64"
    words = [*making.teacher.way_in(), "socat", listen, f"UNIX-CONNECT:{mirror.server_address}"]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait(10)


def has_an_image(making: Making, mirror: Mirror) -> None:
    """The ISO of a teacher who has one, and their spec."""
    lab = making.teacher
    (making.home / "scratch").mkdir()
    archive = Archive(ARCHITECTURE, mirror.find, making.home / "scratch")
    image = make_image(making.home / "installer.iso", archive, making.home / "scratch", making.home / "own")
    at = f"http://{SCHOOL_GATEWAY}/debian"
    spec = spec_of_model(making.home, image, sha256_of(image), mirror=at, release=RELEASE)
    named = spec.read_text(encoding="utf-8").replace("  host:", f"  model: {NAME}\n  host:", 1)
    spec.write_text(named, encoding="utf-8")
    lab.spec = spec


def build_words(making: Making, patience_min: str = PATIENCE_MIN) -> list[str]:
    """What the teacher types, each time the same."""
    about = ["-f", str(making.teacher.spec), "--sim", "-y", "--patience", patience_min]
    return ["model", "build", NAME, *about]


def power_that_is_cut_is_told(making: Making, mirror: Mirror) -> None:
    """Off without the installer's last word: no model."""
    process = making.teacher.start(*build_words(making))
    making.until(CUT_AT, process)
    os.kill(machine_of(making.teacher), signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode not in {0, 1}, f"{out}\n{err}"
    assert "model.no_proof" in err, err
    making.seen["cut"] = next(line for line in err.splitlines() if "model.no_proof" in line)


def a_mirror_that_is_silent_is_told_with_a_picture(making: Making, mirror: Mirror) -> None:
    """The installer waits for it: its screen, and what is likely. Nothing is changed by that."""
    process = making.teacher.start(*build_words(making, SILENCE_MIN))
    making.until(BEFORE_MIRROR, process)
    mirror.answering.clear()
    out, err = process.communicate(timeout=60 * (int(SILENCE_MIN) + 3))
    mirror.answering.set()
    assert "model.stuck" in err, f"{out}\n{err}"
    assert say("model.likely.mirror") in " ".join(err.split()), err
    (picture,) = making.home.rglob("*.png")
    assert picture.name in "".join(err.split())
    with Image.open(picture) as shown:
        colours = shown.convert("RGB").getcolors(shown.width * shown.height)
    assert len(colours) > TEXT_COLOURS, colours
    making.seen["silent mirror"] = f"picture of {shown.width} x {shown.height}, {len(colours)} colours"


def goes_on_after_each_kill(making: Making, mirror: Mirror) -> None:
    """`model build` is killed; the same command waits for the machine that has gone on meanwhile."""
    began = time.monotonic()
    for item in KILLED_AT:
        process = making.teacher.start(*build_words(making))
        making.until(item, process)
        process.kill()
        process.communicate(timeout=60)
    making.teacher.type(*build_words(making), step="model build, after two kills")
    making.seen["from nothing to a model, s"] = round(time.monotonic() - began, 1)
    making.seen["requests to the mirror"] = len(mirror.asked)
    assert re.search(r'"recipe"|sha256', read_of(making.disk, PROOF))
    assert "fr_FR.UTF-8" in read_of(making.disk, "/etc/default/locale")
    assert "esxlab-failed" not in read_of(making.disk, "/root", "ls")


def is_a_model_that_will_do(making: Making, mirror: Mirror) -> None:
    """`model build` again has nothing to do; nothing of ours lies about; `model check` finds no failure."""
    lab = making.teacher
    assert "nothing to do" in lab.type(*build_words(making), step="model build again")
    assert not making.log
    assert not list((lab.school / "datastores").rglob("installer-*.iso*"))
    lab.type("model", "check", "-f", str(lab.spec), "--sim", step="model check")


def carries_a_group(making: Making, mirror: Mirror) -> None:
    """Part 1 from nothing to green, a drill, and away again."""
    lab = making.teacher
    lab.on_group("provision", "--yes", *BOOT, step="provision")
    verify(lab, "ha", limit_s=600.0)
    (drill,) = run_drills(lab, "power", step="drill")
    assert drill["takeover"]["in_bound"], drill
    lab.on_group("teardown", "--yes", step="teardown")
    making.seen |= {f"group: {step}, s": seconds for step, seconds in lab.seen["times"].items()}


def machine_of(lab: Teacher) -> int:
    """The process of the school's QEMU that is the model's machine."""
    words = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in lab.processes()}
    (found,) = (pid for pid, line in words.items() if NAME.encode() in line and line[0].startswith(b"qemu"))
    return found


def read_of(disk: Path, path: str, ask: str = "cat") -> str:
    """A file of the disk's first partition, by debugfs(8)."""
    words = ["debugfs", "-R", f"{ask} {path}", f"{disk}?offset={2048 * 512}"]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout


STEPS = (
    has_an_image,
    power_that_is_cut_is_told,
    a_mirror_that_is_silent_is_told_with_a_picture,
    goes_on_after_each_kill,
    is_a_model_that_will_do,
    carries_a_group,
)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_from_nothing_to_a_group_on_the_model(making, mirror, door, step):
    step(making, mirror)
    making.done.append(step.__name__)
    about = {"architecture": ARCHITECTURE, "steps": [name.__name__ for name in STEPS], "done": making.done}
    write_record("installer", {**about, "seen": making.seen})
