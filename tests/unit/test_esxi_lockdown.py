"""A host in lockdown mode refuses the right password too: who is refused is told so, in both languages."""

from __future__ import annotations

import pytest

from esxlab import texts
from esxlab.errors import LabError
from esxlab.texts import remedy_line

WORDS = {"en": "lockdown", "fr": "mode verrouillé"}


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("code", ["esxi.login", "esxi.ssh_off"])
def test_lockdown_is_named(language, code):
    before = texts.language()
    texts.set_language(language)
    try:
        said = remedy_line(LabError(code, host="esxi1.example", user="root", port=22))
    finally:
        texts.set_language(before)
    assert WORDS[language] in said
