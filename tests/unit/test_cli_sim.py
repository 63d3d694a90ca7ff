"""The school's commands: what they answer, and that its host keys are forgotten with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from esxlab.cli.group import esxlab
from esxlab.cli.school import pins_directory
from esxlab.errors import LabError
from esxlab.sim import school

DEMO = str(Path(__file__).parents[2] / "specs" / "demo.yaml")
UP = {"running": True, "engine": "light", "name": "demo", "servers": {"vc": ["127.0.0.1", 1]}, "routers": {}}
DOWN = {"running": False}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    asked: list[Any] = []

    def up(shape: Any, directory: Path, **conditions: Any) -> dict[str, Any]:
        asked.append((shape.name, [router.host for router in shape.routers], directory, conditions))
        return UP

    monkeypatch.setenv("ESXLAB_SCHOOL", str(tmp_path))
    monkeypatch.setattr(school, "school_up", up)
    monkeypatch.setattr(school, "school_down", lambda _: DOWN)
    monkeypatch.setattr(school, "school_status", lambda _: UP)
    return asked


def sim(*words: str) -> Result:
    return CliRunner().invoke(esxlab, ["sim", *words])


def test_up_builds_the_school_of_the_spec(asked: list[Any], tmp_path: Path) -> None:
    result = sim("up", "-f", DEMO, "--speed", "20", "-o", "json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["schema"], document["running"]) == (0, "esxlab/sim/1", True)
    routers = [f"router{number}.school.example" for number in (1, 2, 3)]
    conditions = {"engine": "light", "speed": 20.0, "licence": "evaluation", "release": "8.0"}
    assert asked == [("demo", routers, tmp_path, conditions)]


def test_a_school_of_free_hosts_can_be_asked_for(asked: list[Any]) -> None:
    assert sim("up", "-f", DEMO, "--licence", "free", "--release", "7.0").exit_code == 0
    assert (asked[0][3]["licence"], asked[0][3]["release"]) == ("free", "7.0")
    assert sim("up", "-f", DEMO, "--release", "9.9").exit_code == 2


def test_up_without_a_spec_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ESXLAB_FILE", raising=False)
    result = sim("up")
    assert (result.exit_code, "[spec.not_found]" in result.stderr) == (2, True)


@pytest.mark.parametrize("words", [["up", "-f", DEMO], ["down"]])
def test_host_keys_are_forgotten_with_the_school(words: list[str], asked: list[Any]) -> None:
    pins = pins_directory(sim=True)
    pins.mkdir()
    (pins / "known_hosts").touch()
    assert sim(*words).exit_code == 0
    assert not pins.exists()


def test_status_touches_nothing(asked: list[Any]) -> None:
    pins = pins_directory(sim=True)
    pins.mkdir()
    assert "127.0.0.1:1" in sim("status").stdout
    assert pins.exists()


def test_a_school_that_cannot_start(asked: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def up(*_: Any, **__: Any) -> None:
        raise LabError("school.down")

    monkeypatch.setattr(school, "school_up", up)
    result = sim("up", "-f", DEMO)
    assert result.exit_code == 6
    assert "[school.down]" in result.stderr
