"""A word that names no file of use is a wrong command line: exit code 2, before anything is dialled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from esxlab.backends.copying import MOST
from esxlab.cli.exit_codes import ExitCode, exit_code_of
from esxlab.cli.group import esxlab
from esxlab.errors import LabError

DEMO = Path(__file__).parents[2] / "specs" / "demo.yaml"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A directory with a spec, a file, a directory, a pipe and files that together are too large."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "esxlab.yaml").write_bytes(DEMO.read_bytes())
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("half", "other"):
        (tmp_path / name).write_bytes(bytes(MOST // 2 + 1))
    return tmp_path


def told(*words, language="en"):
    done = CliRunner().invoke(esxlab, words, env={"ESXLAB_LANG": language})
    return done.exit_code, done.output


WRONG = {
    ("copy", "none", "srvweb1:/tmp"): "copy.no_file",
    ("copy", "file/x", "srvweb1:/tmp"): "copy.no_file",
    ("copy", "folder", "srvweb1:/tmp"): "copy.unreadable",
    ("copy", "pipe", "srvweb1:/tmp"): "copy.unreadable",
    ("copy", "half", "other", "srvweb1:/tmp"): "copy.too_many",
    ("copy", "srvweb1:/etc/hosts", "file"): "usage.no_directory",
    ("graph", "--to", "folder"): "usage.is_directory",
    ("graph", "--to", "file/x"): "usage.no_directory",
    ("graph", "-o", "png", "--to", "folder"): "usage.is_directory",
    ("report", "-o", "html", "--to", "folder"): "usage.is_directory",
    ("export", "csv", "--to", "folder"): "usage.is_directory",
    ("export", "ssh-config", "--to", "file/x/y"): "usage.no_directory",
    ("console", "srvweb1", "--picture", "folder"): "usage.is_directory",
    ("sheet", "--directory", "file"): "usage.no_directory",
    ("sheet", "--directory", "file/x"): "usage.no_directory",
    ("board", "--no-watch", "--static", "file"): "usage.no_directory",
    ("run", "srvweb1"): "usage.missing_command",
    ("plan", "-f", "folder"): "E112",
    ("plan", "-f", "none"): "E101",
}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_word_is_a_wrong_command_line(desk, words, language):
    status, said = told(*words, language=language)
    assert WRONG[words] in said
    assert status == ExitCode.USAGE
    assert "Errno" not in said


def test_a_file_that_may_not_be_read_is_one_too(desk, monkeypatch):
    def refuse(path, limit):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("esxlab.foreign._opened_and_read", refuse)  # root may read all
    status, said = told("copy", "file", "srvweb1:/tmp")
    assert (status, "copy.unreadable" in said, "Permission denied" in said) == (ExitCode.USAGE, True, True)


@pytest.mark.parametrize(
    "code",
    [
        *("key.missing", "key.unreadable", "key.putty", "key.public"),
        *(
            "model.disk_unread",
            "model.iso_unread",
            "students.no_file",
            "students.unreadable",
            "seeds.missing",
        ),
    ],
)
def test_so_is_a_file_that_the_spec_names(code):
    assert exit_code_of(LabError(code)) == ExitCode.USAGE


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("run", "srvweb1"), "`esxlab run srvweb1 -- COMMAND`"),
        (("run",), "`esxlab run MACHINES -- COMMAND`"),
        (("console",), "`esxlab console MACHINE`"),
        (("ssh",), "`esxlab ssh MACHINE [-- COMMAND]`"),
        (("copy",), "`esxlab copy FROM... TO`"),
        (("find",), "`esxlab find WORD`"),
        (("run", "it's; $(me)"), "`esxlab run 'it'\"'\"'s; $(me)' -- COMMAND`"),
    ],
)
def test_what_is_missing_comes_with_the_line_to_type(words, line):
    assert line in told(*words)[1]


@pytest.mark.parametrize(("words", "word"), [(("run", "srvweb1"), "-- COMMANDE"), (("copy",), "DE... VERS")])
def test_in_french_too(words, word):
    assert word in told(*words, language="fr")[1]
