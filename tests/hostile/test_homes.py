"""Each bad home with each command that meets it, as processes on one school."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.classroom import SPECS, classroom
from tests.commands import ROOT
from tests.hostile.homes import KEPT_ROOT, PEERS, PROVISION, SECRETS, TEARDOWN, Place, is_private
from tests.hostile.share import share

pytestmark = pytest.mark.scenario
DRAFT = re.compile(r"^\.|\.new$")


@pytest.fixture(scope="module")
def directory():
    """Not pytest's: another user must be able to enter it."""
    path = Path(tempfile.mkdtemp(prefix="esxlab-homes-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def room(directory: Path):
    with classroom(SPECS / "demo.yaml", directory / "class") as room:
        (directory / "class").chmod(0o755)
        spec = directory / "demo.yaml"
        shutil.copy(SPECS / "demo.yaml", spec)
        spec.chmod(0o644)
        room.must("provision", "--yes", "-g", "1")
        room.spec = spec
        yield room


@pytest.fixture
def place(room, directory: Path):
    """An empty home, and the school's directory with the access file alone: what is pinned is this home's."""
    at = Path(tempfile.mkdtemp(dir=directory))
    at.chmod(0o755)
    found = Place(at / "home", at / "school")
    for made in (found.home, found.school):
        made.mkdir(mode=0o700)
    shutil.copy(room.school.directory / "school.json", found.school)
    yield found
    for made in (found.home, found.school):
        if made.is_dir():
            made.chmod(0o700)


def told(value, place: Place):
    """The value with the names of this test's directories filled in."""
    if isinstance(value, str):
        return value.replace("{home}", str(place.home)).replace("{pins}", str(place.pins))
    return {key: told(each, place) for key, each in value.items()} if isinstance(value, dict) else value


def conditions(home, place: Place):
    own = {
        "HOME": str(place.home),
        "XDG_DATA_HOME": None,
        "XDG_STATE_HOME": None,
        "ESXLAB_SCHOOL": str(place.school),
    }
    finds = told(dict(home.finds), place)
    return {**finds, "environment": {**own, **finds.get("environment", {})}}


def made_by(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if not path.is_symlink()] if place.is_dir() else []


def turns(meets):
    """The commands of a home one by one; a provision goes with the teardown that takes its group away."""
    found = []
    for meet in meets:
        if found and (found[-1][-1].words, meet.words) == (PROVISION, TEARDOWN):
            found[-1].append(meet)
        else:
            found.append([meet])
    return found


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_home(peer, room, place: Place) -> None:
    home = peer.play
    if home.root and os.geteuid():
        pytest.skip("only root can make this home")
    home.build(place)
    before = {path for at in (place.home, place.school) for path in made_by(at)}
    hidden = [*room.access["passwords"].values(), KEPT_ROOT]
    for meets in itertools.chain(*share(turns(home.meets), PEERS.index(peer))):
        words = [told(word.replace("{spec}", str(room.spec)), place) for word in meets.words]
        ended = room.starter.start(*words, conditions=conditions(home, place)).wait(limit_s=60)
        said = f"{' '.join(words)}: {ended.status}\n{ended.out[-2000:]}\n{ended.err[-3000:]}"
        assert "Traceback" not in said, said
        assert "Exception ignored" not in said, said
        assert ended.status == meets.status, said
        assert all(word in ended.out + ended.err for word in meets.says), said
        assert meets.words == SECRETS or not any(secret in ended.out + ended.err for secret in hidden), said
    if home.leaves:
        fresh = {path for at in (place.home, place.school) for path in made_by(at)} - before
        assert [path for path in fresh if not is_private(path)] == []
        assert [path for path in fresh if DRAFT.search(path.name) and path.is_file()] == []
        for path in fresh:
            if path.is_file() and path.name != "secrets.json":
                assert not any(secret.encode() in path.read_bytes() for secret in hidden), path


REAL = (
    ("{esxlab} --help >&-", 6, "[local.output]"),
    ("{esxlab} schema > /dev/full", 6, "[local.output]"),
    ("{esxlab} schema 2>&- | head -1", 0, "{{"),
    ("{esxlab} role print <&- >/dev/null 2>&-", 0, ""),
    ("{esxlab} plan -f /nonexistent <&- >&- 2>&-", 2, ""),
    ("mkdir gone && cd gone && rmdir ../gone && {esxlab} plan", 6, "[local.no_directory]"),
    ("LC_ALL=C PYTHONIOENCODING=ascii {esxlab} --lang fr role print", 0, "VirtualMachine"),
    ("PYTHONIOENCODING=latin-1 PYTHONUTF8=0 {esxlab} --lang fr plan -f /nonexistent", 2, "E101"),
)
"""Lines for sh(1), where Python itself finds its streams so; how they end, what is read then."""


@pytest.mark.parametrize(("line", "status", "says"), REAL, ids=lambda value: str(value)[9:40])
def test_python_itself_finds_its_streams_so(line: str, status: int, says: str, tmp_path: Path) -> None:
    esxlab = f"'{sys.executable}' -m esxlab"
    ended = subprocess.run(
        ["sh", "-c", line.format(esxlab=esxlab)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "ESXLAB_LANG": "en"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    said = (ended.stdout + ended.stderr).decode(errors="replace")
    assert ended.returncode == status, said
    assert says.format() in said
    assert "Traceback" not in said
    assert "Exception ignored" not in said


def test_the_group_of_the_neighbour_is_as_it_was(room) -> None:
    """After all of the above; the homes' own changes were to group 2, and they have been taken away."""
    assert room.run("verify", "-g", "1").status == 0
    groups = room.run("status", "-o", "json").document["groups"]
    assert [(group["group"], group["state"]) for group in groups][1:] == [(2, "absent"), (3, "absent")]
