"""The reference of a spec's keys: whole, in both languages, with examples that load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from esxlab import texts
from esxlab.cli.group import esxlab
from esxlab.spec.load import load_class_spec
from esxlab.spec.problems import SpecProblems
from esxlab.spec.reference import MUST, all_keys, find, sections
from esxlab.spec.schema import json_schema
from esxlab.texts.spec_reference import FRENCH

DOCS = Path(__file__).parents[2] / "docs"
LEAST = {
    "class": "class: sio2\n",
    "groups": "groups: 1-7\n",
    "vsphere": "vsphere: {host: vcenter.example, esxi: esxi1.example}\n",
    "router": 'router: {host: "10.0.0.{{ group }}"}\n',
}


def every_description():
    schema = json_schema()
    tables = [schema, *(each for name, each in schema["$defs"].items() if name != "Overrides")]
    for each in tables[1:]:
        yield each["description"]
    for each in tables:
        yield from (field["description"] for field in each["properties"].values() if "description" in field)


def test_every_sentence_of_the_schema_has_its_french_and_none_is_left_over():
    said = set(every_description())
    assert sorted(said - FRENCH.keys()) == []
    assert sorted(FRENCH.keys() - said) == []


@pytest.mark.parametrize("page", ["spec.md", "fr/spec.md"])
def test_every_example_of_the_page_loads(tmp_path, page):
    """The page is read as a teacher would: each block is put into an otherwise least spec."""
    blocks = re.findall(
        r"^## (\w+)\n.*?```yaml\n(.*?)```", (DOCS / page).read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert [name for name, _ in blocks] == list(json_schema()["properties"])
    (tmp_path / "my-templates").mkdir()
    for name, example in blocks:
        spec = tmp_path / "spec.yaml"
        spec.write_text("".join({**LEAST, name: example}.values()), encoding="utf-8")
        assert load_class_spec(spec).group_numbers


@pytest.mark.parametrize("key", sorted(MUST))
def test_what_must_be_said_is_missed(tmp_path, key):
    section, _, below = key.partition(".")
    pieces = dict(LEAST)
    pieces[section] = pieces[section].replace(f"{below}: ", f"# {below}: ") if below else ""
    if below:
        pieces[section] = f"{section}: {{port: 22}}\n"
    spec = tmp_path / "spec.yaml"
    spec.write_text("".join(pieces.values()), encoding="utf-8")
    with pytest.raises(SpecProblems) as caught:
        load_class_spec(spec)
    assert ("E106", key) in {(problem.code, problem.key) for problem in caught.value.problems}


def test_the_least_spec_needs_nothing_else(tmp_path):
    spec = tmp_path / "spec.yaml"
    spec.write_text("".join(LEAST.values()), encoding="utf-8")
    assert load_class_spec(spec).group(7).router.address.host == "10.0.0.7"


def test_both_pages_have_the_same_keys_and_defaults():
    rows = [
        re.findall(r"^\| (`[\w.]+`) \|.*\| (.*?) \|$", (DOCS / page).read_text("utf-8"), re.MULTILINE)
        for page in ("spec.md", "fr/spec.md")
    ]
    assert [key for key, _ in rows[0]] == [key for key, _ in rows[1]]
    quoted = [[default for _, default in page if default.startswith("`")] for page in rows]
    assert quoted[0] == quoted[1]
    assert len(rows[0]) == sum(len(section.entries) for section in sections())


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_key_shows_its_entry_within_80_columns(language):
    for key in all_keys():
        shown = CliRunner().invoke(esxlab, ["spec", key, "--lang", language])
        assert shown.exit_code == 0, key
        assert key in shown.stdout
        examples = shown.stdout.rpartition("\n\n")[0]
        assert max(map(len, examples.splitlines())) <= 80, key


@pytest.mark.parametrize(
    ("key", "near"), [("vsfere.host", "vsphere.host"), ("cluster.deadtim", "cluster.deadtime")]
)
def test_a_key_that_is_not_there_has_its_nearest_named(key, near):
    shown = CliRunner().invoke(esxlab, ["spec", key])
    assert (shown.exit_code, near in shown.stderr) == (2, True)


def test_a_machines_own_name_is_understood():
    shown = CliRunner().invoke(esxlab, ["spec", "machines.srvweb1.inside"])
    assert "machines.NAME.inside" in shown.stdout


def test_every_key_shows_an_example_in_which_it_stands_and_that_loads(tmp_path):
    """`esxlab spec inside.existing` showed one of port_group and vlan."""
    spec = tmp_path / "spec.yaml"
    (tmp_path / "my-templates").mkdir()
    for key in all_keys():
        section, entries = find(key)
        if len(entries) > 1:
            continue
        word = entries[0].key.rpartition(".")[2]
        assert re.search(rf"\b{word}\b", section.example), key
        spec.write_text("".join({**LEAST, section.key: section.example}.values()), encoding="utf-8")
        assert load_class_spec(spec).group_numbers, key
