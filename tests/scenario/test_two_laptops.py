"""Two colleagues and one group: two processes with different home directories, on one school."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.teacher import start_esxlab

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "specs" / "demo.yaml"

pytestmark = pytest.mark.scenario


class Laptop:
    """One person's computer: commands run with a home of their own."""

    def __init__(self, home: Path, school: Path) -> None:
        extra = {
            "XDG_DATA_HOME": str(home),
            "XDG_STATE_HOME": str(home),
            "ESXLAB_SCHOOL": str(school),
            "PYTHONPATH": str(ROOT),
        }
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ESXLAB")} | extra

    def start(self, *words: str) -> subprocess.Popen[str]:
        return start_esxlab(words, self.environment)

    def run(self, *words: str) -> tuple[int, str]:
        with self.start(*words) as process:
            out, err = process.communicate(timeout=120)
        return process.returncode, out + err


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    directory = tmp_path_factory.mktemp("school")
    janitor = Laptop(tmp_path_factory.mktemp("janitor"), directory)
    code, said = janitor.run("sim", "up", "-f", str(DEMO), "--speed", "5")
    assert code == 0, said
    yield directory
    janitor.run("sim", "down")


@pytest.fixture
def laptops(school, tmp_path):
    return Laptop(tmp_path / "a", school), Laptop(tmp_path / "b", school)


def locks(school: Path) -> list[Path]:
    return sorted(school.glob("datastores/*/*/*.lock"))


def await_lock(school: Path) -> Path:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        signed = [lock for lock in locks(school) if (lock / "lock.json").is_file()]
        if signed:
            return signed[0]
        time.sleep(0.02)
    raise AssertionError


def test_one_wins_the_other_is_told_and_the_killed_ones_lock_passes_on(school, laptops) -> None:
    mine, colleagues = laptops
    provision = ("provision", "-f", str(DEMO), "--group", "1", "--yes")
    with mine.start(*provision) as first:
        lock = await_lock(school)
        first.send_signal(signal.SIGSTOP)  # or it ends, on a busy computer, before the other has begun
        code, said = colleagues.run(*provision)
        assert code == 5, said
        assert "@" in said
        assert "--lock-wait" in said
        assert "esxlab unlock --group" in said
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=120)
    assert lock in locks(school)
    code, said = colleagues.run("teardown", "-f", str(DEMO), "--group", "1", "--yes")
    assert code == 5, said
    content = json.loads((lock / "lock.json").read_text())
    content["expires"] = content["since"]  # as it is two minutes later
    (lock / "lock.json").write_text(json.dumps(content))
    code, said = colleagues.run(*provision)
    assert code == 0, said
    assert locks(school) == []
    code, said = mine.run("teardown", "-f", str(DEMO), "--group", "1", "--yes")
    assert code == 0, said
    assert not list(school.glob("datastores/*/*/esxlab-*"))


def test_a_killed_run_is_repeated_at_once_by_the_same_laptop_and_broken_by_another(school, laptops) -> None:
    mine, colleagues = laptops
    provision = ("provision", "-f", str(DEMO), "--group", "2", "--yes")
    with mine.start(*provision) as first:
        await_lock(school)
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=120)
    code, said = colleagues.run("unlock", "-f", str(DEMO), "--group", "2", "--yes")
    assert code == 0, said
    assert locks(school) == []
    with mine.start(*provision) as second:
        await_lock(school)
        second.send_signal(signal.SIGKILL)
        second.communicate(timeout=120)
    code, said = mine.run(*provision)
    assert code == 0, said
    code, said = mine.run("teardown", "-f", str(DEMO), "--group", "2", "--yes")
    assert code == 0, said
    assert locks(school) == []


def test_waiting_is_enough(school, laptops) -> None:
    mine, colleagues = laptops
    with mine.start("provision", "-f", str(DEMO), "--group", "3", "--yes") as first:
        await_lock(school)
        code, said = colleagues.run("teardown", "-f", str(DEMO), "--group", "3", "--yes", "--lock-wait", "60")
        first.communicate(timeout=60)
    assert first.returncode == 0
    if code != 0:  # what it had planned to take away is no longer what is there; else it planned after that
        assert (code, "plan.overtaken" in said) == (3, True), said
        code, said = colleagues.run("teardown", "-f", str(DEMO), "--group", "3", "--yes")
        assert code == 0, said
    assert not list(school.glob("datastores/*/*/esxlab-demo-g03"))
    assert locks(school) == []


def test_a_colleague_with_the_same_class_name_changes_nothing_unless_asked(school, laptops, tmp_path) -> None:
    mine, colleagues = laptops
    code, said = mine.run("provision", "-f", str(DEMO), "--group", "1-2", "--yes")
    assert code == 0, said
    other = tmp_path / "esxlab.yaml"
    other.write_text(
        DEMO.read_text().replace("groups: 1-3", "groups: [1, 3]") + "cluster: {auto_failback: true}\n"
    )
    before = {path: path.read_bytes() for path in school.glob("datastores/*/*/esxlab-*/*")}
    code, said = colleagues.run("provision", "-f", str(other), "-g", "1", "--yes")
    assert code == 4, said
    assert "safety.colleagues_group" in said
    assert "Groups 1-2 run since 20" in said, said
    assert "teardown --group 2" not in said, "a colleague's group is no orphan"
    assert {path: path.read_bytes() for path in school.glob("datastores/*/*/esxlab-*/*")} == before
    code, said = colleagues.run("status", "-f", str(other))
    assert "made by" in said
    code, said = colleagues.run("drill", "-f", str(other), "-g", "1", "--yes", "nic")
    assert "safety.colleagues_group" in said
    note = tmp_path / "note"
    note.write_text("x")
    for words in (
        ("run", "-g", "1", "srvweb1", "--", "touch /root/x"),
        ("copy", "-g", "1", note, "srvweb1:/root/"),
    ):
        code, said = colleagues.run(words[0], "-f", str(other), *map(str, words[1:]))
        assert code == 4, said
        assert "safety.colleagues_group" in said
    code, said = colleagues.run("teardown", "-f", str(DEMO), "--group", "2", "--dry-run")
    assert code == 0, said
    assert "made by" in said
    code, said = colleagues.run("provision", "-f", str(other), "-g", "1", "--yes", "--take-over")
    assert code == 0, said
    code, said = colleagues.run("provision", "-f", str(other), "-g", "1", "--yes")
    assert code == 0, said
    assert "Nothing to do for group 1" in said
    code, said = mine.run("teardown", "-f", str(DEMO), "--group", "1-2", "--yes")
    assert code == 0, said
