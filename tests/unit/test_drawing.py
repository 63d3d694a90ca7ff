"""The drawing of the house says what the imports say, and no more than is needed."""

from __future__ import annotations

import pytest

from tests.drawing import mermaid, reduced, rooms


def test_imports_of_a_house_become_arrows(tmp_path):
    house = tmp_path / "esxlab"
    for name, text in {
        "__init__.py": "",
        "door.py": "def f():\n    from esxlab.hall.stairs import up\n",
        "hall/__init__.py": "from esxlab import cellar\nimport os\n",
        "hall/stairs.py": "from esxlab.texts import say\n",
        "cellar.py": "if TYPE_CHECKING:\n    from esxlab.door import f\n",
        "texts.py": "",
    }.items():
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_text(text)
    assert rooms(house) == {"door": {"hall"}, "hall": {"cellar"}, "cellar": set()}


def test_an_arrow_that_a_longer_way_says_is_left_out():
    graph = {"a": {"b", "c"}, "b": {"c"}, "c": set()}
    assert reduced(graph) == {"a": {"b"}, "b": {"c"}, "c": set()}
    assert mermaid(reduced(graph)).splitlines()[2:-1] == ["  a --> b", "  b --> c"]


def test_a_circle_is_refused():
    with pytest.raises(ValueError, match="need each other: a, b"):
        reduced({"a": {"b"}, "b": {"a"}, "c": {"a"}})
