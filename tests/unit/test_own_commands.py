"""A person's own command through real shells: to the letter, ended in time, with its input."""

from __future__ import annotations

import os
import subprocess

import pytest

from esxlab.backends.guest.framing import Frame
from esxlab.backends.own_commands import build_own_command, command_line
from tests.borrowed import borrows

pytestmark = borrows("dash", "bash")
BYTES = bytes(range(256)) * 300


def answered(script: str, shell: str = "dash"):
    frame = Frame()
    done = subprocess.run(
        [shell, "-c", frame.command],
        input=frame.script(script),
        capture_output=True,
        check=False,
        timeout=60,
    )
    return frame.read(done.stdout), frame.read(done.stderr)


@pytest.mark.parametrize("shell", ["dash", "bash"])
@pytest.mark.parametrize(
    ("words", "said", "status"),
    [
        (["true"], b"", 0),
        (["printf", "%s|", "a b", "$HOME", "it's", "*", "é"], "a b|$HOME|it's|*|é|".encode(), 0),
        (["printf 'a\\nb\\n' | wc -l; exit 3"], b"2\n", 3),
        (["# nothing"], b"", 0),
        (["cat"], b"", 0),
        (["nosuchprogram"], b"", 127),
    ],
)
def test_words_arrive_as_they_were_typed(shell, words, said, status):
    out, err = answered(build_own_command(command_line(words), timeout_s=20), shell)
    assert (out.content, out.status) == (said, status)
    assert (status == 127) == (b"not found" in err.content)


def test_the_input_is_given_to_the_letter_and_nothing_of_it_stays(tmp_path):
    for line in ("cat", "cat; exit 4", "# none\ncat"):
        script = build_own_command(line, timeout_s=20, stdin=BYTES, memory=str(tmp_path))
        out, _ = answered(script)
        assert out.content == BYTES
        assert out.status == (4 if "exit" in line else 0)
        assert list(tmp_path.iterdir()) == []


def test_what_lies_there_meanwhile_is_its_owners_alone(tmp_path):
    kept = f"ls -ld {tmp_path}/* >&2; stat -c %a {tmp_path}/*"
    script = build_own_command("true", timeout_s=20, stdin=b"", memory=str(tmp_path))
    looked = script.replace("rm -rf", f"{kept}; rm -rf")
    assert answered(looked)[0].content == b"700\n"


def test_what_does_not_end_is_ended_there(tmp_path):
    out, _ = answered(build_own_command(f"echo $$ >{tmp_path}/pid; exec sleep 300", timeout_s=1))
    assert out.status == 124
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
