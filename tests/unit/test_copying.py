"""Files through a real sh, in and out: to the letter, whole or not at all; names that every system takes."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from esxlab.backends.copying import SentFile, build_get, build_put, check, read_get
from esxlab.backends.guest.framing import Frame
from esxlab.backends.protocols import ScriptAnswer
from esxlab.errors import LabError
from esxlab.local.names import safe_name
from tests.borrowed import borrows

BYTES = bytes(range(256)) * 5000
NAMES = ["plain", 'it\'s a "file" $HOME', "é\n`id`", "-n"]


def names_in(directory) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def through_sh(script: str) -> ScriptAnswer:
    frame = Frame()
    done = subprocess.run(
        ["dash", "-c", frame.command], input=frame.script(script), capture_output=True, check=True, timeout=60
    )
    out, err = frame.read(done.stdout), frame.read(done.stderr)
    return ScriptAnswer(out.status, out.content.decode(), err.content.decode())


@borrows("dash")
@pytest.mark.parametrize("name", NAMES)
def test_a_file_arrives_and_comes_back_to_the_letter(tmp_path, name):
    answer = through_sh(build_put([SentFile(name, BYTES, 0o640)], str(tmp_path)))
    assert answer == (0, "", "", "")
    assert names_in(tmp_path) == [name]
    fetched = read_get(through_sh(build_get(str(tmp_path / name))), name)
    assert fetched == (BYTES, 0o640)


@borrows("dash")
def test_a_target_may_be_a_file_or_a_directory_and_several_need_the_latter(tmp_path):
    one, two = SentFile("one", b"1", 0o600), SentFile("two", b"2", 0o755)
    (tmp_path / "old").write_bytes(b"old")
    assert through_sh(build_put([one], str(tmp_path / "old"))).exit_status == 0
    assert (tmp_path / "old").read_bytes() == b"1"
    assert through_sh(build_put([one, two], str(tmp_path))).exit_status == 0
    assert (tmp_path / "two").stat().st_mode & 0o777 == 0o755
    assert through_sh(build_put([one, two], str(tmp_path / "none"))).exit_status != 0
    assert names_in(tmp_path) == ["old", "one", "two"]


@borrows("dash")
def test_what_fails_half_way_leaves_the_old_file_and_no_draft(tmp_path):
    (tmp_path / "kept").write_bytes(b"old")
    script = build_put([SentFile("kept", b"new", 0o644)], str(tmp_path))
    answer = through_sh(script.replace("base64 -d", "false"))
    assert answer.exit_status == 1
    assert (tmp_path / "kept").read_bytes() == b"old"
    assert names_in(tmp_path) == ["kept"]


@borrows("dash")
def test_what_arrives_otherwise_than_it_was_sent_does_not_take_the_files_place(tmp_path):
    (tmp_path / "kept").write_bytes(b"old")
    script = build_put([SentFile("kept", b"new", 0o644)], str(tmp_path))
    answer = through_sh(script.replace('base64 -d "$p.64"', "echo rotten"))
    with pytest.raises(LabError) as caught:
        check(answer, "/kept")
    assert (caught.value.code, answer.exit_status) == ("copy.differs", 66)
    assert (tmp_path / "kept").read_bytes() == b"old"
    assert names_in(tmp_path) == ["kept"]


@borrows("dash")
def test_a_file_that_changes_while_it_is_read_is_told(tmp_path):
    (tmp_path / "log").write_bytes(b"one\n")
    log = shlex.quote(str(tmp_path / "log"))
    script = build_get(str(tmp_path / "log")).replace("\nbase64", f"\necho two >>{log}\nbase64")
    with pytest.raises(LabError) as caught:
        read_get(through_sh(script), "/var/log/syslog")
    assert caught.value.code == "copy.differs"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (ScriptAnswer(65, "", ""), "copy.directory"),
        (ScriptAnswer(1, "", "no room"), "copy.failed"),
        (ScriptAnswer(None, "644\nAAAA", "", "size"), "copy.too_large"),
        (ScriptAnswer(None, "644\nAAAA", "", "time"), "copy.failed"),
        (ScriptAnswer(0, "644\nab  -\n*", ""), "copy.failed"),
        (ScriptAnswer(0, "644\nab  -\nAAAA", ""), "copy.differs"),
        (ScriptAnswer(0, "", ""), "copy.failed"),
    ],
)
def test_an_answer_that_is_no_file_is_told(answer, code):
    with pytest.raises(LabError) as caught:
        read_get(answer, "/etc/hosts")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("ha.cf", "ha.cf"),
        ("été b", "été b"),
        ("..", "_"),
        (".", "_"),
        ("", "_"),
        ("a/b\\c:d", "a_b_c_d"),
        ("nul", "_nul"),
        ("COM1.txt", "_COM1.txt"),
        ("end. .", "end"),
        ("a\x1b[2Jb", "a_[2Jb"),
        ("x" * 300, "x" * 120),
    ],
)
def test_a_name_that_every_system_takes(name, safe):
    assert safe_name(name) == safe
