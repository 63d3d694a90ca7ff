"""The user's own files: whole or not at all, private, none lost between two runs, and failures said once."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import resource
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from esxlab.backends.guest.known_hosts import KnownHosts, Shown
from esxlab.backends.host_keys import HostKeys
from esxlab.cli.group_secrets import GroupSecrets
from esxlab.engine.events import RunFinished, RunStarted
from esxlab.engine.journal import Journal
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.local import files, moving
from esxlab.local.files import NOWHERE, write_private
from esxlab.local.lock import LocalLock, computer_id_of
from esxlab.local.moving import move_in
from esxlab.local.places import data_directory, state_directory
from esxlab.local.shortages import allow_more_files, shortage_of
from esxlab.local.unwritten import Unwritten

ROOT = Path(__file__).parents[2]
GROUP = GroupId("sio2", 7)
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def full(*_: object) -> int:
    raise FULL


@pytest.fixture
def full_disk(monkeypatch):
    """Files can be made, as on a full disk, and nothing can be written to them (write(2), ENOSPC)."""

    def full_file(descriptor: int, how: str):
        os.close(descriptor)
        return open("/dev/full", how)  # noqa: PTH123 - closed by the writer

    monkeypatch.setattr(os, "write", full)
    monkeypatch.setattr(os, "fdopen", full_file)
    monkeypatch.setattr(files, "_own", lambda *_: None)  # root would give the device this mode
    before = mode(Path("/dev/full"))
    yield
    assert mode(Path("/dev/full")) == before


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_files_and_directories_are_their_owners_whatever_the_umask(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        write_private(tmp_path / "new" / "deep" / "file", "text")
    finally:
        os.umask(before)
    assert mode(tmp_path / "new") == mode(tmp_path / "new" / "deep") == 0o700
    assert mode(tmp_path / "new" / "deep" / "file") == 0o600
    assert (tmp_path / "new" / "deep" / "file").read_text() == "text"


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path: Path, full_disk: None) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(LabError) as caught:
        write_private(path, "new", code="trust.file")
    assert (caught.value.code, caught.value.where) == ("trust.file", str(path))
    assert caught.value.detail == "No space left on device"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link, target = tmp_path / "file", tmp_path / "elsewhere" / "file"
    link.symlink_to(target)
    write_private(link, "text")
    assert link.is_symlink()
    assert target.read_text() == "text"


WRITERS = """
import sys
from pathlib import Path
from esxlab.backends.guest.known_hosts import KnownHosts, Shown
from esxlab.backends.host_keys import HostKeys
place, name = Path(sys.argv[1]), sys.argv[2]
sys.stdin.readline()
for number in range(8):
    HostKeys(place / "router_keys").first(f"{name}-{number}", f"ssh-rsa {name}{number}")
    shown = Shown("SHA256:x", f"ssh-rsa {name}{number}", f"{name}-{number}")
    KnownHosts(place / "known_hosts").meet(number, name, shown)
