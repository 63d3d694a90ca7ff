"""The worked examples of CONTRIBUTING.md are run as they stand there."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from esxlab import registered, texts

PAGE = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES = {
    part.partition("\n")[0]: re.findall(r"```(python|toml)\n(.*?)```", part, re.DOTALL)
    for part in PAGE.partition("## Add something")[2].partition("\n## ")[0].split("\n### ")[1:]
}
FILE = re.compile(r"# (\w+)\.py\n")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A directory that packages are laid into; what came from it is forgotten afterwards."""
    texts.set_language("en")
    monkeypatch.syspath_prepend(tmp_path)
    caches = (registered.names, registered.exercise, registered._found)
    for cache in caches:
        cache.cache_clear()
    yield tmp_path
    for name in [path.stem for path in tmp_path.glob("*.py")]:
        sys.modules.pop(name, None)
    for cache in caches:
        cache.cache_clear()
    texts.set_language("en")


def lay_entry_points(place, table):
    metadata = place / "example-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: example\nVersion: 1.0\n")
    ((group, entries),) = tomllib.loads(table)["project"]["entry-points"].items()
    lines = "".join(f"{name} = {value}\n" for name, value in entries.items())
    (metadata / "entry_points.txt").write_text(f"[{group}]\n{lines}")


def test_all_that_can_be_added_is_shown():
    assert set(EXAMPLES) == {
        "A check",
        "A drill",
        "A key of the spec",
        "An error text",
        "A router vendor",
        "A route",
        "An exercise",
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_does_what_it_says(name, place, monkeypatch):
    asserted = 0
    for language, block in EXAMPLES[name]:
        space = {"__name__": "example"}
        if language == "toml":
            lay_entry_points(place, block)
        elif named := FILE.match(block):
            (place / f"{named[1]}.py").write_text(block, encoding="utf-8")
        else:
            exec(compile(block, f"CONTRIBUTING.md, {name}", "exec"), space)  # noqa: S102 - our own
            asserted += block.count("assert ")
        for key, (english, french) in space.get("TEXTS", {}).items():
            assert key not in texts.catalogue()
            assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", french))
            monkeypatch.setitem(texts.catalogue(), key, (english, french))
    assert asserted
