"""The French catalogue: one term for one thing, as docs/glossary.md has it, and French typography."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from esxlab import texts
from esxlab.texts.spec_reference import FRENCH
from esxlab.typography import PLAIN, typeset

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
OWN_NAMES = re.compile(
    r"`[^`]*`|\([a-z_]+\)|\{\w+\}|\]\([^)]*\)|\w*\.(lycee|datastore)\w*|lycee\.example|datastore1|\b[A-Z]\w+\.\w+|^```.*?^```",
    re.MULTILINE | re.DOTALL,
)
"""Commands, keys of the spec, facts, addresses and code: they are names, not French."""


def terms() -> dict[str, list[str]]:
    """The glossary's last table: a French term -> what must not stand in its place, as it is written."""
    table = GLOSSARY.partition("## One term for one thing")[2]
    rows = re.findall(r"(?m)^\| [^|]+ \| ([^|]+) \| (`[^|]+`) \|$", table)
    return {term: re.findall(r"`([^`]+)`", wrong) for term, wrong in rows}


TERMS = terms()


def wrong_term(term: str, text: str) -> str:
    """The first wrong term for this one in a French text; empty when there is none."""
    plain = re.sub(re.escape(term), "", OWN_NAMES.sub("", text).replace("\u2019", "'"), flags=re.IGNORECASE)
    words = [re.escape(wrong).replace(r"\*", r"\w*") for wrong in TERMS[term]]
    found = re.search(rf"\b(?:{'|'.join(words)})s?\b", plain, re.IGNORECASE)
    return found[0] if found else ""


def test_the_glossary_has_the_list() -> None:
    assert len(TERMS) > 20
    assert all(TERMS.values())


@pytest.mark.parametrize("term", TERMS)
def test_one_term_for_one_thing(term: str) -> None:
    said = {key: french for key, (_, french) in texts.catalogue().items() if key != "init.spec"}
    said |= {page.name: page.read_text("utf-8") for page in (ROOT / "docs" / "fr").glob("*.md")}
    said["docs/glossary.md"] = "\n".join(
        re.findall(r"(?m)^\| ([^|`]+) \|", GLOSSARY.partition("## One term")[0])
    )
    said |= {f"spec_reference: {key}": french for key, french in FRENCH.items()}
    found = {key: wrong for key, french in said.items() if (wrong := wrong_term(term, french))}
    assert not found, f"write: {term}"


def test_a_wrong_term_is_found_and_the_right_one_is_none() -> None:
    assert wrong_term("spec", "la spécification") == "spécification"
    assert wrong_term("déployer", "il provisionnera l\u2019ensemble") == "provisionnera"
    assert wrong_term("somme de contrôle", "Sa somme de contrôle, puis la somme.") == "somme"
    assert not wrong_term("bogue", "un `bug` est un bogue")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("quoi ? oui ; non !", "quoi\u202f? oui\u202f; non\u202f!"),
        ("lieu : « ici »", "lieu\u00a0: «\u00a0ici\u00a0»"),
        ("l'hôte d'{host}", "l\u2019hôte d\u2019{host}"),
        ("n'est `l'a : b ; c` qu'`x`", "n\u2019est `l'a : b ; c` qu\u2019`x`"),
        ("écrivez {{ '%02d' % group }}", "écrivez {{ '%02d' % group }}"),
        ("à 10:20:30, http://hôte:80", "à 10:20:30, http://hôte:80"),
    ],
)
def test_a_sentence_is_set_as_it_is_printed(typed: str, printed: str) -> None:
    assert typeset(typed) == printed


def test_a_terminal_without_these_signs_gets_plain_ones() -> None:
    said = "l\u2019école\u202f: «\u00a0cœur\u00a0»\u202f? …"
    assert said.encode("ascii", PLAIN) == b'l\'ecole : " coeur " ? ...'
    assert said.encode("latin-1", PLAIN).decode("latin-1") == "l'école : «\u00a0coeur\u00a0» ? ..."
    assert "\u6f22".encode("ascii", PLAIN) == b"?"


def test_what_is_said_in_french_is_set_and_counts_with_a_comma() -> None:
    texts.set_language("fr")
    try:
        assert texts.say("doctor.clock", seconds=0.5) == "écart de 0,5 s avec cet ordinateur"
        assert texts.say("confirm.provision") == "Exécuter ce plan\u202f?"
        texts.set_language("fr", typeset=False)
        assert texts.say("confirm.provision") == "Exécuter ce plan ?"
    finally:
        texts.set_language("en")