"""


def test_of_processes_that_write_at_once_none_loses_what_another_wrote(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITERS, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        for name in ("one", "two", "three")
    ]
    for process in running:
        process.stdin.write(b"\n")
        process.stdin.flush()
    ends = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], ends
    names = {f"{name}-{number}" for name in ("one", "two", "three") for number in range(8)}
    for file in ("router_keys", "known_hosts"):
        assert {line.split()[0] for line in (tmp_path / file).read_text().splitlines()} == names
    assert {path.name for path in tmp_path.iterdir()} == {
        *("known_hosts", "known_hosts.lock", "router_keys", "router_keys.lock"),
    }


def test_of_two_first_meetings_the_earlier_one_counts(tmp_path: Path) -> None:
    one, two = HostKeys(tmp_path / "model_keys"), HostKeys(tmp_path / "model_keys")
    assert one.first("modeleD9", "ssh-rsa AAAA") == "ssh-rsa AAAA"
    assert two.first("modeleD9", "ssh-rsa BBBB") == "ssh-rsa AAAA"


@pytest.mark.parametrize("junk", [b"\xff\xfe\x00", b"\x00" * 512, bytes(range(256))])
def test_a_file_of_pins_that_is_junk_is_said_and_kept(junk: bytes, tmp_path: Path) -> None:
    path = tmp_path / "router_keys"
    path.write_bytes(junk)
    try:
        assert HostKeys(path).known("10.0.0.7") == ""
    except LabError as error:
        assert error.code == "trust.file"  # noqa: PT017 - either is right: what is never is a traceback
    assert path.read_bytes() == junk


def test_others_lines_among_the_known_hosts_stay_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    path.write_bytes(b"lyc\xe9e ssh-rsa AAAA\n\n@revoked * ssh-rsa BBBB\n")
    KnownHosts(path).meet(7, "srvweb1", Shown("SHA256:x", "ssh-rsa CCCC", "127.0.0.1", 2222))
    assert path.read_bytes().splitlines() == [
        b"lyc\xe9e ssh-rsa AAAA",
        b"",
        b"@revoked * ssh-rsa BBBB",
        b"[127.0.0.1]:2222 ssh-rsa CCCC g07-srvweb1",
    ]


def test_what_only_informs_is_said_once_and_gone_without(tmp_path: Path, full_disk: None) -> None:
    said: list[LabError] = []
    unwritten = Unwritten(said.append)
    guests = KnownHosts(tmp_path / "known_hosts", unwritten=unwritten)
    for number in range(3):
        guests.meet(number, "srvweb1", Shown("SHA256:x", "ssh-rsa CCCC", f"127.0.0.{number + 1}"))
    assert guests.get(2, "srvweb1") == "SHA256:x"
    assert [(error.code, error.detail) for error in said] == [("local.unwritten", "No space left on device")]
    unwritten.check()


def test_what_the_next_run_needs_stops_the_next_change_only(tmp_path: Path, full_disk: None) -> None:
    said: list[LabError] = []
    unwritten = Unwritten(said.append)
    keys = HostKeys(tmp_path / "model_keys", unwritten)
    assert keys.first("modeleD9", "ssh-rsa AAAA") == "ssh-rsa AAAA"
    assert keys.first("modeleD9", "ssh-rsa BBBB") == "ssh-rsa AAAA"  # pinned in this run all the same
    with pytest.raises(LabError) as caught:
        unwritten.check()
    assert said == [caught.value]
    assert (caught.value.code, caught.value.detail) == ("trust.unwritten", "No space left on device")


def test_what_somebody_has_agreed_to_and_cannot_be_kept_is_an_error(tmp_path: Path, full_disk: None) -> None:
    with pytest.raises(LabError) as caught:
        HostKeys(tmp_path / "router_keys").pin("10.0.0.7", "ssh-rsa AAAA")
    assert caught.value.code == "trust.unwritten"


def test_without_a_file_of_secrets_one_may_look_but_change_nothing(tmp_path: Path, full_disk: None) -> None:
    unwritten = Unwritten()
    looking = GroupSecrets(tmp_path, unwritten=unwritten)
    assert looking.phrase(GROUP, "authkeys") == looking.phrase(GROUP, "authkeys")
    with pytest.raises(LabError) as caught:
        unwritten.check()
    assert (caught.value.code, caught.value.detail) == ("secret.unwritten", "No space left on device")
    with pytest.raises(LabError, match="No space left"):
        GroupSecrets(tmp_path).phrase(GROUP, "authkeys")
    assert not (tmp_path / "secrets.json").exists()


def test_secrets_that_others_may_read_are_closed_to_them(tmp_path: Path) -> None:
    phrase = GroupSecrets(tmp_path).phrase(GROUP, "authkeys")
    (tmp_path / "secrets.json").chmod(0o644)
    assert GroupSecrets(tmp_path).phrase(GROUP, "authkeys") == phrase
    assert mode(tmp_path / "secrets.json") == 0o600


def test_secrets_that_belong_to_somebody_else_are_not_used(tmp_path: Path, monkeypatch) -> None:
    GroupSecrets(tmp_path).phrase(GROUP, "authkeys")
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(LabError) as caught:
        GroupSecrets(tmp_path, unwritten=Unwritten()).phrase(GROUP, "authkeys")
    assert caught.value.code == "secret.owner"


def journal_of(path: Path, unwritten: Unwritten) -> Journal:
    return Journal(path, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC), unwritten=unwritten)


def test_a_journal_on_a_full_disk_is_said_once_and_raises_nothing(tmp_path: Path, full_disk: None) -> None:
    said: list[LabError] = []
    journal = journal_of(tmp_path / "journal.jsonl", Unwritten(said.append))
    journal(RunStarted("provision", "sio2", {7: 1}))
    journal(RunFinished((), 1.0))
    journal.close()
    assert [(error.code, error.where, error.detail) for error in said] == [
        ("local.unwritten", str(tmp_path / "journal.jsonl"), "No space left on device")
    ]
    assert journal.lost is said[0]


def test_a_journal_has_whole_lines_when_the_disk_fills_up_in_one(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "journal.jsonl"
    journal = journal_of(path, Unwritten())
    journal(RunStarted("provision", "sio2", {7: 1}))
    before, real = path.read_bytes(), os.write
    answers = [lambda file, line: real(file, line[:9]), full]
    monkeypatch.setattr(os, "write", lambda file, line: answers.pop(0)(file, line))  # noqa: PLW0108 - each its own
    journal(RunFinished((), 1.0))
    journal(RunFinished((), 2.0))
    assert path.read_bytes() == before
    assert answers == []
    assert journal.lost.detail == "No space left on device"
    assert json.loads(before)["event"] == "run-started"
    journal.close()


def test_a_lock_that_cannot_say_who_has_it_is_held_all_the_same(tmp_path: Path, full_disk: None) -> None:
    mine = LocalLock(tmp_path / "g07.lock", who="prof@laptop")
    with pytest.raises(LabError) as caught:
        LocalLock(tmp_path / "g07.lock", who="prof@laptop")
    assert caught.value.code == "lock.held_here"
    mine.close()


def test_a_file_system_without_locks_is_not_somebody_at_work(tmp_path: Path, monkeypatch) -> None:
    def none(*_: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))  # flock(2): NFS without its lock daemon

    monkeypatch.setattr(fcntl, "flock", none)
    with pytest.raises(LabError) as caught:
        LocalLock(tmp_path / "g07.lock", who="prof@laptop")
    assert (caught.value.code, caught.value.detail) == ("lock.local", "No locks available")


@pytest.mark.parametrize("torn", [b"", b"\0" * 32])
def test_a_torn_name_of_the_laptop_is_made_anew(torn: bytes, tmp_path: Path) -> None:
    (tmp_path / "laptop").write_bytes(torn)
    name = computer_id_of(tmp_path)
    assert len(name.partition("@")[0]) == 32
    assert computer_id_of(tmp_path) == name


def test_a_directory_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    for write in (computer_id_of, lambda home: write_private(home / "file", "")):
        with pytest.raises(LabError) as caught:
            write(tmp_path / "home")
        assert caught.value.detail == "Not a directory"


def test_a_relative_path_in_the_environment_counts_as_none(monkeypatch, tmp_path: Path) -> None:
    """XDG Base Directory Specification: "consider the path invalid and ignore it"."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for named in ("", "data", "./data", "~"):
        monkeypatch.setenv("XDG_DATA_HOME", named)
        assert data_directory() == tmp_path / ".local" / "share" / "esxlab"
    monkeypatch.setenv("XDG_DATA_HOME", "/srv/data")
    assert data_directory() == Path("/srv/data/esxlab")


