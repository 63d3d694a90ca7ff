"""esxlab init writes a spec that loads, in both languages, and never over another file."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest
from click.testing import CliRunner

from esxlab import texts
from esxlab.cli.group import esxlab
from esxlab.spec.load import load_class_spec


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    texts.set_language("en")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_first_spec_is_the_exercise(here, language):
    result = CliRunner().invoke(esxlab, ["init", "--lang", language])
    assert result.exit_code == 0, result.output
    assert "esxlab plan --group 1" in result.output
    groups = load_class_spec(here / "esxlab.yaml").groups(None)
    assert len(groups) == 12
    assert (groups[6].inside.vlan, groups[6].router.address.host) == (107, "10.0.0.7")
    assert max(map(len, (here / "esxlab.yaml").read_text(encoding="utf-8").splitlines())) <= 120


def test_a_spec_that_is_there_is_left_alone(here):
    Path("esxlab.yaml").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(esxlab, ["init"])
    assert (result.exit_code, Path("esxlab.yaml").read_text(encoding="utf-8")) == (2, "mine")
    assert "usage.spec_exists" in result.stderr


def test_half_a_spec_is_not_left_behind(here):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))  # write(2), EFBIG: as a quota, or a full disk
    try:
        result = CliRunner().invoke(esxlab, ["init"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (result.exit_code, list(here.iterdir())) == (2, [])
    assert "usage.spec_unwritable" in result.stderr


def test_a_directory_that_is_not_there(here):
    result = CliRunner().invoke(esxlab, ["init", "-f", "nowhere/esxlab.yaml"])
    assert result.exit_code == 2
    assert "usage.spec_unwritable" in result.stderr


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_class_has_the_name_that_it_is_given(here, language):
    result = CliRunner().invoke(esxlab, ["init", "--class", "durand-sio2", "--lang", language])
    assert result.exit_code == 0, result.output
    assert load_class_spec(here / "esxlab.yaml").class_name == "durand-sio2"


@pytest.mark.parametrize("name", ["SIO 2", "élèves", "a" * 31, "../x", "a\n"])
def test_a_name_that_no_class_can_have_writes_nothing(here, name):
    result = CliRunner().invoke(esxlab, ["init", "--class", name])
    assert (result.exit_code, list(here.iterdir())) == (2, [])
    assert "usage.class_name" in result.stderr


def test_in_a_terminal_the_name_is_asked_for(here):
    import pty
    import subprocess
    import sys

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "esxlab", "init"], stdin=theirs, stdout=theirs, stderr=theirs, cwd=here
    )
    os.write(ours, b"martin-sio1\n")
    assert process.wait(60) == 0
    os.close(theirs)
    os.close(ours)
    assert load_class_spec(here / "esxlab.yaml").class_name == "martin-sio1"
