"""`esxlab trust` on a school: new, the same, changed; and what the other commands do then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEMO = str(ROOT / "specs" / "demo.yaml")

pytestmark = pytest.mark.scenario


@pytest.fixture
def esxlab(tmp_path):
    extra = {
        "XDG_DATA_HOME": str(tmp_path / "home"),
        "XDG_STATE_HOME": str(tmp_path / "home"),
        "ESXLAB_SCHOOL": str(tmp_path / "school"),
        "PYTHONPATH": str(ROOT),
    }
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ESXLAB")} | extra

    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "esxlab", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    assert run("sim", "up", "-f", DEMO, "--speed", "40")[0] == 0
    yield run
    run("sim", "down")


def test_pinned_once_same_afterwards_and_a_changed_one_is_refused(esxlab, tmp_path) -> None:
    code, said = esxlab("trust", "-f", DEMO)
    assert code == 2, said  # nobody to ask
    code, said = esxlab("trust", "-f", DEMO, "--yes")
    assert code == 0, said
    assert said.count("new") == 7  # a certificate, and two of each of three routers
    file = tmp_path / "school" / "pins" / "trust.json"
    access = json.loads((tmp_path / "school" / "school.json").read_text())
    trusted = json.loads(file.read_text())
    assert trusted["certificates"] == access["thumbprints"]
    assert len(set(trusted["serials"].values())) == 3
    code, said = esxlab("trust", "-f", DEMO)
    assert code == 0, said
    assert said.count("as pinned") == 7
    code, said = esxlab("trust", "-f", DEMO, "-q", "-o", "json")
    assert code == 0, said
    told = json.loads(said)
    assert {(each["state"], each["confirmed"]) for each in told["hosts"]} == {("same", False)}
    assert (len(told["hosts"]), told["file"], told["errors"]) == (7, str(file), [])

    right = trusted["serials"]["router1.school.example"]
    trusted["serials"]["router1.school.example"] = "FTX0000"
    file.write_text(json.dumps(trusted))
    code, said = esxlab("trust", "-f", DEMO, "--yes")
    assert code == 4, said
    assert "FTX0000" in said
    assert right in said
    code, said = esxlab("doctor", "-f", DEMO, "-g", "1")
    assert code == 4, said
    assert "router.wrong_serial" in said
    code, said = esxlab("trust", "-f", DEMO, "--yes", "--replace")
    assert code == 0, said
    code, said = esxlab("provision", "-f", DEMO, "-g", "1", "--yes")
    assert code == 0, said
    code, said = esxlab("provision", "-f", DEMO, "-g", "1", "--yes")
    assert code == 0, said
    assert "✔ done" not in said  # nothing to do
    code, said = esxlab("teardown", "-f", DEMO, "-g", "1", "--yes")
    assert code == 0, said
