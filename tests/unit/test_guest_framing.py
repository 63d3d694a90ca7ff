"""The frame of a script: the same through every login shell that is here, whatever comes before it."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from esxlab.backends.guest.framing import Frame, build_batch

SHELLS = [
    shell for shell in ("sh", "dash", "bash", "zsh", "ksh", "tcsh", "fish", "busybox") if shutil.which(shell)
]
HARD = "a 'b' \"c\" $HOME `id` \\n \\ ! %s é\n\n tab\tend"


def through(shell: str, frame: Frame, script: str, **options) -> subprocess.CompletedProcess[bytes]:
    words = ["busybox", "sh"] if shell == "busybox" else [shell]
    return subprocess.run(
        [*words, "-c", frame.command], input=frame.script(script), capture_output=True, check=False, **options
    )


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("script", "out", "status"),
    [
        ("echo hello", b"hello\n", 0),
        ("printf '%s' \"no line end\"", b"no line end", 0),
        ("true", b"", 0),
        ("echo a\nset -e\nfalse\necho never", b"a\n", 1),
        ("exit 7", b"", 7),
        ("cat\necho no input", b"no input\n", 0),
        ("kill -9 $$", b"", 137),
        ("locale 2>/dev/null | head -0; echo $LC_ALL", b"C\n", 0),
    ],
)
def test_the_answer_comes_to_the_letter(shell, script, out, status):
    frame = Frame()
    done = through(shell, frame, script, env={"PATH": "/usr/bin:/bin", "LANG": "fr_FR.UTF-8"})
    assert frame.begun(done.stdout)
    assert frame.ended(done.stdout)
    assert frame.read(done.stdout) == (out, status)
    assert frame.read(done.stderr).status == status


def test_what_comes_before_is_no_answer_and_errors_stay_apart():
    frame = Frame()
    done = through("bash", frame, "echo out; echo err >&2; exit 3")
    assert frame.read(b"noise" + done.stdout) == (b"out\n", 3)
    assert frame.read(b"\xff\0\n" + done.stderr) == (b"err\n", 3)


def test_half_an_answer_has_no_status():
    frame = Frame()
    said = f"{frame.nonce}\nhalf\n".encode()
    assert frame.read(said) == (b"half\n", None)
    assert not frame.ended(said + f"\n{frame.nonce} 0".encode())
    assert not frame.begun(b"esxlab-\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_files_arrive_to_the_letter_and_only_their_owner_reads_them(shell, tmp_path):
    batch, frame = str(tmp_path / "it's here"), Frame()
    files = {"0": HARD, "1": "", "hostname": "-n SRV1\n", "2": "x" * 200_000}
    done = through(shell, frame, build_batch(batch, files))
    assert frame.read(done.stdout) == (b"", 0), done.stderr
    for name, content in files.items():
        assert (tmp_path / "it's here" / name).read_bytes() == content.encode()
        assert (tmp_path / "it's here" / name).stat().st_mode & 0o077 == 0
    assert (tmp_path / "it's here").stat().st_mode & 0o077 == 0
