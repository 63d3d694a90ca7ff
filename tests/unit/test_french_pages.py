"""A document in French says what its English twin says: the same headings, commands, names and tables."""

from __future__ import annotations

import pytest

from esxlab.typography import typeset
from tests.french_pages import FRENCH, ROOT, differences, pairs

PAGES = [french.name for _, french in pairs()]
ENGLISH = """\
# Title

Use `esxlab plan`.

```yaml
class: sio2 # the class
```

| a | b |
| --- | --- |
| 1 | 2 |
"""


def test_the_pages_that_a_french_reader_needs_are_there() -> None:
    assert {"README.md", "operators-guide.md", "free-licence.md", "spec.md"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_both_pages_of_a_pair_say_the_same(page: str) -> None:
    (english, french) = next(pair for pair in pairs() if pair[1].name == page)
    assert differences(english.read_text("utf-8"), french.read_text("utf-8")) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_french_page_is_set_as_it_is_printed(page: str) -> None:
    text = (FRENCH / page).read_text("utf-8")
    assert typeset(text) == text, "run `python -m tests.french_pages`"


def test_each_page_leads_to_its_twin() -> None:
    head = (ROOT / "README.md").read_text("utf-8").splitlines()[:5]
    assert any("docs/fr/README.md" in line for line in head)
    for english, french in pairs():
        if french.name in {"README.md", "operators-guide.md"}:
            assert f"]({'fr/' if english.parent != ROOT else 'docs/fr/'}{french.name})" in english.read_text(
                "utf-8"
            )


@pytest.mark.parametrize(
    ("said", "instead", "complaint"),
    [
        ("# Title", "## Titre", "headings"),
        ("esxlab plan", "esxlab status", "only in English"),
        ("class: sio2", "class: sio1", "code blocks"),
        ("| 1 | 2 |", "| 1 | 2 |\n| 3 | 4 |", "tables"),
    ],
)
def test_a_difference_is_found(said: str, instead: str, complaint: str) -> None:
    assert differences(ENGLISH, ENGLISH.replace("the class", "la classe")) == []
    assert complaint in " ".join(differences(ENGLISH, ENGLISH.replace(said, instead)))
