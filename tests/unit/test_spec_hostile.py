"""No hostile value gets through, no secret is shown, and nothing but SpecProblems comes out."""

from __future__ import annotations

import json
import math
import os
import stat
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from esxlab import texts
from esxlab.spec.exercise import EXERCISE
from esxlab.spec.layers import merge
from esxlab.spec.load import LoadedSpec, load_class_spec
from esxlab.spec.problems import SpecProblems, mask_secrets, show_value
from esxlab.spec.source import read_document
from tests.spec_text import load_text

BASE = {
    "class": "sio2",
    "groups": "1-2",
    "vsphere": {"host": "vc.example", "esxi": "e{{ group }}"},
    "router": {"host": "r{{ group }}"},
    "names": {"vm": "g{{ group }}-{{ machine }}", "folder": "g{{ group }}-{{ machine }}"},
    "seeds": ".",
}
WHOLE = merge(EXERCISE, merge(BASE, {"machines": {"srvweb1": {"hardware": EXERCISE["hardware"]}}}))


def leaves(tree, path=()):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def changed(path, value):
    """The small class with one value said otherwise; JSON is YAML."""
    part = value
    for step in reversed(path):
        part = {step: part}
    return json.dumps(merge(BASE, part) if value is not None else part).replace("Infinity", ".inf")


def outcome(text, directory):
    """The loaded spec, or the problems; their texts render in both languages."""
    try:
        return load_text(text, directory)
    except SpecProblems as problems:
        found = problems
    for language in reversed(texts.LANGUAGES):
        texts.set_language(language)
        assert str(found)
    assert found.problems
    return found


TEXT_LEAVES = [path for path, value in leaves(WHOLE) if isinstance(value, str) and path[0] != "groups"]
HOSTILE = [
    "a\nb", "a'b", 'a"b', "a;reboot", "$(reboot)", "`reboot`", "a|b", "a&b", "a?b", "../../etc", "a/../b",
    "[ds] x", "a\x1b[31m", "é", "\u202e", "a\\nb", "%s", "a b\t", " a", "a ", "!", "#", "<x>", "{x}", "@@",
]  # fmt: skip
MILD = {
    ("seeds",): "a/../../b é\u202e\t[]@\\n#!% ",
    ("guest", "key"): "./etcab é\u202e[ds]x\\n%!#@ ",
    ("vsphere", "key"): "./etcab é\u202e[ds]x\\n%!#@ ",
    ("router", "key"): "./etcab é\u202e[ds]x\\n%!#@ ",
    ("router", "user"): "a\\nb",
}
"""What these may hold: a path on the teacher's own machine, and a Windows domain."""
EXISTING = {
    ("vsphere", key) for key in ("user", "datacenter", "esxi", "datastore", "model", "staging", "vswitch")
}
"""What somebody named in vSphere, which takes any sign that can be shown."""


STEERING = "\n\t\x1b\u202e"


def dumped_whole():
    stream = StringIO()
    YAML(typ="safe", pure=True).dump(WHOLE, stream)
    return stream.getvalue()


@pytest.mark.parametrize("path", TEXT_LEAVES, ids=".".join)
def test_hostile_text_is_refused_everywhere(tmp_path, path):
    for value in HOSTILE:
        if set(value) <= set(MILD.get(path, "")) or (path in EXISTING and set(value).isdisjoint(STEERING)):
            continue
        result = outcome(changed(path, value), tmp_path)
        assert isinstance(result, SpecProblems), (path, value)
        assert all(problem.line for problem in result.problems)


@pytest.mark.parametrize("path", [path for path, _ in leaves(WHOLE)], ids=".".join)
def test_every_wrong_type_has_a_sentence_of_ours(tmp_path, path):
    odd = [
        None,
        True,
        0,
        -1,
        10**40,
        1.5,
        math.inf,
        math.nan,
        "",
        "x",
        [],
        {},
        [1],
        [{}],
        {"a": 1},
        "{{ 1 / 2 }}",
    ]
    for value in odd:
        outcome(changed(path, value), tmp_path)


def test_the_whole_exercise_spelled_out_is_valid(tmp_path):
    assert isinstance(outcome(dumped_whole(), tmp_path), LoadedSpec)


@pytest.mark.parametrize(
    "text",
    [
        "guest: {password: hunter2, usr: x}",
        "vsphere: {Password: hunter2",
        "passwd: |\n  hunter2\n  hunter3\ngroups: {{",
        "router:\n  enable_secret: hunter2\n  hst: y",
        "cluster: {auth: {passphrase: hunter2}}",
        "guest: {mirror: 'http://u:hunter2@h/'}",
        "- token: hunter2",
        "mot_de_passe: 'hunter2",
        "guest: {user: 'http://u:hunter2@h/ password: hunter2'}",
    ],
)
def test_no_secret_is_shown(tmp_path, text):
    problems = outcome(f"class: a\n{text}\n", tmp_path)
    assert "hunter2" not in str(problems) + repr(problems.problems)


def test_values_are_shown_short_and_printable():
    assert show_value("a\x1b\n" + "b" * 60) == "a\\x1b\\n" + "b" * 32 + "…"
    assert mask_secrets("a: 1 # password: x y") == "a: 1 # password: ***"


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_can_be_read(text):
    document = read_document(text)
    assert document.tree or document.flaws or not document.positions


YAML_WORDS = st.sampled_from(
    [
        "class",
        "groups",
        "vsphere",
        "host",
        "overrides",
        "machines",
        "1-3",
        "null",
        "<<",
        ": ",
        "\n",
        "  ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ",",
        "&a ",
        "*a",
        "!x",
        "'",
        '"',
        "|",
        "? ",
        "#",
        "---\n",
        "%YAML",
        "{{ group }}",
        "{% x %}",
    ]
)


@given(st.lists(YAML_WORDS, max_size=40).map("".join))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(text="&a {&a ")
def test_any_yaml_like_text_gives_problems_or_a_spec(tmp_path, text):
    outcome(text, tmp_path)


LINES = dumped_whole().splitlines()


@given(st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_spec_gives_problems_or_a_spec(tmp_path, data):
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["drop", "double", "cut", "insert", "swap"]))
        if kind == "drop" and len(lines) > 1:
            del lines[index]
        elif kind == "double":
            lines.insert(index, lines[index])
        elif kind == "cut":
            lines[index] = lines[index][: data.draw(st.integers(0, 20))]
        elif kind == "insert":
            lines[index] += data.draw(st.text(max_size=6))
        else:
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[index], lines[other] = lines[other], lines[index]
    outcome("\n".join(lines), tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = Path(tmp_path / "esxlab.yaml")
    path.touch(mode=stat.S_IWUSR)
    with pytest.raises(SpecProblems) as caught:
        load_class_spec(path)
    assert caught.value.problems[0].code == "E112"
