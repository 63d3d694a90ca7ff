"""An error's words need no fact that it does not bring: a KeyError would take the place of what it tells."""

from __future__ import annotations

import ast
import string

from esxlab import texts
from tests.commands import ROOT

NO_FACTS = {"where", "detail"}
"""Keywords of LabError that are not handed to its text."""


def raised():
    """(place, code, facts) of each LabError whose code and facts stand in the source."""
    for path in sorted((ROOT / "esxlab").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "LabError" and node.args
            if not named or not isinstance(node.args[0], ast.Constant):
                continue
            if all(keyword.arg for keyword in node.keywords):
                facts = {keyword.arg for keyword in node.keywords} - NO_FACTS
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[0].value, facts


def placeholders(key):
    """What a text and its translations ask for."""
    sentences = texts.catalogue()[key]
    return {name for text in sentences for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_error_brings_what_its_words_ask_for():
    wanting = [
        f"{place}: {code}: {sorted(wanted - facts)}"
        for place, code, facts in raised()
        for wanted in [placeholders(f"error.{code}") | placeholders(f"error.{code}.fix")]
        if wanted - facts
    ]
    assert wanting == []
