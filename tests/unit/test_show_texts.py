"""The text catalogue is whole: both languages agree, and everything that can be said has its words."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path
from string import Formatter

import pytest

import esxlab
from esxlab import texts
from esxlab.actions.base import Action
from esxlab.checks.base import Check
from esxlab.errors import LabError
from esxlab.lab.identity import GroupId
from esxlab.show.plan import MARKS

SOURCE = Path(esxlab.__file__).parent


def placeholders(text: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def literal_codes() -> dict[str, str]:
    """Every code that is written in the source as LabError("code" ...), and where."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "LabError" and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    found[code.value] = f"{path.relative_to(SOURCE)}:{node.lineno}"
    return found


def subclasses(base: type) -> set[type]:
    return {base}.union(*(subclasses(kind) for kind in base.__subclasses__()))


def load(package: str) -> None:
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        importlib.import_module(f"{package}.{module.name}")


@pytest.mark.parametrize("key", sorted(texts.catalogue()))
def test_both_languages_name_the_same_facts(key: str) -> None:
    english, french = texts.catalogue()[key]
    assert placeholders(english) == placeholders(french)
    assert english.strip()
    assert french.strip()


def test_every_error_in_the_source_has_its_two_texts() -> None:
    wanted = {
        key: where
        for code, where in literal_codes().items()
        for key in (f"error.{code}", f"error.{code}.fix")
    }
    assert {key: where for key, where in wanted.items() if key not in texts.catalogue()} == {}


def test_every_error_text_has_a_remedy() -> None:
    errors = {key for key in texts.catalogue() if key.startswith("error.")}
    briefs = {key for key in errors if not key.endswith(".fix")}
    assert {f"{key}.fix" for key in briefs} - errors == set()


def test_every_verb_has_a_sentence_and_a_sign() -> None:
    load("esxlab.actions")
    verbs = {kind.verb for kind in subclasses(Action) if kind.verb and kind.__module__.startswith("esxlab.")}
    assert {verb for verb in verbs if f"action.{verb}" not in texts.catalogue()} == set()
    assert verbs - MARKS.keys() == set()


def test_every_check_has_a_question() -> None:
    load("esxlab.checks")
    names = {kind.name for kind in subclasses(Check) if kind.name and kind.__module__.startswith("esxlab.")}
    assert {name for name in names if f"check.{name}" not in texts.catalogue()} == set()


def test_a_place_is_named_in_the_readers_language() -> None:
    group = GroupId("sio2", 7)
    texts.set_language("fr")
    try:
        assert str(LabError("vsphere.session", where=str(group))).startswith("groupe 7\u00a0: ")
    finally:
        texts.set_language("en")
    assert str(group) == "group 7"


def test_an_error_names_its_place_before_its_words_and_never_in_them():
    named = {key for key, sentences in texts.catalogue().items() if key.startswith("error.")}
    assert not {key for key in named if any("{where}" in each for each in texts.catalogue()[key])}


@pytest.mark.parametrize("key", sorted(key for key in texts.catalogue() if key.endswith(".one")))
def test_a_number_that_is_said_of_one_is_not_written_as_a_word(key: str) -> None:
    """French says zero as it says one (`count`): a text with a digit 1 in it says one of none."""
    for said in texts.catalogue()[key]:
        assert "1" not in said
