"""A model of a disk, stage by stage, on every road that a server is changed by."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from esxlab.backends.disk_image.source import look_at_source
from esxlab.engine.model_order import DiskFile, ModelOrder
from esxlab.errors import LabError
from esxlab.lab.model_build import steps_of
from tests.borrowed import borrows
from tests.roads import API, NO_API, SHELLS, world_on
from tests.vsphere_worlds import wanted_lab

pytestmark = borrows("qemu-img")
SIZE = 8 * 1024 * 1024


@pytest.fixture(params=[*API, *SHELLS, *NO_API])
def world(request):
    with world_on(request.param, request) as found:
        yield found


@pytest.fixture
def order(world, tmp_path):
    """A disk with something at its beginning and its end, for a model that is not there."""
    disk = tmp_path / "teacher.raw"
    with disk.open("wb") as file:
        file.write(os.urandom(100_000))
        file.truncate(SIZE - 5000)
        file.seek(SIZE - 5000)
        file.write(os.urandom(5000))
    lab = wanted_lab(1, replace(world.site, model="modeleD10"))
    return ModelOrder(lab, DiskFile(look_at_source(disk)), tmp_path / "kept")


def place_of(world, order):
    return world.vsphere.model_place(order.wanted, order.lab)


def left(world, order, **said):
    """What somebody else's fresh look says that is still to be done."""
    seen = place_of(world, order).look(image_bytes=order.source.image_bytes, rebuild=bool(said))
    return steps_of(seen, order.wanted.recipe, way="disk", **said)


def quiet(_):
    """Nobody hears how far it is."""


def test_each_stage_is_known_again_by_the_next_look(world, order):
    home, folder = world.datastore / "modeleD10", world.datastore / order.wanted.folder
    assert left(world, order) == ("unpack", "upload", "create", "convert", "attach", "clean")
    order.directory.mkdir()
    order.source.make(order.image, tell=quiet)
    place_of(world, order).upload(order.image, progress=quiet)
    assert [path.name for path in folder.iterdir()] == [order.wanted.image_name]
    assert left(world, order) == ("create", "convert", "attach", "clean")
    place_of(world, order).look(image_bytes=0, rebuild=False)
    place_of(world, order).create()
    assert left(world, order) == ("convert", "attach", "clean")
    for _ in range(2):  # a second time, as after a kill
        place_of(world, order).convert(progress=quiet)
        assert left(world, order) == ("convert", "attach", "clean")
    place_of(world, order).attach()
    assert left(world, order) == ("clean",)
    place_of(world, order).clean()
    assert left(world, order) == ()
    assert not folder.exists()
    assert (home / "modeleD10-flat.vmdk").read_bytes() == order.source.source.path.read_bytes()
    seen = place_of(world, order)
    assert left(world, order, rebuild=True)[:3] == ("unpack", "upload", "destroy")
    seen.destroy()
    assert not home.exists()
    assert left(world, order)[:3] == ("unpack", "upload", "create")


def test_what_is_somebody_elses_is_in_the_way(world, order):
    world.foreign_folder("modeleD10")
    with pytest.raises(LabError) as told:
        left(world, order)
    assert told.value.code == "model.folder_taken"
    (world.datastore / "modeleD10" / "thesis.txt").unlink()
    (world.datastore / "modeleD10").rmdir()
    other = replace(order.lab, site=replace(order.lab.site, model="modeleD9"))
    with pytest.raises(LabError) as told:
        left(world, ModelOrder(other, order.source, order.directory), rebuild=True)
    assert told.value.code == "model.foreign"