def test_who_has_no_home_anywhere_is_told_what_to_set(monkeypatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr(os, "getuid", lambda: 4_242_424)
    directory = data_directory()
    assert NOWHERE in directory.parents
    for write in (computer_id_of, lambda home: files.append_private(home / "journal" / "x")):
        with pytest.raises(LabError) as caught:
            write(directory)
        assert caught.value.code == "local.no_home"


@pytest.fixture
def earlier(monkeypatch, tmp_path: Path) -> Path:
    """What an esxlab of before has left: everything in one directory."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    directory = tmp_path / ".local" / "share" / "esxlab"
    (directory / "journal").mkdir(parents=True)
    (directory / "journal" / "old.jsonl").write_text("{}\n")
    (directory / "locks" / "abc").mkdir(parents=True)
    (directory / "models.json").write_text("{}")
    (directory / "secrets.json").write_text("kept")
    (directory / "laptop").write_text("ab" * 16)
    return directory


def test_files_of_an_earlier_esxlab_are_moved_once(earlier: Path, tmp_path: Path) -> None:
    state = tmp_path / ".local" / "state" / "esxlab"
    move_in()
    assert (state / "journal" / "old.jsonl").read_text() == "{}\n"
    assert sorted(path.name for path in earlier.iterdir()) == ["laptop", "secrets.json"]
    (earlier / "models.json").write_text("of an older esxlab beside this one")
    move_in()
    assert (state / "models.json").read_text() == "{}"


def test_a_lock_that_a_running_earlier_esxlab_holds_is_still_held(earlier: Path) -> None:
    theirs = LocalLock(earlier / "locks" / "abc" / "g07.lock", who="prof@laptop")
    move_in()
    with pytest.raises(LabError) as caught:
        LocalLock(state_directory() / "locks" / "abc" / "g07.lock", who="prof@laptop")
    assert caught.value.code == "lock.held_here"
    theirs.close()


def test_two_runs_move_at_once_and_nothing_is_lost(earlier: Path, tmp_path: Path) -> None:
    for number in range(50):
        (earlier / "journal" / f"{number}.jsonl").write_text(str(number))
    command = [sys.executable, "-c", "from esxlab.local.moving import move_in; move_in()"]
    runs = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    assert [(run.communicate(timeout=120)[1], run.returncode) for run in runs] == [(b"", 0)] * 4
    moved = tmp_path / ".local" / "state" / "esxlab" / "journal"
    assert len(list(moved.iterdir())) == 51
    assert not (earlier / "journal").exists()


def test_files_go_whole_onto_another_file_system(earlier: Path, monkeypatch) -> None:
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if path.parent == earlier:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))  # rename(2)
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    move_in()
    assert (state_directory() / "journal" / "old.jsonl").read_text() == "{}\n"
    assert [path.name for path in state_directory().iterdir() if path.name.startswith(".")] == []
    assert sorted(path.name for path in earlier.iterdir()) == ["laptop", "secrets.json"]


def test_what_cannot_be_moved_stays_and_stops_nothing(earlier: Path, tmp_path: Path) -> None:
    (tmp_path / ".local" / "state").write_text("a file")
    move_in()
    assert (earlier / "journal" / "old.jsonl").exists()


def test_what_must_not_be_made_anew_is_moved_or_the_run_ends(
    earlier: Path, monkeypatch, tmp_path: Path
) -> None:
    """As on a Mac, whose data are elsewhere than earlier versions kept them."""
    data = tmp_path / "Library" / "Application Support" / "esxlab"
    monkeypatch.setattr(moving, "data_directory", lambda: data)
    monkeypatch.setattr(moving, "state_directory", lambda: data)
    data.parent.mkdir(parents=True)
    data.write_text("a file")
    with pytest.raises(LabError) as caught:
        move_in()
    assert caught.value.code == "local.unwritten"
    assert (earlier / "secrets.json").read_text() == "kept"
    data.unlink()
    move_in()
    assert (data / "secrets.json").read_text() == "kept"
    assert (data / "journal" / "old.jsonl").exists()
    assert list(earlier.iterdir()) == []


def test_its_own_limit_of_files_is_raised_as_far_as_it_may() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        allow_more_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (min(4096, before[1]), before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.EMFILE, "x"), "local.files"),
        (BlockingIOError(errno.EAGAIN, "x"), "local.processes"),
        (RuntimeError("can't start new thread"), "local.processes"),
        (MemoryError(), "local.memory"),
        (OSError(errno.ENOSPC, "x", "/home/prof/file"), "local.disk"),
        (RuntimeError("another"), None),
        (ValueError(), None),
        (ConnectionResetError(errno.ECONNRESET, "x"), None),
    ],
)
def test_what_the_computer_lacks_is_told_from_bugs(error: Exception, code: str | None) -> None:
    found = shortage_of(error)
    assert (found.code if found else None) == code


def test_a_pipe_or_a_device_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    """`report -o pdf --to /dev/full` as root had put a file there, and said that the report is in it."""
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        with pytest.raises(LabError) as refused:
            write_private(path, "the report")
        assert (refused.value.code, refused.value.detail) == ("local.unwritten", "not an ordinary file")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert sorted(tmp_path.iterdir()) == [link, pipe]
