"""docs/failure-modes.md is true: every failure is in it, and what it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from esxlab import texts

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "failure-modes.md"
TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
CODE = re.compile(r"`([a-z]+\.[a-z_]+)`")
GOLDEN = re.compile(r"\*([\w-]+)\*")
SPEC_CODE = re.compile(r"\b[EW]\d{3}\b")

FAILURES = """\
connection lost in mid-copy
SIGKILL between copy and create
SIGKILL in mid-copy and an immediate second run
reply lost
session expired
wrong vSphere password
account locked by others
sessions leaked
same name in another folder or on another host
somebody else's VM with our name
a VM cloned by hand from ours with our marks
datastore folder with foreign content
a disk outside the VM's folder
datastore full before the copies
datastore full during the copies
thin overcommit
host in maintenance
too little memory at power-on
free ESXi licence
missing privilege
foreign port group
in-use port group
guest never answers SSH
nobody answers in a whole lab
wrong guest password
apt locked
apt-daily holds the lock of the lists after a boot
the mirror's signing key has expired, or is not known
no ifupdown in the model, or no DHCP client for it
a drill's client has no curl, or one that does not read its numbers
a program that a question needs is missing
Heartbeat has died, and systemd 232 says "active (exited)"
apt slow
Debian 9 moved to the archive
router unreachable
router left in config mode
the wrong router
push cut in the middle
IOS error text ignored
address conflict
clones with the same machine-id
clones with the same host keys
clones with the same DHCP lease
the same group from two laptops
Ctrl-C once
Ctrl-C twice
laptop asleep
clocks apart
students deleted something
students changed something
the model's disk missing
the model's disk locked
the model's disk changed
the model has snapshots
the class shrank
the class grew
""".splitlines()


def rows():
    """Each row of the page's tables: failure -> its other cells."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").partition("<!-- generated: hostile -->")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and not line.startswith(("| ---", "| failure ")):
            assert cells[0] not in found, f"{cells[0]} is there twice"
            found[cells[0]] = cells[1:]
    return found


@pytest.fixture(scope="module")
def functions():
    """Test file -> the names of its tests."""
    found = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found[path.name] = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return found


def test_every_failure_has_its_row_and_nothing_else_has():
    assert sorted(rows()) == sorted(FAILURES)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_row_names_what_is_done_what_is_read_and_what_plays_it(failure, functions):
    done, said, played = rows()[failure]
    assert done
    assert said
    tests = TEST.findall(played)
    assert tests or played.startswith("not played: ")
    assert played.count("::") == len(tests), "a test's name that cannot be read"
    for file, name in tests:
        assert name in functions.get(file, ()), f"{file} has no {name}"


@pytest.mark.parametrize("failure", FAILURES)
def test_its_codes_and_golden_files_exist(failure):
    said = rows()[failure][1]
    catalogue = texts.catalogue()
    for code in CODE.findall(said):
        assert f"error.{code}" in catalogue
        assert f"error.{code}.fix" in catalogue
    for code in SPEC_CODE.findall(said):
        assert any(key.endswith(f".{code}") for key in catalogue), code
    for name in GOLDEN.findall(said):
        for language in texts.LANGUAGES:
            page = ROOT / "tests" / "golden" / "texts" / "failures" / f"{name}.{language}.txt"
            assert page.exists(), page.name


def test_every_golden_file_of_a_failure_is_made_by_a_test():
    """A page that no test writes any more would say what nobody reads."""
    sources = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests" / "scenario").glob("test_*.py"))
    made = set(re.findall(r'(?:tells|shows)\(\s*f?"([\w-]+)', sources))
    made |= {"spec-", "role-"}  # parametrised: spec-typo, role-power
    for page in (ROOT / "tests" / "golden" / "texts" / "failures").glob("*.en.txt"):
        name = page.name.removesuffix(".en.txt")
        assert name in made or name.startswith(("spec-", "role-")), f"{name} is made by no test"
