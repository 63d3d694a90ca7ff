"""`make test-model`, (b): from nothing to a model, and a whole group on it; real parts and stand-ins.

Kernel, initrd, debconf, network, mirror, signatures, base-installer, debootstrap, pkgsel and every package
are Debian's; tests/real/standins says which parts are not. ESXLAB_MODEL=amd64 is the other architecture. The
steps follow each other; each needs the one before it.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from esxlab.sim.book import read_book

from esxlab.sim.build import cache_directory
from esxlab.sim.qemu.model import KERNEL_ARGUMENTS
from tests.course import BOOT, run_drills, verify
from tests.real import installer_initrd
from tests.real.installer_initrd import installer, with_files
from tests.real.installer_machine import InstallerMachine, boot_words
from tests.real.installer_mirror import Mirror, upstream
from tests.real.installer_recipe import LAB, OWN_SUITE, RELEASE, SPEED, recipe_of, spec_of_model
from tests.real.installer_run import Run, empty_disk
from tests.real.installer_suite import SUITE, Archive, publish
from tests.seen import RECORDS, write_record
from tests.teacher import TP, Teacher

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.installer_recipe import Recipe

pytestmark = pytest.mark.real
ARCHITECTURE = os.environ.get("ESXLAB_MODEL", "i386")
NAME = "modeleD12"
PATIENCE_S = 1800.0
KEYRING = "usr/share/keyrings/debian-archive-keyring.gpg"
PROOF = "/etc/esxlab-model.json"
NOT_HERE = ("root=", "rootfstype=", "rw", "quiet")
KILLED_AT = ("netcfg", "bootstrap-base")
"""Where the plug is pulled before the run that is let go to its end."""


@dataclass
class Making:
    """What the steps hand on. `home` is theirs alone."""

    home: Path
    teacher: Teacher
    done: list[str] = field(default_factory=list)
    seen: dict[str, object] = field(default_factory=dict)

    @property
    def disk(self) -> Path:
        return self.home / "disk.raw"


@pytest.fixture(scope="module")
def making(tmp_path_factory):
    home = tmp_path_factory.mktemp("hybrid")
    found = Making(home, Teacher(home / "teacher", "qemu"))
    found.teacher.home.mkdir()
    try:
        yield found
    finally:
        found.teacher.type("sim", "down")
    if len(found.done) == len(STEPS):
        write_record("installer-hybrid", found.seen)


def answers(recipe: Recipe) -> bytes:
    """esxlab's own, and below them those of this test, each marked as such."""
    arguments = [word for word in KERNEL_ARGUMENTS.split() if not word.startswith(NOT_HERE)]
    told = LAB.format(packages=recipe.packages, arguments=" ".join(arguments))
    return f"{recipe.preseed}{SPEED}{OWN_SUITE.format(suite=SUITE)}{told}".encode()


def makes_a_model_killed_at_stages_before(making: Making) -> None:
    """The plug is pulled twice; the third run, on the disk that is left, goes from nothing to power-off."""
    making.teacher.sim_up()
    password = read_book(making.teacher.school)["passwords"]["guest"]
    recipe = recipe_of(spec_of_model(making.home), making.home / "user", password)
    mirror = Mirror(
        making.home / "mirror", cache_directory() / "installer-mirror", upstream(RELEASE), making.home / "own"
    )
    with mirror:
        (making.home / "scratch").mkdir()
        archive = Archive(ARCHITECTURE, mirror.find, making.home / "scratch")
        found = installer(ARCHITECTURE)
        there = installer_initrd.files_of(found.initrd)
        key = publish(archive, kernel_of(there), making.home / "own")
        files = {"preseed.cfg": answers(recipe), KEYRING: there[KEYRING] + key}
        boot = boot_words(found, with_files(found.initrd, making.home / "initrd.gz", files))
        empty_disk(making.disk)
        for item in KILLED_AT:
            with InstallerMachine(making.home, making.disk, making.home / "mirror", boot) as machine:
                run = Run(machine, RECORDS / "pictures")
                failure = run.until(lambda run=run, item=item: item in run.items, patience_s=PATIENCE_S)
                assert failure is None, failure
        with InstallerMachine(making.home, making.disk, making.home / "mirror", boot) as machine:
            run = Run(machine, RECORDS / "pictures", proof=recipe.proof)
            failure = run.judge(patience_s=PATIENCE_S)
            assert failure is None, failure
            assert machine.process.wait(60) == 0
        making.seen |= {"times": run.times(), "requests": len(mirror.asked), "architecture": ARCHITECTURE}
        assert any("Translation-fr" in asked.path for asked in mirror.asked)
    made = read_of(making.disk, PROOF)
    assert made.strip() == recipe.proof
    assert "fr_FR.UTF-8" in read_of(making.disk, "/etc/default/locale")
    assert "esxlab-failed" not in read_of(making.disk, "/root", "ls")


def kernel_of(there: dict[str, bytes]) -> str:
    """The version of the installer's kernel, by its modules."""
    modules = (name for name in there if name.startswith("lib/modules/") and name.endswith(".ko"))
    return next(modules).split("/")[2]


def read_of(disk: Path, path: str, ask: str = "cat") -> str:
    """A file of the disk's first partition, by debugfs(8)."""
    words = ["debugfs", "-R", f"{ask} {path}", f"{disk}?offset={2048 * 512}"]
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout


def becomes_the_model_of_a_class(making: Making) -> None:
    """`esxlab model build --from` takes the disk."""
    lab = making.teacher
    lab.spec = lab.home / "esxlab.yaml"
    text = TP.read_text(encoding="utf-8")
    lab.spec.write_text(text.replace("  host:", f"  model: {NAME}\n  host:", 1), encoding="utf-8")
    about = ("-f", str(lab.spec), "--sim", "-y")
    lab.type("model", "build", NAME, "--from", str(making.disk), *about, step="model build --from")


def carries_a_group(making: Making) -> None:
    """Part 1 from nothing to green, a drill, and away again."""
    lab = making.teacher
    lab.on_group("provision", "--yes", *BOOT, step="provision")
    verify(lab, "ha", limit_s=600.0)
    (drill,) = run_drills(lab, "power", step="drill")
    assert drill["takeover"]["in_bound"], drill
    lab.on_group("teardown", "--yes", step="teardown")
    making.seen |= {"group": lab.seen["times"]}


STEPS = (makes_a_model_killed_at_stages_before, becomes_the_model_of_a_class, carries_a_group)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_from_nothing_to_a_group_on_the_model(making, step):
    step(making)
    making.done.append(step.__name__)
    write_record("installer-hybrid-so-far", making.seen)
