"""What the simulated hosts play without a source is tagged there, and told to whoever has a real host."""

from __future__ import annotations

from pathlib import Path

import pytest

import esxlab.sim.esxi
from tests.commands import ROOT

HERE = Path(esxlab.sim.esxi.__file__).parent
TOLD = {
    "hosted.py": ("vmkfstools -i",),
    "keeping.py": (".vmx", ".vmsd", "checkpoint.vmState"),
    "programs/cli_network.py": (),
    "programs/held.py": ("rm", ".vswp", ".vmx.lck"),
    "programs/identity.py": ("vc.uuid", 'uuid.action = "create"', "uuid.bios"),
    "programs/power.py": ("Power on failed",),
    "programs/small.py": ("ps -c", "hostname", "uname", "df", "-h"),
    "programs/solo.py": (".vmx",),
    "programs/vim_cmd.py": ("vim-cmd",),
    "release.py": (),
}
"""Where something is a guess, and the words in backticks under which the page on the free licence has it."""
PAGES = {"docs/free-licence.md": "\n## What was seen", "docs/fr/free-licence.md": "\n## Ce qui a été vu"}


def test_whatever_is_a_guess_stands_in_the_list():
    tagged = {
        str(file.relative_to(HERE)) for file in HERE.rglob("*.py") if "[guess" in file.read_text("utf-8")
    }
    assert tagged == TOLD.keys()


@pytest.mark.parametrize("page", PAGES)
def test_the_page_tells_it(page):
    whole = (ROOT / page).read_text(encoding="utf-8")
    section = whole.partition(PAGES[page])[2].partition("\n## ")[0]
    wanted = {f"`{words}`" for each in TOLD.values() for words in each}
    assert {words for words in wanted if words not in section} == set()
