"""`make test-model`, (a): the unmodified installer of Debian 12 takes the answers of `esxlab model build`.

No answer but those, and a network in which there is a mirror and nothing else. It is through with this test
when it fetches its own parts, of which no mirror at hand has all. Then one thing at a time goes wrong.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from esxlab.sim.build import cache_directory
from esxlab.texts import say
from tests.real.installer_initrd import installer, with_files
from tests.real.installer_machine import InstallerMachine, boot_words
from tests.real.installer_mirror import Mirror, upstream
from tests.real.installer_recipe import RELEASE, recipe_of, spec_of_model
from tests.real.installer_run import Run, empty_disk
from tests.seen import RECORDS, write_record

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.real
ARCHITECTURE = "i386"
PASSED = ["localechooser", "console-setup-udeb", "ethdetect", "netcfg", "choose-mirror", "download-installer"]
HONEST_S = 900.0
"""Longer than any honest silence, however busy the computer is."""
STUCK_S = 40.0
"""From the moment on in which it is stuck."""
IDLE = 0.1
"""Of a processor, and less: it waits."""
PICTURES = RECORDS / "pictures"


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    """What `model build` would put on the ISO of a teacher who wants a French Debian 12."""
    home = tmp_path_factory.mktemp("recipe")
    return recipe_of(spec_of_model(home), home / "user", "sesame-du-modele")


@contextlib.contextmanager
def installing(directory, files, mirror=None) -> Iterator[Run]:
    """The installer with these files behind its initrd, and this mirror (none: one that has nothing)."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = installer(ARCHITECTURE)
    initrd = with_files(found.initrd, directory / "initrd.gz", files)
    disk = empty_disk(directory / "disk.raw")
    with InstallerMachine(directory, disk, directory / "mirror", boot_words(found, initrd)) as machine:
        yield Run(machine, PICTURES)


def open_mirror(directory):
    """Debian's, through this computer's apt."""
    cache = cache_directory() / "installer-mirror"
    return Mirror(directory / "mirror", cache, upstream(RELEASE))


def test_no_question_until_it_fetches_its_own_parts(recipe, tmp_path):
    with (
        open_mirror(tmp_path) as mirror,
        installing(tmp_path, {"preseed.cfg": recipe.preseed.encode()}) as run,
    ):
        failure = run.until(
            lambda: any(asked.path.endswith(".udeb") for asked in mirror.asked), patience_s=HONEST_S
        )
        picture = run.keep(run.machine.screen(), "answers")
        assert failure is None, failure
        assert [item for item in run.items if item in PASSED] == PASSED
        signed = f"dists/{RELEASE}/Release.gpg"
        assert [asked.status for asked in mirror.asked if asked.path == signed] == [200]
        seen = {"times": run.times(), "items": run.items, "requests": len(mirror.asked)}
    print(f"{seen}\n{picture}", flush=True)
    write_record("installer-answers", seen)


POSTINST = "var/lib/dpkg/info/localechooser.postinst"
"""A step whose program is another one in these runs: nothing else in the installer is changed."""
TROUBLES = {
    "hung": ("#!/bin/sh\nsleep 100000\n", "localechooser", "language"),
    "busy": ("#!/bin/sh\nwhile :; do :; done\n", "localechooser", "busy"),
    "failed": ("#!/bin/sh\nexit 1\n", "localechooser", "language"),
    "question": ("", "choose-mirror", "mirror"),
}
"""What goes wrong: the step's program, where it is, what is likely. A hang has no question on its picture."""


def is_idle(run):
    """A question takes a while to come, and then nothing more does."""
    load = run.machine.load()
    return load is not None and load < IDLE


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_goes_wrong_is_told_with_a_picture(recipe, tmp_path, trouble):
    program, item, likely = TROUBLES[trouble]
    computes = likely == "busy"
    files = {"preseed.cfg": recipe.preseed.encode()}
    if program:
        files[POSTINST] = program.encode()
    empty = Mirror(tmp_path / "mirror", tmp_path / "cache", "")
    with empty, installing(tmp_path, files) as run:
        before = run.until(lambda: item in run.items and (computes or is_idle(run)), patience_s=HONEST_S)
        assert before is None or before.code == "model.step_failed", before
        error = run.judge(patience_s=STUCK_S)
        kept = run.keep(run.machine.screen(), trouble)
    assert error is not None
    assert error.code == ("model.step_failed" if trouble == "failed" else "model.stuck")
    assert (error.facts["item"], error.facts["likely"]) == (item, say(f"model.likely.{likely}"))
    print(f"{run.seconds:.0f} s\n{error}\n{kept}", flush=True)
