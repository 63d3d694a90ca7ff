"""`make test-model ISO=path`, (c): the true installer, from a teacher's ISO, end to end.

It boots from the ISO that `model build` remasters, as the machine on an ESXi host does; nothing stands in.
MIRROR=URL is a mirror that this computer's network leads to (a netinst image needs one); a DVD needs none.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from esxlab.backends.installer_iso import look_at, remaster, sha256_of
from tests.real.installer_machine import InstallerMachine
from tests.real.installer_mirror import Mirror
from tests.real.installer_recipe import MIRROR, recipe_of, spec_of_model
from tests.real.installer_run import Run, empty_disk
from tests.seen import RECORDS, write_record

ISO = os.environ.get("ISO", "")
UPSTREAM = os.environ.get("MIRROR", "")
pytestmark = [pytest.mark.real, pytest.mark.skipif(not ISO, reason="no ISO=path was given")]
PATIENCE_S = 1800.0


def test_the_true_installer_makes_a_model(tmp_path):
    image = look_at(Path(ISO))
    spec = spec_of_model(
        tmp_path, Path(ISO), sha256_of(Path(ISO)), mirror=MIRROR if UPSTREAM else "", release=image.release
    )
    recipe = recipe_of(spec, tmp_path / "user", "sesame-du-modele")
    ready = tmp_path / "ready.iso"
    remaster(Path(ISO), ready, preseed=recipe.preseed, locale="fr_FR.UTF-8", keymap="fr")
    boot = ["-drive", f"file={ready},media=cdrom,if=none,id=cd,readonly=on", "-device", "ide-cd,drive=cd"]
    disk = empty_disk(tmp_path / "disk.raw")
    mirror = Mirror(tmp_path / "mirror", tmp_path / "cache", UPSTREAM)
    with mirror, InstallerMachine(tmp_path, disk, tmp_path / "mirror", boot) as machine:
        run = Run(machine, RECORDS / "pictures", proof=recipe.proof)
        failure = run.judge(patience_s=PATIENCE_S)
        assert failure is None, failure
    write_record("installer-iso", {"image": str(image), "times": run.times()})
