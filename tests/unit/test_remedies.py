"""A remedy helps whichever command tells it: "the same command" creates nothing when it only looks."""

from __future__ import annotations

import re

import pytest

from esxlab import texts
from esxlab.errors import LabError

AGAIN = re.compile(r"same command|même commande")
PROMISES = re.compile(
    r"\b(creates?|adds?|makes?|powers?|goes on|cr[ée]e|ajoute|fait|rallume|allume|reprend(ra)?)\b"
)
CHANGING = {
    "plan.overtaken",  # a plan is overtaken when it is to be done
    "lock.lost",  # who only looks holds no lock
    "vsphere.lost",  # "while it was being changed"
    "vsphere.timed_out",  # a task; who waits for an address is told vsphere.no_address
    "vsphere.cancelled",  # a task
}
"""Codes that only a command raises which changes something: it is the one that does the rest."""

LOOKED_FOR = ("vsphere.no_machine", "vsphere.no_such_card")


@pytest.mark.parametrize("language", [0, 1], ids=["en", "fr"])
def test_only_a_command_that_changes_something_says_that_itself_again_will(language: int) -> None:
    said = {
        key.removeprefix("error.").removesuffix(".fix"): words[language]
        for key, words in texts.catalogue().items()
        if key.startswith("error.") and key.endswith(".fix")
    }
    wrong = {
        code: words
        for code, words in said.items()
        if code not in CHANGING
        and AGAIN.search(words)
        and PROMISES.search(AGAIN.split(words, maxsplit=1)[1])
        and "provision" not in words
    }
    assert wrong == {}


@pytest.mark.parametrize("code", LOOKED_FOR)
def test_what_is_missing_is_made_by_provision_whoever_misses_it(code: str) -> None:
    """`verify` of a group that was never made told to run `verify` again."""
    remedy = str(LabError(code, name="srvweb1", role="inside"))
    assert "`esxlab provision`" in remedy
    assert "same command" not in remedy
