"""A spec's warnings: plan and provision tell each once on this computer, doctor tells them all."""

from __future__ import annotations

import io

import pytest

from esxlab.cli.spec_warnings import FILE_NAME, tell_new_warnings
from esxlab.local.unwritten import Unwritten
from esxlab.show.console import Screen
from esxlab.spec.problems import SpecProblem

PUBLIC = SpecProblem(
    "W601", "tp.yaml", 4, 1, "class: demo", "outside.network", "", (("network", "192.16.193.0/24"),)
)
WEAK = SpecProblem("W602", "tp.yaml", 9, 1, "cluster: {auth: crc}", "cluster.auth")


@pytest.fixture
def tell(tmp_path):
    problems = []

    def told(*warnings, class_name="demo", quiet=False):
        err = io.StringIO()
        screen = Screen(io.StringIO(), err, quiet=quiet)
        tell_new_warnings(
            warnings, screen, class_name=class_name, directory=tmp_path, unwritten=Unwritten(problems.append)
        )
        return [word for word in err.getvalue().split() if word in {"W601", "W602"}]

    told.problems, told.file = problems, tmp_path / FILE_NAME
    return told


def test_each_is_told_once(tell):
    assert tell(PUBLIC) == ["W601"]
    assert tell(PUBLIC) == []
    assert tell(PUBLIC, WEAK) == ["W602"]
    assert tell.problems == []


def test_another_value_or_another_class_is_another_warning(tell):
    assert tell(PUBLIC) == ["W601"]
    moved = SpecProblem(**{**fields(PUBLIC), "line": 7})
    assert tell(moved) == []
    other = SpecProblem(**{**fields(PUBLIC), "facts": (("network", "8.8.8.0/24"),)})
    assert tell(other) == ["W601"]
    assert tell(PUBLIC, class_name="sio2") == ["W601"]


def fields(warning):
    return {name: getattr(warning, name) for name in SpecProblem.__slots__}


def test_what_quiet_leaves_out_is_told_next_time(tell):
    assert tell(PUBLIC, quiet=True) == []
    assert tell(PUBLIC) == ["W601"]


def test_a_file_of_a_newer_esxlab_is_left_alone_and_all_is_told(tell):
    tell.file.write_text('{"schema": "esxlab/warnings/2"}')
    assert tell(PUBLIC, WEAK) == ["W601", "W602"]
    assert [error.code for error in tell.problems] == ["format.newer"]
    assert tell.file.read_text() == '{"schema": "esxlab/warnings/2"}'


def test_where_nothing_can_be_noted_it_is_told_each_time(tell):
    tell.file.mkdir()
    assert tell(PUBLIC) == ["W601"]
    assert tell(PUBLIC) == ["W601"]
    assert {error.code for error in tell.problems} == {"local.unwritten"}
