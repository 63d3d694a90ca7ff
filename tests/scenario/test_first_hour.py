"""The first hour as the documents have it, word for word, on the embedded school, at 80 columns."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.typist import COLUMNS, ROOT, Typed, Typist, commands_of

sys.path.insert(0, str(ROOT / "tests" / "golden"))
from golden_text import check_golden

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.scenario
ELSEWHERE = ("pipx ", "make ", "openssl ")
"""What is no command of esxlab's."""
VARYING = (
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\d+,\d s|\d+ s\b", "N s"),
    (r"SHA256:\S+|\b[0-9A-F]{2}(:[0-9A-F]{2}){31}\b", "KEY"),
    (r"KEY\n +\S+", "KEY"),
    (r"FTX\d+", "FTX0"),
    (r"\d+,\d Gio\s+libres", "FREE Gio libres"),
    (r"contrôle\s+[0-9a-f]{16}", "contrôle CHECKSUM"),
    (r" +\n", "\n"),
)
HOUR_IN_FRENCH = (
    "esxlab --help",
    "esxlab sim up -f specs/demo.yaml",
    "esxlab doctor -f specs/demo.yaml",
    "esxlab plan -f specs/demo.yaml --group 1",
    "esxlab provision -f specs/demo.yaml --group 1",
    "esxlab verify -f specs/demo.yaml --group 1",
    "esxlab status -f specs/demo.yaml --group 1",
    "esxlab teardown -f specs/demo.yaml --group 1",
    "esxlab sim down",
)


@pytest.fixture
def person(tmp_path: Path, request: pytest.FixtureRequest):
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    someone = Typist(tmp_path, language=getattr(request, "param", "en"))
    yield someone
    someone.type("esxlab sim down")


def must(person: Typist, line: str) -> Typed:
    typed = person.type(line)
    assert typed.status == 0, f"$ {line}\n{typed.out}\n{typed.err}"
    return typed


def too_wide(text: str) -> list[str]:
    """Lines of a result that 80 columns break, but a router's own (six blanks in front)."""
    return [line for line in text.splitlines() if len(line) > COLUMNS and not line.startswith(" " * 6)]


def own_names(spec: Path, groups: str) -> None:
    """What a teacher puts into a first spec; here the names of the embedded school."""
    text = spec.read_text(encoding="utf-8")
    assert "groups: 1-12" in text
    spec.write_text(text.replace("groups: 1-12", f"school: embedded\ngroups: {groups}", 1), encoding="utf-8")


def test_the_readmes_order_by_hand(person: Typist) -> None:
    lines = [line for line in commands_of("README.md", under="Two commands") if line.startswith("esxlab")]
    assert [line.split()[1] for line in lines] == ["sim", "provision", "verify", "sim"]
    for line in lines:
        typed = must(person, line)
        if line.startswith("esxlab sim up"):
            assert lines[1] in typed.err  # it names the next command


@pytest.mark.parametrize(
    ("page", "heading"),
    [("README.md", "The first hour on a real ESXi"), ("docs/operators-guide.md", "First run")],
)
def test_the_first_hour_on_a_server(person: Typist, page: str, heading: str) -> None:
    lines = [line for line in commands_of(page, under=heading) if not line.startswith(ELSEWHERE)]
    assert {"trust", "plan", "provision", "verify"} <= {line.split()[1] for line in lines}
    must(person, "esxlab init")
    own_names(person.home / "esxlab.yaml", "1-2")
    must(person, "esxlab sim up")
    for line in lines:
        if line != "esxlab init":
            assert too_wide(must(person, line).out) == [], line


def test_the_rehearsal_needs_no_server_and_no_password(person: Typist) -> None:
    lines = commands_of("docs/operators-guide.md", under="Rehearsal without any ESXi")
    assert [line.split()[1] for line in lines] == ["sim", "provision", "verify", "drill", "sim"]
    must(person, "esxlab init")
    for line in lines:
        assert too_wide(must(person, line).out) == [], line


def test_a_lesson_from_eight_to_twelve(person: Typist) -> None:
    """Every command of the chapter, in its order; before it the class stands, and is paused."""
    lines = commands_of("docs/operators-guide.md", under="A lesson, from 8:00 to 12:00")
    assert {"resume", "sheet", "verify", "console", "drill", "report", "pause"} <= {
        line.split()[1] for line in lines
    }
    must(person, "esxlab init")
    spec = person.home / "esxlab.yaml"
    own_names(spec, "1-2")
    spec.write_text(spec.read_text(encoding="utf-8") + "\nstudents: class.csv\n", encoding="utf-8")
    (person.home / "class.csv").write_text("nom;prénom;groupe\nDURAND;Paul;1\nPETIT;Zoé;2\n", "utf-8")
    for line in ("esxlab sim up --speed 100", "esxlab provision --yes", "esxlab pause --yes"):
        must(person, line)
    for line in lines:
        wide = too_wide(must(person, line).out)
        one_word = ("https://", str(person.home))  # an address and a path are not folded
        assert [each for each in wide if not each.startswith(one_word)] == [], line
    assert "paused" in must(person, "esxlab status").out
    assert list(person.home.glob("esxlab-report-*.pdf"))
    assert (person.home / "srvweb2.png").stat().st_size
    assert len(list((person.home / "corrections").glob("g0*/ha.cf"))) == 4


@pytest.mark.parametrize("person", ["fr"], indirect=True)
def test_the_first_hour_in_french(person: Typist) -> None:
    pages = []
    for line in HOUR_IN_FRENCH:
        out = must(person, line).out
        assert too_wide(out) == [], line
        pages.append(f"$ {line}\n{out}")
    text = "\n".join(pages)
    for pattern, stand_in in VARYING:
        text = re.sub(pattern, stand_in, text)
    check_golden("first-hour.fr.txt", text)
