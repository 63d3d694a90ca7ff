"""The embedded school is a neighbour: one room of esxlab knows it, and what only it needs is an extra."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import esxlab
from esxlab.cli import front, school
from esxlab.cli.group import esxlab as program
from esxlab.texts import LANGUAGES

HOUSE = Path(esxlab.__file__).parent
ROOT = HOUSE.parent
DEMO, CLASS = (str(ROOT / "specs" / name) for name in ("demo.yaml", "tp.yaml"))
DOOR = "cli/school.py"
OURS = {str(path.relative_to(HOUSE)): path for path in HOUSE.rglob("*.py") if "sim" not in path.parent.parts}
SIM = list((HOUSE / "sim").rglob("*.py"))
NETWORK = re.compile(r"school's (own )?network|spec\.school\b|\bnever the school's own\b")
"""The school that teaches, whose network the spec has under `school:`."""
KNOW_THE_SPEC = ("cli/", "spec/", "texts/")
WITH_PYDANTIC = {"pydantic_core": "pydantic"}
"""What a library pins exactly and documents as a part of itself -> that library."""


def test_one_room_alone_knows_the_neighbour():
    found = {name for name, path in OURS.items() if re.search(r"esxlab[./]sim\b", path.read_text())}
    assert len(OURS) > 200
    assert found == {DOOR}


def test_no_other_room_knows_the_word():
    rooms = {name: path for name, path in OURS.items() if not name.startswith(KNOW_THE_SPEC)}
    for room in ("backends", "checks", "drills", "engine", "exercises", "lab", "planning", "show"):
        assert any(name.startswith(f"{room}/") for name in rooms)
    lines = [(n, line) for n, path in rooms.items() for line in path.read_text().splitlines()]
    told = [(name, line) for name, line in lines if "school" in NETWORK.sub("", line).lower()]
    assert [where for where in told if not _passes_on(where[1])] == []


def _passes_on(line: str) -> bool:
    """The network of the spec, handed to a template under its own name."""
    return line.strip() == "school=spec.school,"


def test_the_command_line_alone_reads_what_the_neighbour_says():
    keys = ("accept_new=", "guests_on_loopback=", "SchoolEndpoints", "load_access(")
    users = {n for n, path in OURS.items() if any(key in path.read_text() for key in keys)}
    assert users == {DOOR}


def third_party(path: Path) -> set[str]:
    """The packages that a module imports, in a function and for its types too."""
    named = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            named.add(node.module.partition(".")[0])
    return named - sys.stdlib_module_names - {"esxlab"}


def declared(kind: str) -> set[str]:
    project = _project()
    lines = project["dependencies"] if kind == "core" else project["optional-dependencies"][kind]
    return {re.split(r"[^A-Za-z0-9_.-]", line)[0].lower().replace("_", "-") for line in lines}


def _project() -> dict:
    import tomllib

    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def distributions(packages: set[str]) -> set[str]:
    from_where = importlib.metadata.packages_distributions()
    names = {WITH_PYDANTIC.get(package, from_where.get(package, [package])[0]) for package in packages}
    return {name.lower().replace("_", "-") for name in names}


def test_what_the_program_imports_is_what_it_depends_on():
    imported = distributions(set().union(*map(third_party, OURS.values())))
    assert {"pyvmomi", "paramiko", "netmiko", "click"} <= imported
    extras = ("students", "sheets", "model", "board", "sites")
    assert imported - declared("core") == set().union(*map(declared, extras))


def test_what_the_school_imports_besides_is_the_extra():
    imported = distributions(set().union(*map(third_party, SIM)))
    installer = declared("model")  # an image is there only where somebody had what makes it
    assert imported - declared("core") == declared("sim") | installer
    needed = distributions(set(school.NEEDED))
    assert needed == declared("sim")
    assert "esxlab" in declared("dev")  # esxlab[sim]


BLOCKED = """
import importlib, importlib.abc, pkgutil, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"asyncssh"}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Absent())
import esxlab
seen = 0
for module in pkgutil.walk_packages(esxlab.__path__, "esxlab.", onerror=None):
    if not module.name.startswith("esxlab.sim") and module.name != "esxlab.__main__":
        importlib.import_module(module.name)
        seen += 1
assert seen > 200, seen
from esxlab.sim import access, school, texts
from esxlab.cli.main import main
sys.argv = ["esxlab", *sys.argv[1:]]
main()
"""


def test_without_the_extra_every_real_command_is_there(tmp_path, monkeypatch):
    monkeypatch.setenv("ESXLAB_SCHOOL", str(tmp_path / "school"))
    command = [sys.executable, "-c", BLOCKED, "sim", "down"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def without_extra(monkeypatch, tmp_path, *words):
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    monkeypatch.setenv("ESXLAB_SCHOOL", str(tmp_path / "school"))
    return CliRunner().invoke(program, [*words])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "words",
    [
        ("sim", "up", "-f", DEMO),
        ("sim", "status"),
        ("sim", "model"),
        *(
            (command, "--sim", "-f", CLASS, "-g", "1")
            for command in ("plan", "provision", "status", "verify", "doctor", "trust", "teardown", "unlock")
        ),
        ("plan", "-f", DEMO),  # it says `school: embedded`
        ("teardown", "--sim", "--class", "demo", "-g", "1"),
    ],
    ids=" ".join,
)
def test_the_school_says_what_to_type(words, language, monkeypatch, tmp_path):
    result = without_extra(monkeypatch, tmp_path, *words, "--lang", language)
    assert result.exit_code == 6
    assert "[sim.not_installed]" in result.stderr
    assert school.install_line() in " ".join(result.stderr.split())
    assert ("paquets" in result.stderr) == (language == "fr")


def test_the_line_is_for_this_python(monkeypatch):
    assert school.install_line() == f"{sys.executable} -m pip install 'esxlab[sim]'"
    monkeypatch.setattr(school.importlib.util, "find_spec", lambda _: None)
    assert school.install_line() == f"uv pip install --python {sys.executable} 'esxlab[sim]'"
    monkeypatch.setattr(school.os, "name", "nt")
    assert school.install_line().endswith(f"{sys.executable} esxlab[sim]")


def test_what_is_real_asks_for_no_extra(monkeypatch, tmp_path):
    result = without_extra(monkeypatch, tmp_path, "schema")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["$schema"]
    assert set(front.COMMANDS) >= {"plan", "sim"}
