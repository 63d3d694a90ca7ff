"""The French catalogue: one term for one thing, as docs/glossary.md has it, and French typography."""

from __future__ import annotations

import re

import pytest

from esxlab import texts
from esxlab.typography import PLAIN, typeset

WRONG = {
    "spec": r"spécification|fichier de classe",
    "banque de données": r"\bdatastores?\b|magasin",
    "sujet": r"\bénoncé|\bexercices?\b",
    "établissement": r"\bécoles?\b|\blycées?\b",
    "démonter": r"\bdéfai(s|t|re)|\benlever?z?\b",
    "déployer": r"\bprovisionn|\bprépar(er|ation|ez)\b",
    "gabarit": r"modèles? de fichiers?",
    "système invité": r"\bl'invité\b",
    "allumée, éteinte": r"\bcourant (coupé|du)|machines? (démarrée|arrêtée)s?",
    "intérieur, extérieur": r"\b(in|ex)ternes?\b",
    "somme de contrôle": r"\b[Ss]omme\b(?! de contrôle)",
    "code de sortie": r"code de retour",
    "bogue": r"\bdéfaut d'esxlab|\bbugs?\b",
    "à nous": r"\bnos\b|\bà nous\b|\bla nôtre\b",
    "reprendre": r"ont été reprises|a été reprise",
}
"""The term that esxlab keeps -> what must not stand in its place (regular expressions)."""
OWN_NAMES = re.compile(r"`[^`]*`|\([a-z_]+\)|\{\w+\}|\w*\.(lycee|datastore)\w*|lycee\.example|datastore1")
"""Commands, keys of the spec and facts: they are names, not French."""


@pytest.mark.parametrize("term", WRONG)
def test_one_term_for_one_thing(term: str) -> None:
    found = {
        key: match[0]
        for key, (_, french) in texts.catalogue().items()
        if key != "init.spec" and (match := re.search(WRONG[term], OWN_NAMES.sub("", french)))
    }
    assert not found, f"write: {term}"


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
