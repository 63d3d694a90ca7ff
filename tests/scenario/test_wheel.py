"""What `pipx install` gets: the wheel holds the seeds, the specs and vcsim's source, and its command runs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.scenario


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        place,
        ROOT,
    ]
    subprocess.run(command, check=True, timeout=120, capture_output=True)
    return next(place.glob("*.whl"))


def test_seeds_specs_and_vcsim_are_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("seeds", "_seeds"), ("specs", "_specs")):
        assert {f"esxlab/{inside}/{path.name}" for path in (ROOT / folder).iterdir()} <= names
    assert {f"esxlab/sim/vcsim/{path.name}" for path in (ROOT / "esxlab/sim/vcsim").iterdir()} <= names


def test_its_command_runs_away_from_the_repository(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); sys.argv[0] = 'esxlab';"
        "import esxlab, pathlib; assert 'site' in esxlab.__file__;"
        "from esxlab.exercises.seeds import shipped_seeds; assert shipped_seeds().name == '_seeds';"
        "from esxlab.cli.main import main; main()"
    )
    command = [sys.executable, "-c", script, "schema"]
    done = subprocess.run(command, check=True, timeout=60, capture_output=True, text=True, cwd=tmp_path)
    assert '"$schema"' in done.stdout
