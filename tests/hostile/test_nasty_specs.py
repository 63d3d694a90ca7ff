"""Bad specs, of every sort and in every kind of file: an answer that a person reads, never a traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from esxlab import texts
from esxlab.cli.group import esxlab
from tests.hostile.nasty_specs import HEAD

ROOT = Path(__file__).parents[2]
LIMIT_S = 280
SLOW_MACHINE = "10"
"""Seconds of processor time for an input, where `python -m tests.fuzz_spec` itself asks for two."""


@pytest.mark.parametrize("arguments", [["--known"], ["--examples", "120"]], ids=["known", "fuzzed"])
def test_every_spec_has_an_answer_within_time_and_memory(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz_spec", "--cpu", SLOW_MACHINE, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


KINDS = {
    "absent": ("E101", str),
    "empty": ("E104", lambda path: path.touch()),
    "pipe": ("E112", os.mkfifo),
    "loop": ("E112", lambda path: path.symlink_to(path)),
    "zero": ("E112", lambda path: path.symlink_to("/dev/zero")),
    "full": ("E112", lambda path: path.symlink_to("/dev/full")),
    "sparse": ("E109", lambda path: (path.touch(), os.truncate(path, 1 << 30))),
    "below a file": ("E101", lambda path: path.parent.touch()),
    "with\x1b[2Jescape": ("E104", lambda path: path.touch()),
    "bytes\udcff": ("E104", lambda path: path.touch()),
    "x" * 5000: ("E112", str),
    "half\ud800": ("E112", str),
}
"""Name of the file -> the code of the answer, and how it is made."""


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("name", KINDS, ids=lambda name: ascii(name)[:20])
def test_every_kind_of_file_has_an_answer(tmp_path, monkeypatch, capsys, name, language):
    monkeypatch.chdir(tmp_path)
    code, make = KINDS[name]
    path = Path("empty/spec" if name == "below a file" else name)
    make(path)
    assert esxlab.main(["plan", "-f", str(path), "--lang", language], standalone_mode=False) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert code in err
    assert "\x1b" not in err
    assert len(err) < 2000


def test_a_socket_is_not_read(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert esxlab.main(["plan", "-f", "socket"], standalone_mode=False) == 2
    assert "E112" in capsys.readouterr().err


def test_of_many_problems_a_person_is_shown_some(tmp_path, capsys):
    """`and 70 more`; a program gets all that were looked for."""
    path = tmp_path / "esxlab.yaml"
    for count, said in ((100, "and 70 more: 100 problems"), (1000, "and 170 more at least")):
        path.write_text(HEAD + "".join(f"key{number}: 1\n" for number in range(count)), encoding="utf-8")
        assert esxlab.main(["plan", "-f", str(path)], standalone_mode=False) == 2
        err = capsys.readouterr().err
        assert said in err
        assert err.count("E105") == 30
        assert esxlab.main(["plan", "-f", str(path), "-o", "json"], standalone_mode=False) == 2
        assert capsys.readouterr().out.count("spec.E105") == min(count, 200)
